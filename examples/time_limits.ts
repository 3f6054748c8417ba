// Three ways to limit the time that one waits for a datagram: a timer that is watched beside the socket
// (where C has alarm), a wait with a limit, and the socket options SO_RCVTIMEO and SO_SNDTIMEO.
import { PollMultiplexer, READABLE, Socket, TimerFd, sys } from "pollux";

const LIMIT_MS = 50;
const buffer = Buffer.alloc(64);

/** One timer serves any number of sockets and waits. */
function withTimer(socket: Socket): number | null {
  using timer = new TimerFd();
  using mux = new PollMultiplexer<"socket" | "timer">();
  mux.add(socket, READABLE, "socket");
  mux.add(timer, READABLE, "timer");
  timer.set({ valueNs: BigInt(LIMIT_MS) * 1_000_000n });
  let received: number | null = null;
  mux.waitSync(undefined, (_fd, _events, who) => {
    if (who === "socket") received = socket.recv(buffer);
  });
  return received;
}

/** The usual way: the wait itself ends. */
function withWait(socket: Socket): number | null {
  using mux = new PollMultiplexer();
  mux.add(socket, READABLE);
  const ready = mux.waitSync({ timeoutMs: LIMIT_MS, restart: true }, () => undefined);
  return ready > 0 ? socket.recv(buffer) : null;
}

/** Each call on the blocking socket ends by itself; `null`, as if it did not block. */
function withOption(socket: Socket): number | null {
  socket.blocking = true;
  socket.setOption("SO_RCVTIMEO", { sec: 0, usec: LIMIT_MS * 1000 });
  return socket.recv(buffer);
}

/** The same for sending, to a peer that never reads. */
function sendWithOption(): number | null {
  const [socket, peer] = Socket.pair(sys.SOCK_STREAM, { blocking: true });
  socket.setOption("SO_SNDTIMEO", { sec: 0, usec: LIMIT_MS * 1000 });
  let sent = socket.send(Buffer.alloc(1 << 20)); // until the buffer is full; then the limit ends the call
  while (sent !== null) sent = socket.send(Buffer.alloc(1 << 20));
  socket.close();
  peer.close();
  return sent;
}

function measure(name: string, call: () => number | null): void {
  const startMs = performance.now();
  const result = call();
  const tookMs = performance.now() - startMs;
  const what = result === null ? `nothing in ${tookMs.toFixed(1)} ms` : `${result} bytes`;
  console.log(`${name}: ${what}`);
}

for (const [name, receive] of Object.entries({ withTimer, withWait, withOption })) {
  using socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
  using peer = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
  socket.bind({ address: "127.0.0.1", port: 0 });
  measure(name, () => receive(socket));
  peer.sendTo(Buffer.from("hello"), socket.localAddress);
  measure(`${name}, hello`, () => receive(socket));
}
measure("sendWithOption", sendWithOption);
