import { writeSync } from "node:fs";
import { Socket, sys } from "pollux";
import { npmEpoll } from "../support/npm_epoll.ts";
import { usageLine } from "./usage_line.ts";

// The package only waits, so the sockets are those of pollux.
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
process.stdin.on("data", () => writeSync(1, usageLine())).on("end", () => process.exit());
