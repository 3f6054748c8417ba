// An echo server with a process for each connection. The parent accepts, a child serves the connected
// descriptor. In C the child is made with fork(2); a running V8 cannot be forked, so the child is a new
// process that inherits the descriptor by its number. Node waits for each child, so none stays a zombie.
//
//   node process_per_connection.js [port]
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Listener, Reactor, Socket, createMultiplexer, isSystemError } from "pollux";

const INHERITED = 3;

if (process.argv[2] === "child") serve(Socket.fromFd(INHERITED));
else await listen(Number(process.argv[2] ?? 9999));

async function listen(port: number): Promise<void> {
  using reactor = new Reactor(createMultiplexer());
  const onConnection = (socket: Socket): void => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), "child"], {
      stdio: ["ignore", "inherit", "inherit", socket.fd],
    });
    socket.close(); // the parent's copy: the connection ends with the child's
    child.on("exit", (code) => console.log(`child ${child.pid} ended with ${code}`));
  };
  using listener = new Listener(
    reactor,
    { address: "127.0.0.1", port },
    { backlog: 5, onConnection },
  );
  console.log(`listening on ${String(listener.address)}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => reactor.stop());
  await reactor.run();
}

function serve(client: Socket): void {
  client.blocking = true;
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (let length = client.recv(buffer); length; length = client.recv(buffer)) {
      client.send(buffer, 0, length); // blocking: all of it
    }
  } catch (error) {
    if (!isSystemError(error)) throw error; // ECONNRESET, EPIPE: the client is gone
  }
  client.close();
}
