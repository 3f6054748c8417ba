// The loop of contenders/c/echo_server.c in JavaScript, which calls libc through koffi.
import { writeSync } from "node:fs";
import { Socket, sys } from "pollux";
import { usageLine } from "../../support/answering.ts";
import { koffi } from "../../support/npm_packages.ts";

const { load, errno } = koffi();
const libc = load(null);
const accept4 = libc.func("int accept4(int fd, void *address, void *length, int flags)");
const close = libc.func("int close(int fd)");
const epollCreate1 = libc.func("int epoll_create1(int flags)");
const epollCtl = libc.func("int epoll_ctl(int epfd, int op, int fd, void *event)");
const epollWait = libc.func("int epoll_wait(int epfd, void *events, int max, int timeout)");
const read = libc.func("long read(int fd, void *buffer, size_t size)");
const recv = libc.func("long recv(int fd, void *buffer, size_t size, int flags)");
const send = libc.func("long send(int fd, void *buffer, size_t size, int flags)");

const STDIN = 0;
const MAX_EVENTS = 1024;
// struct epoll_event: events, then data, of which fd is the first half. It is packed on x86-64 only.
const [WORDS, FD] = process.arch === "x64" ? [3, 1] : [4, 2];
const events = new Int32Array(MAX_EVENTS * WORDS);
const event = new Int32Array(WORDS);
const buffer = new Uint8Array(64 * 1024);
/** What the kernel has not accepted yet, by descriptor. */
const rests = new Map<number, Uint8Array>();
const epfd = epollCreate1(sys.EPOLL_CLOEXEC);

function control(op: number, fd: number, interest: number): void {
  event[0] = interest;
  event[FD] = fd;
  if (epollCtl(epfd, op, fd, event) !== 0) throw new Error(`epoll_ctl: errno ${errno()}`);
}

function serve(fd: number): void {
  const rest = rests.get(fd);
  if (rest) {
    sendBack(fd, rest, rest.length);
    return;
  }
  const received = recv(fd, buffer, buffer.length, 0);
  if (received > 0) sendBack(fd, buffer, received);
  else if (received === 0 || errno() !== sys.errno.EAGAIN) drop(fd);
}

function sendBack(fd: number, data: Uint8Array, length: number): void {
  let sent = send(fd, data, length, sys.MSG_NOSIGNAL);
  if (sent < 0 && errno() === sys.errno.EAGAIN) sent = 0;
  if (sent < 0) {
    drop(fd);
    return;
  }
  const waited = rests.has(fd);
  if (sent < length) {
    rests.set(fd, waited ? data.subarray(sent) : data.slice(sent, length));
    if (!waited) control(sys.EPOLL_CTL_MOD, fd, sys.EPOLLOUT);
  } else if (waited) {
    rests.delete(fd);
    control(sys.EPOLL_CTL_MOD, fd, sys.EPOLLIN);
  }
}

function drop(fd: number): void {
  rests.delete(fd);
  close(fd);
}

function accept(): void {
  for (;;) {
    const fd = accept4(listener.fd, null, null, sys.SOCK_NONBLOCK | sys.SOCK_CLOEXEC);
    if (fd < 0) return;
    control(sys.EPOLL_CTL_ADD, fd, sys.EPOLLIN);
  }
}

/** Answers a line of the input; `false` at its end. */
function answer(): boolean {
  if (read(STDIN, buffer, 64) <= 0) return false;
  writeSync(1, usageLine());
  return true;
}

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
// Accepted sockets inherit it.
listener.setOption("TCP_NODELAY", true);
listener.bind({ address: "127.0.0.1", port: 0 }).listen();
control(sys.EPOLL_CTL_ADD, listener.fd, sys.EPOLLIN);
control(sys.EPOLL_CTL_ADD, STDIN, sys.EPOLLIN);
writeSync(1, `${String(listener.localAddress.port)}\n`);
for (let running = true; running;) {
  const count = epollWait(epfd, events, MAX_EVENTS, -1);
  for (let index = 0; index < count; index++) {
    const fd = events[index * WORDS + FD]!;
    if (fd === listener.fd) accept();
    else if (fd === STDIN) running = answer();
    else serve(fd);
  }
}
