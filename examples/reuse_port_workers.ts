// Workers that all listen at the same address with SO_REUSEPORT: the kernel spreads the connections. At the
// end it prints how many each of them got.
//
//   node reuse_port_workers.js [port] [workers]
import { Worker, isMainThread, parentPort, threadId, workerData } from "node:worker_threads";
import { fileURLToPath } from "node:url";
import { Connection, Listener, Reactor, Socket, createMultiplexer, sys } from "pollux";

interface Told {
  readonly thread: number;
  readonly served?: number;
}

if (isMainThread) await spread(Number(process.argv[2] ?? 9999), Number(process.argv[3] ?? 6));
else await work(workerData as number);

async function spread(wanted: number, count: number): Promise<void> {
  // Bound and not listening, it keeps the port: with 0, one that is free.
  using holder = Socket.open(sys.AF_INET, sys.SOCK_STREAM).setOption("SO_REUSEPORT", true);
  holder.bind({ address: "127.0.0.1", port: wanted });
  const { port } = holder.localAddress;
  const workers = Array.from(
    { length: count },
    () => new Worker(fileURLToPath(import.meta.url), { workerData: port }),
  );
  await Promise.all(workers.map(told));
  console.log(`${count} workers listening on 127.0.0.1:${port}`);
  await new Promise((resolve) => ["SIGINT", "SIGTERM"].map((name) => process.once(name, resolve)));
  const served = workers.map(told);
  for (const worker of workers) worker.postMessage("stop");
  for (const { thread, served: connections } of await Promise.all(served)) {
    console.log(`worker ${thread}: ${connections} connections`);
  }
}

function told(worker: Worker): Promise<Told> {
  return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
}

async function work(port: number): Promise<void> {
  using reactor = new Reactor(createMultiplexer());
  const open = new Set<Connection>();
  let served = 0;
  const onConnection = (socket: Socket): void => {
    served++;
    open.add(
      new Connection(reactor, socket, {
        onData(connection, buffer, offset, length) {
          connection.write(buffer, offset, length);
          return length;
        },
        onEnd: (connection) => connection.end(),
        onClose: (connection) => open.delete(connection),
      }),
    );
  };
  const listener = new Listener(
    reactor,
    { address: "127.0.0.1", port },
    { reusePort: true, onConnection },
  );
  parentPort?.once("message", () => reactor.stop());
  parentPort?.postMessage({ thread: threadId });
  await reactor.run();
  listener.close();
  for (const connection of open) connection.close();
  parentPort?.postMessage({ thread: threadId, served });
}
