import * as sys from "../sys/index.ts";
import type { Calls } from "./io_calls.ts";
import { ANSWER_SIZE } from "./io_peer.ts";
import { SignalDriven } from "./sigio.ts";

const MAX_EVENTS = 8;
const DATA = 1;

/** One way to read what will arrive on a socket. */
export interface Model {
  readonly name: string;
  /** The calls that it makes for each read, by their names in C. */
  readonly calls: string;
  /**
   * Prepares for many reads.
   *
   * @returns what waits for the next bytes and puts them into `buffer`, and what undoes the preparation
   */
  open(fd: number, buffer: Buffer, calls: Calls): Reading;
}

interface Reading {
  /** @returns the number of bytes */
  read(): number;
  close?(): void;
}

const FIRST: readonly Model[] = [
  {
    name: "blocking",
    calls: "recv",
    open: (fd, buffer, calls) => ({
      read: () =>
        calls.make("recv", [fd, "buffer", ANSWER_SIZE, 0], () => sys.recv(fd, buffer)) ?? 0,
    }),
  },
  {
    name: "non-blocking, polling",
    calls: "recv",
    open: (fd, buffer, calls) => ({
      read() {
        for (;;) {
          const received = receive(fd, buffer, calls);
          if (received !== null) return received;
        }
      },
    }),
  },
  {
    name: "multiplexed, select",
    calls: "select, recv",
    open(fd, buffer, calls) {
      const readfds = new sys.FdSet(fd + 1);
      return {
        read() {
          readfds.set(fd); // the call overwrites it
          calls.make("select", [fd + 1, "readfds", "NULL", "NULL", "NULL"], () =>
            sys.select(fd + 1, readfds, null, null, -1),
          );
          return receive(fd, buffer, calls) ?? 0;
        },
      };
    },
  },
  {
    name: "multiplexed, poll",
    calls: "poll, recv",
    open(fd, buffer, calls) {
      const fds = new sys.PollFds(1);
      fds.set(0, fd, sys.POLLIN);
      return {
        read() {
          calls.make("poll", ["fds", 1, -1], () => sys.poll(fds, 1, -1));
          return receive(fd, buffer, calls) ?? 0;
        },
      };
    },
  },
  {
    name: "multiplexed, epoll",
    calls: "epoll_wait, recv",
    open(fd, buffer, calls) {
      const events = new sys.EpollEvents(MAX_EVENTS);
      const epfd = calls.make("epoll_create1", ["EPOLL_CLOEXEC"], () =>
        sys.epollCreate1(sys.EPOLL_CLOEXEC),
      );
      calls.make("epoll_ctl", [epfd, "EPOLL_CTL_ADD", fd, "EPOLLIN"], () => {
        sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, fd, sys.EPOLLIN);
      });
      return {
        read() {
          calls.make("epoll_wait", [epfd, "events", MAX_EVENTS, -1], () =>
            sys.epollWait(epfd, events, -1),
          );
          return receive(fd, buffer, calls) ?? 0;
        },
        close() {
          sys.close(epfd);
        },
      };
    },
  },
];

const SIGNAL_DRIVEN: Model = {
  name: "signal-driven",
  calls: "read, recv",
  open(fd, buffer, calls) {
    const signals = new SignalDriven(fd, calls.make.bind(calls));
    return {
      read() {
        for (;;) {
          signals.take(calls.make.bind(calls));
          const received = receive(fd, buffer, calls); // null: the signal was for something else
          if (received !== null) return received;
        }
      },
      close() {
        signals[Symbol.dispose]();
      },
    };
  },
};

const COMPLETION: Model = {
  name: "by completion, io_uring",
  calls: "io_uring_enter",
  open(fd, buffer, calls) {
    const cqes = new sys.IoUringCqes(1);
    const ring = calls.make(
      "io_uring_setup",
      [1, "params"],
      () => sys.ioUringSetup(1, new sys.IoUringParams(), ANSWER_SIZE),
      sys.ioUringFd,
    );
    const ringFd = sys.ioUringFd(ring);
    return {
      read() {
        sys.ioUringPrepRecv(ring, fd, 0, ANSWER_SIZE, 0, DATA);
        calls.make("io_uring_enter", [ringFd, 1, 1, "IORING_ENTER_GETEVENTS", "NULL"], () =>
          sys.ioUringEnter(ring, 1, 1, sys.IORING_ENTER_GETEVENTS),
        );
        sys.ioUringPeekBatchCqe(ring, cqes);
        sys.ioUringCqAdvance(ring, 1);
        sys.ioUringBufferRead(ring, buffer, 0);
        return cqes.res(0);
      },
      close() {
        sys.ioUringQueueExit(ring);
      },
    };
  },
};

/** All models; the last one is what a kernel may refuse. */
export const MODELS: readonly Model[] = [...FIRST, SIGNAL_DRIVEN, COMPLETION];

function receive(fd: number, buffer: Buffer, calls: Calls): number | null {
  return calls.make("recv", [fd, "buffer", ANSWER_SIZE, "MSG_DONTWAIT"], () =>
    sys.recv(fd, buffer, 0, ANSWER_SIZE, sys.MSG_DONTWAIT),
  );
}
