// An echo server by hand on select(2): one process, one table of clients, one call for all of them.
// A client that does not read stops all others; epoll_echo.ts and the library's servers do better.
//
//   node select_echo.js [port]
import { Socket, isSystemError, sys } from "pollux";

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
listener.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
listener.bind({ address: "127.0.0.1", port: Number(process.argv[2] ?? 9999) }).listen();
console.log(`listening on ${String(listener.localAddress)}`);

const clients = new Map<number, Socket>();
const watched = new sys.FdSet(); // room for descriptors below FD_SETSIZE, 1024
const ready = new sys.FdSet();
const buffer = new Uint8Array(64 * 1024);
watched.set(listener.fd);

for (;;) {
  ready.copy(watched); // the kernel overwrites its set with what is ready
  sys.select(watched.highest() + 1, ready, null, null, Infinity);
  for (const client of clients.values()) {
    if (ready.isSet(client.fd) && !echo(client)) forget(client);
  }
  if (ready.isSet(listener.fd)) welcome();
}

function welcome(): void {
  const client = listener.accept({ blocking: true });
  if (!client) return; // the client has left already
  if (client.fd >= watched.capacity) {
    console.log(`too many clients: ${client.fd} does not fit into the set`);
    client.close();
    return;
  }
  clients.set(client.fd, client);
  watched.set(client.fd);
}

/** Whether the client goes on. */
function echo(client: Socket): boolean {
  try {
    const received = client.recv(buffer) ?? 0;
    for (let sent = 0; sent < received;) sent += client.send(buffer, sent, received - sent) ?? 0;
    return received > 0;
  } catch (error) {
    if (isSystemError(error)) return false; // ECONNRESET, EPIPE: only this client is gone
    throw error;
  }
}

function forget(client: Socket): void {
  watched.clear(client.fd);
  clients.delete(client.fd);
  client.close();
}
