// An echo server by hand on epoll(7), level- or edge-triggered. A client that does
// not read delays nobody: what the kernel does not take is kept, and reading from that client stops.
//
//   node epoll_echo.js [port] [edge]
import { Socket, isSystemError, sys } from "pollux";

// Edge-triggered, a socket has to be read until it is empty. A limit for each turn lets a client that
// never stops sending keep nobody waiting.
const READS_PER_TURN = 16;

interface Client {
  readonly socket: Socket;
  /** What the kernel has not taken yet. */
  rest: Uint8Array;
}

const [port = "9999", mode] = process.argv.slice(2);
const edge = mode === "edge";

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
listener.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
listener.bind({ address: "127.0.0.1", port: Number(port) }).listen();
console.log(`listening on ${String(listener.localAddress)}`);

const epfd = sys.epollCreate1(sys.EPOLL_CLOEXEC);
const events = new sys.EpollEvents(64);
const clients = new Map<number, Client>();
/** Edge-triggered clients that may have more to read, which no event will tell. */
const unfinished = new Set<Client>();
const buffer = new Uint8Array(64 * 1024);
sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, listener.fd, edge ? sys.EPOLLIN | sys.EPOLLET : sys.EPOLLIN);

for (;;) {
  const count = wait(unfinished.size > 0 ? 0 : -1);
  const turn = new Set(unfinished);
  unfinished.clear();
  for (let index = 0; index < count; index++) {
    const client = clients.get(events.dataLow(index)); // epollCtl puts the descriptor there
    if (client) turn.add(client);
    else welcome();
  }
  for (const client of turn) if (!serve(client)) forget(client);
}

function wait(timeoutMs: number): number {
  try {
    return sys.epollWait(epfd, events, timeoutMs);
  } catch (error) {
    if (isSystemError(error, "EINTR")) return 0; // stopped with Ctrl-Z, and continued
    throw error;
  }
}

function welcome(): void {
  for (let socket = listener.accept(); socket; socket = listener.accept()) {
    clients.set(socket.fd, { socket, rest: new Uint8Array() });
    const both = sys.EPOLLIN | sys.EPOLLOUT | sys.EPOLLET;
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, socket.fd, edge ? both : sys.EPOLLIN);
  }
}

/** Whether the client goes on. */
function serve(client: Client): boolean {
  try {
    const { socket } = client;
    const waited = client.rest.length > 0;
    let open = true;
    for (let reads = 0; open && flush(client); reads++) {
      if (reads === (edge ? READS_PER_TURN : 1)) {
        if (edge) unfinished.add(client);
        break;
      }
      const received = socket.recv(buffer);
      if (received === null) break;
      open = received > 0;
      client.rest = buffer.slice(0, received);
    }
    const waits = client.rest.length > 0;
    if (!edge && open && waits !== waited) {
      sys.epollCtl(epfd, sys.EPOLL_CTL_MOD, socket.fd, waits ? sys.EPOLLOUT : sys.EPOLLIN);
    }
    return open;
  } catch (error) {
    if (isSystemError(error)) return false; // ECONNRESET, EPIPE: only this client is gone
    throw error;
  }
}

/** Sends what is left. Whether nothing is left now; otherwise EPOLLOUT tells when to go on. */
function flush(client: Client): boolean {
  while (client.rest.length > 0) {
    const sent = client.socket.send(client.rest);
    if (sent === null) return false;
    client.rest = client.rest.subarray(sent);
  }
  return true;
}

function forget(client: Client): void {
  clients.delete(client.socket.fd);
  client.socket.close(); // this also removes it from the epoll
}
