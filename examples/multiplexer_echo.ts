// An echo server on any multiplexer, chosen by name.
// A client that does not read stops all others; `Connection` and `EchoServer` do better.
//
//   node multiplexer_echo.js [port] [select | poll | epoll]
import { MULTIPLEXERS, READABLE, Socket, createMultiplexer, isSystemError, sys } from "pollux";

const [port = "9999", name] = process.argv.slice(2);
const multiplexer = createMultiplexer<() => void>(
  MULTIPLEXERS.find((known) => known === name) ?? "epoll",
);
const buffer = new Uint8Array(64 * 1024);

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
listener.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
listener.bind({ address: "127.0.0.1", port: Number(port) }).listen();
console.log(`${multiplexer.name} listening on ${String(listener.localAddress)}`);

multiplexer.add(listener, READABLE, welcome);
for (;;) multiplexer.waitSync(undefined, (_fd, _events, handle) => handle());

function welcome(): void {
  const client = listener.accept({ blocking: true });
  if (!client) return; // the client has left already
  try {
    multiplexer.add(client, READABLE, () => echo(client));
  } catch {
    client.close(); // too many clients: select takes descriptors below 1024
  }
}

function echo(client: Socket): void {
  try {
    const received = client.recv(buffer) ?? 0;
    for (let sent = 0; sent < received;) sent += client.send(buffer, sent, received - sent) ?? 0;
    if (received > 0) return;
  } catch (error) {
    if (!isSystemError(error)) throw error; // ECONNRESET, EPIPE: only this client is gone
  }
  multiplexer.remove(client);
  client.close();
}
