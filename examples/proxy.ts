// A proxy between two connections: what either side sends goes to the other one, and as fast as that
// side reads. The memory of the proxy does not grow with what passes through.
//
//   node proxy.js port target-port [target-host]
import {
  Connection,
  Listener,
  type Protocol,
  Reactor,
  Socket,
  connect,
  createMultiplexer,
  sys,
} from "pollux";

const [port = "8080", targetPort = "9999", targetHost = "127.0.0.1"] = process.argv.slice(2);
const target = { address: targetHost, port: Number(targetPort) };
const reactor = new Reactor(createMultiplexer());

const listener = new Listener(
  reactor,
  { address: "127.0.0.1", port: Number(port) },
  { onConnection: proxy },
);
console.log(`proxy listening on ${String(listener.address)}`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => reactor.stop());
await reactor.run();
reactor.close();

/** What it throws or rejects with closes `client`, and is a warning; the proxy goes on. */
async function proxy(client: Socket): Promise<void> {
  const server = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  try {
    await connect(server, target, { timeoutMs: 5000 });
  } catch (error) {
    server.close();
    throw error;
  }
  const near: Connection = new Connection(
    reactor,
    client,
    towards(() => far),
  );
  const far: Connection = new Connection(
    reactor,
    server,
    towards(() => near),
  );
}

/** What one side does for the other. */
function towards(other: () => Connection): Protocol {
  return {
    onData(me, buffer, offset, length) {
      if (!other().writable) return length; // nobody is there to read it
      if (!other().write(buffer, offset, length)) me.pause();
      return length;
    },
    onDrain() {
      other().resume();
    },
    onEnd() {
      other().end();
    },
    onClose() {
      other().drain(); // what is queued still goes out
    },
  };
}
