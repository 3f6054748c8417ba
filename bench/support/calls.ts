import { Address, sys } from "pollux";
import type { Trial } from "pollux/bench";

const SIZE = 64;
const READY = 10;

type Call = () => boolean;

/** System calls by name. Each function returns the call to measure, which tells whether it succeeded. */
export const CALLS: Readonly<Record<string, (open: Opened) => Call>> = {
  "recv-would-block"({ pair: [here], buffer }) {
    return () => sys.recv(here, buffer, 0, SIZE) === null;
  },
  "send-recv-64B"({ pair: [here, there], buffer }) {
    return () =>
      sys.send(there, buffer, 0, SIZE, sys.MSG_NOSIGNAL) === SIZE &&
      sys.recv(here, buffer, 0, SIZE) === SIZE;
  },
  "write-read-pipe"({ pipe: [from, to], buffer }) {
    return () =>
      sys.write(to, buffer, 0, SIZE) === SIZE && sys.read(from, buffer, 0, SIZE) === SIZE;
  },
  "accept4-would-block"({ listener }) {
    return () => sys.accept4(listener, sys.SOCK_CLOEXEC) === null;
  },
  "epoll_wait-none"({ emptyEpoll, events }) {
    return () => sys.epollWait(emptyEpoll, events, 0) === 0;
  },
  "epoll_wait-10-ready"({ epoll, events }) {
    return () => sys.epollWait(epoll, events, 0) === READY;
  },
  "poll-10-ready"({ pollFds }) {
    return () => sys.poll(pollFds, READY, 0) === READY;
  },
  "select-10-ready"({ watched, nfds }) {
    const work = new sys.FdSet();
    return () => {
      work.copy(watched);
      return sys.select(nfds, work, null, null, 0) === READY;
    };
  },
  "epoll_ctl-MOD"({ epoll, ready: [fd = -1] }) {
    return () => {
      sys.epollCtl(epoll, sys.EPOLL_CTL_MOD, fd, sys.EPOLLIN);
      return true;
    };
  },
  "fcntl-F_GETFD"({ pair: [here] }) {
    return () => sys.fcntl(here, sys.F_GETFD) >= 0;
  },
  "socket-close"() {
    return () => {
      sys.close(sys.socket(sys.AF_UNIX, sys.SOCK_STREAM | sys.SOCK_CLOEXEC, 0));
      return true;
    };
  },
};

/** The {@link CALLS} that take an offset and a length, here with a view of the buffer instead. */
export const SUBARRAY_CALLS: typeof CALLS = {
  "recv-would-block"({ pair: [here], buffer }) {
    return () => sys.recv(here, buffer.subarray(0, SIZE)) === null;
  },
  "send-recv-64B"({ pair: [here, there], buffer }) {
    return () =>
      sys.send(there, buffer.subarray(0, SIZE), 0, SIZE, sys.MSG_NOSIGNAL) === SIZE &&
      sys.recv(here, buffer.subarray(0, SIZE)) === SIZE;
  },
  "write-read-pipe"({ pipe: [from, to], buffer }) {
    return () =>
      sys.write(to, buffer.subarray(0, SIZE)) === SIZE &&
      sys.read(from, buffer.subarray(0, SIZE)) === SIZE;
  },
};

/** A trial of one of {@link CALLS} or {@link SUBARRAY_CALLS}. */
export function prepareCall(calls: typeof CALLS, name: string): Trial {
  const opened = open();
  const call = calls[name]!(opened);
  let good = 0;
  let made = 0;
  return {
    run(times) {
      for (let index = 0; index < times; index++) if (call()) good++;
      made += times;
    },
    teardown() {
      for (const fd of opened.all) sys.close(fd);
      if (good !== made || made === 0) throw new Error(`${good} of ${made} calls succeeded`);
    },
  };
}

type Opened = ReturnType<typeof open>;

function open() {
  const pair = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM | sys.SOCK_NONBLOCK);
  const pipe = sys.pipe2(sys.O_NONBLOCK);
  const listener = sys.socket(sys.AF_INET, sys.SOCK_STREAM | sys.SOCK_NONBLOCK, 0);
  // Unbound, it would listen on all addresses of the machine.
  sys.bind(listener, Address.from({ address: "127.0.0.1", port: 0 }).bytes);
  sys.listen(listener, 16);
  const [epoll, emptyEpoll] = [sys.epollCreate1(), sys.epollCreate1()];
  const pollFds = new sys.PollFds(READY);
  const watched = new sys.FdSet();
  const pipes = Array.from({ length: READY }, () => sys.pipe2(sys.O_CLOEXEC));
  const ready = pipes.map(([readEnd]) => readEnd);
  for (const [index, [readEnd, writeEnd]] of pipes.entries()) {
    sys.write(writeEnd, new Uint8Array(1));
    sys.epollCtl(epoll, sys.EPOLL_CTL_ADD, readEnd, sys.EPOLLIN);
    pollFds.set(index, readEnd, sys.POLLIN);
    watched.set(readEnd);
  }
  return {
    ...{ pair, pipe, listener, epoll, emptyEpoll, pollFds, watched, ready },
    all: [...pair, ...pipe, listener, epoll, emptyEpoll, ...pipes.flat()],
    buffer: new Uint8Array(2 * SIZE),
    events: new sys.EpollEvents(SIZE),
    nfds: Math.max(...ready) + 1,
  };
}
