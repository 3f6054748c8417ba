// The five models of I/O, each for one small read: what is called before the bytes are there, and what after.
import { Socket, sys } from "pollux";

const SIGNAL = 40; // a real-time signal: SIGRTMIN + 6
const [here, peer] = Socket.pair(sys.SOCK_STREAM);
const fd = here.fd;
const buffer = Buffer.alloc(64);

function tell(model: string, calls: string, received: number | null): void {
  console.log(`${model}: ${calls}: ${buffer.toString("latin1", 0, received ?? 0)}`);
}

function nonBlocking(): void {
  const before = sys.recv(fd, buffer); // null: EAGAIN
  peer.send(Buffer.from("hello"));
  const first = before === null ? "EAGAIN" : String(before);
  tell("non-blocking", `recv = ${first}, recv`, sys.recv(fd, buffer));
}

function blocking(): void {
  here.blocking = true;
  peer.send(Buffer.from("hello")); // another thread or process would; until then recv would sleep
  tell("blocking", "recv", sys.recv(fd, buffer));
  here.blocking = false;
}

function multiplexed(): void {
  const fds = new sys.PollFds(1);
  fds.set(0, fd, sys.POLLIN);
  const before = sys.poll(fds, 1, 0);
  peer.send(Buffer.from("hello"));
  tell(
    "multiplexed",
    `poll = ${before}, poll = ${sys.poll(fds, 1, -1)}, recv`,
    sys.recv(fd, buffer),
  );
}

function signalDriven(): void {
  const signals = new sys.SigSet([SIGNAL, "SIGIO"]); // SIGIO comes when too many are queued
  const before = sys.pthreadSigmask(sys.SIG_BLOCK, signals);
  const signalfd = sys.signalfd(-1, signals, sys.SFD_CLOEXEC | sys.SFD_NONBLOCK);
  sys.fcntlOwner(fd, sys.F_SETOWN_EX, Int32Array.of(sys.F_OWNER_TID, process.pid)); // this thread: the main one
  sys.fcntl(fd, sys.F_SETSIG, SIGNAL);
  sys.fcntl(fd, sys.F_SETFL, sys.fcntl(fd, sys.F_GETFL) | sys.O_ASYNC);
  peer.send(Buffer.from("hello"));
  const info = new Uint8Array(sys.SIGNALFD_SIGINFO_SIZE);
  sys.read(signalfd, info);
  const [{ signo, fd: ready } = { signo: 0, fd: 0 }] = sys.signalfdSiginfo(info);
  const found = `signal ${signo} for ${ready === fd ? "the socket" : ready}`;
  tell("signal-driven", `read = ${found}, recv`, sys.recv(fd, buffer));
  sys.fcntl(fd, sys.F_SETFL, sys.fcntl(fd, sys.F_GETFL) & ~sys.O_ASYNC);
  while (sys.read(signalfd, info) !== null); // what is pending would end the process
  sys.close(signalfd);
  sys.pthreadSigmask(sys.SIG_SETMASK, before);
}

function byCompletion(): void {
  const ring = sys.ioUringSetup(1, new sys.IoUringParams(), buffer.length);
  sys.ioUringPrepRecv(ring, fd, 0, buffer.length, 0, 1);
  const submitted = sys.ioUringEnter(ring, 1);
  peer.send(Buffer.from("hello"));
  sys.ioUringEnter(ring, 0, 1, sys.IORING_ENTER_GETEVENTS);
  const completions = new sys.IoUringCqes(1);
  sys.ioUringPeekBatchCqe(ring, completions);
  sys.ioUringBufferRead(ring, buffer, 0);
  tell("by completion", `io_uring_enter = ${submitted}, io_uring_enter`, completions.res(0));
  sys.ioUringQueueExit(ring);
}

blocking();
nonBlocking();
multiplexed();
signalDriven();
try {
  byCompletion();
} catch (error) {
  console.log(`by completion: this kernel refuses io_uring: ${(error as Error).message}`);
}
here.close();
peer.close();
