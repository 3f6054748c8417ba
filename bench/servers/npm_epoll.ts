import { writeSync } from "node:fs";
import { Socket, sys } from "pollux";
import { npmEpoll } from "../support/npm_epoll.ts";

// Its own waiting, on this package's sockets: it has none.
const Epoll = npmEpoll();
const buffer = new Uint8Array(64 * 1024);

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
listener.bind({ address: "127.0.0.1", port: 0 }).listen();

const connections = new Epoll((_error, fd) => {
  let received: number | null;
  try {
    received = sys.recv(fd, buffer);
    for (let sent = 0; received !== null && sent < received;) {
      sent += sys.send(fd, buffer, sent, received - sent, sys.MSG_NOSIGNAL) ?? 0;
    }
  } catch {
    received = 0;
  }
  if (received === 0) {
    connections.remove(fd);
    sys.close(fd);
  }
});

new Epoll(() => {
  for (let socket = listener.accept(); socket; socket = listener.accept()) {
    connections.add(socket.detach(), sys.EPOLLIN);
  }
}).add(listener.fd, sys.EPOLLIN);

writeSync(1, `${String(listener.localAddress.port)}\n`);
process.stdin.on("end", () => process.exit()).resume();
