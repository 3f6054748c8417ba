import { Socket, sys } from "pollux";
import { announce } from "../../support/answering.ts";
import { npmEpoll } from "../../support/npm_packages.ts";

// The package only waits, so the sockets are those of pollux.
const Epoll = npmEpoll();
const buffer = new Uint8Array(64 * 1024);
/** What the kernel has not accepted yet, by descriptor. */
const rests = new Map<number, Uint8Array>();

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
// Accepted sockets inherit it.
listener.setOption("TCP_NODELAY", true);
listener.bind({ address: "127.0.0.1", port: 0 }).listen();

const connections = new Epoll((_error, fd) => {
  try {
    serve(fd);
  } catch {
    drop(fd);
  }
});

function serve(fd: number): void {
  const rest = rests.get(fd);
  if (rest) {
    send(fd, rest, rest.length);
    return;
  }
  const received = sys.recv(fd, buffer);
  if (received === 0) drop(fd);
  else if (received !== null) send(fd, buffer, received);
}

function send(fd: number, data: Uint8Array, length: number): void {
  const sent = sys.send(fd, data, 0, length, sys.MSG_NOSIGNAL) ?? 0;
  const waited = rests.has(fd);
  if (sent < length) {
    rests.set(fd, waited ? data.subarray(sent) : data.slice(sent, length));
    if (!waited) connections.modify(fd, sys.EPOLLOUT);
  } else if (waited) {
    rests.delete(fd);
    connections.modify(fd, sys.EPOLLIN);
  }
}

function drop(fd: number): void {
  rests.delete(fd);
  connections.remove(fd);
  sys.close(fd);
}

new Epoll(() => {
  for (let socket = listener.accept(); socket; socket = listener.accept()) {
    connections.add(socket.detach(), sys.EPOLLIN);
  }
}).add(listener.fd, sys.EPOLLIN);

announce(Number(listener.localAddress.port));
