// An echo server by hand on poll(2): an array of pollfd, slot 0 for the listener, -1 in free slots.
// A client that does not read stops all others; epoll_echo.ts and the library's servers do better.
//
//   node poll_echo.js [port]
import { Socket, isSystemError, sys } from "pollux";

const SLOTS = 4096;
const LISTENER = 0;
const FREE = -1; // the kernel skips negative numbers

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
listener.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
listener.bind({ address: "127.0.0.1", port: Number(process.argv[2] ?? 9999) }).listen();
console.log(`listening on ${String(listener.localAddress)}`);

const fds = new sys.PollFds(SLOTS); // all free
const clients: Socket[] = []; // by slot
let used = 1; // slots below this number
const buffer = new Uint8Array(64 * 1024);
fds.set(LISTENER, listener.fd, sys.POLLIN);

for (;;) {
  let ready = sys.poll(fds, used, -1);
  for (let slot = used - 1; slot >= 0 && ready > 0; slot--) {
    if (fds.revents(slot) === 0) continue;
    ready--;
    if (slot === LISTENER) welcome();
    else if (!echo(clients[slot])) forget(slot);
  }
}

function welcome(): void {
  const client = listener.accept({ blocking: true });
  if (!client) return; // the client has left already
  let slot = LISTENER + 1;
  while (slot < used && fds.fd(slot) !== FREE) slot++;
  if (slot === SLOTS) {
    console.log("too many clients");
    client.close();
    return;
  }
  clients[slot] = client;
  fds.set(slot, client.fd, sys.POLLIN);
  used = Math.max(used, slot + 1);
}

/** Whether the client goes on. */
function echo(client: Socket | undefined): boolean {
  if (!client) return false;
  try {
    const received = client.recv(buffer) ?? 0;
    for (let sent = 0; sent < received;) sent += client.send(buffer, sent, received - sent) ?? 0;
    return received > 0;
  } catch (error) {
    if (isSystemError(error)) return false; // ECONNRESET, EPIPE: only this client is gone
    throw error;
  }
}

function forget(slot: number): void {
  clients[slot]?.close();
  fds.set(slot, FREE, 0);
  while (fds.fd(used - 1) === FREE) used--;
}
