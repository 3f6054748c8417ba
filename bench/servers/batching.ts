// batching EVENTS: an echo server that is a loop of system calls, and takes up to EVENTS events from each wait.
import { writeSync } from "node:fs";
import { Socket, sys } from "pollux";
import { usageLine } from "../support/answering.ts";

const STDIN = 0;
const FLAGS = sys.SOCK_NONBLOCK | sys.SOCK_CLOEXEC;
const events = new sys.EpollEvents(Number(process.argv[2]));
const buffer = new Uint8Array(64 * 1024);

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
listener.setOption("TCP_NODELAY", true);
listener.bind({ address: "127.0.0.1", port: 0 }).listen();
const epfd = sys.epollCreate1(sys.EPOLL_CLOEXEC);
for (const fd of [listener.fd, STDIN]) sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, fd, sys.EPOLLIN);
writeSync(1, `${String(listener.localAddress.port)}\n`);

for (let running = true; running;) {
  const ready = sys.epollWait(epfd, events, -1);
  for (let index = 0; index < ready; index++) {
    const fd = events.dataLow(index);
    if (fd === listener.fd) accept();
    else if (fd === STDIN) running = answer();
    else echo(fd);
  }
}

function accept(): void {
  for (
    let fd = sys.accept4(listener.fd, FLAGS);
    fd !== null;
    fd = sys.accept4(listener.fd, FLAGS)
  ) {
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, fd, sys.EPOLLIN);
  }
}

/** As much as a send buffer takes at once: the messages of this scenario are small. */
function echo(fd: number): void {
  try {
    const received = sys.recv(fd, buffer);
    if (received === null) return;
    if (received > 0 && sys.send(fd, buffer, 0, received, sys.MSG_NOSIGNAL) === received) return;
  } catch {
    // A load generator that ends resets its connections.
  }
  sys.close(fd);
}

/** @returns `false` at the end of the input */
function answer(): boolean {
  if (sys.read(STDIN, buffer) === 0) return false;
  writeSync(1, usageLine());
  return true;
}
