import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import * as sys from "../../lib/sys/index.ts";
import { threadStatus } from "./processes.ts";
import { NOT_OPEN, opened, openPipe, python } from "./support.ts";

const SIGUSR2 = new sys.SigSet(["SIGUSR2"]);
const NONE = new sys.SigSet();
// The processes that one test starts.
const MAX_CLEANED_UP = 4;

function hasSignal(field: "SigBlk" | "SigPnd"): boolean {
  const signals = BigInt(`0x${threadStatus(String(process.pid), field)}`);
  return (signals & (1n << 11n)) !== 0n;
}

/** Has another process send SIGUSR2 to this very thread, where it stays pending: it is blocked. */
function signalThisThread(): void {
  const pid = String(process.pid);
  python(`__import__("ctypes").CDLL(None).tgkill(${pid}, ${pid}, 12)`);
  expect(hasSignal("SigPnd")).toBe(true);
}

/** One descriptor that is ready when `events` is set, and as each call wants it. */
type Wait = (fd: number, timeoutMs: number, mask: sys.SigSet | null) => number;

const calls: readonly (readonly [string, string, Wait])[] = [
  [
    "ppoll(2)",
    "ppoll",
    (fd, timeoutMs, mask) => {
      const fds = new sys.PollFds(1);
      fds.set(0, fd, sys.POLLIN);
      return sys.ppoll(fds, 1, timeoutMs, mask);
    },
  ],
  [
    "pselect(2)",
    "select",
    (fd, timeoutMs, mask) => {
      const set = new sys.FdSet();
      set.set(fd);
      return sys.select(fd + 1, set, null, null, timeoutMs, mask);
    },
  ],
  ["epoll_pwait(2)", "epoll_pwait", epollOf(sys.epollPwait)],
  ["epoll_pwait2(2)", "epoll_pwait2", epollOf(sys.epollPwait2)],
];

function epollOf(call: typeof sys.epollPwait): Wait {
  return (fd, timeoutMs, mask) => {
    const epfd = opened(sys.epollCreate1());
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, fd, sys.EPOLLIN);
    const events = new sys.EpollEvents(1);
    return unlessCleaningUp(() => call(epfd, events, timeoutMs, mask));
  };
}

/**
 * Since Node.js 22 the loop of spawnSync() has an io_uring. A moment after it was closed the kernel has this
 * thread clean up, which ends epoll_pwait(2) as a signal does, though there is none.
 */
function unlessCleaningUp(wait: () => number): number {
  const isPending = hasSignal("SigPnd");
  for (let triesLeft = MAX_CLEANED_UP; ; triesLeft--) {
    try {
      return wait();
    } catch (error) {
      const isTaken = isPending && !hasSignal("SigPnd");
      if (!isSystemError(error, "EINTR") || isTaken || triesLeft === 0) throw error;
    }
  }
}

// At import, because libuv keeps a pipe per process once it handles signals; without a handler the
// signal would end the process. It is blocked for the test only.
process.on("SIGUSR2", () => undefined);

beforeEach(() => {
  const before = sys.pthreadSigmask(sys.SIG_BLOCK, SIGUSR2);
  onTestFinished(() => {
    sys.pthreadSigmask(sys.SIG_SETMASK, before);
  });
});

describe.each(calls)("%s with a signal mask", (_, syscall, wait) => {
  const interrupted = expect.objectContaining({ code: "EINTR", syscall }) as Error;

  it("is interrupted by the signals that the mask lets through, and only by those", () => {
    const [fd] = openPipe();
    signalThisThread();

    expect(wait(fd, 20, SIGUSR2)).toBe(0);
    expect(wait(fd, 20, sys.SigSet.full())).toBe(0);
    expect(hasSignal("SigPnd")).toBe(true);
    expect(() => wait(fd, 60_000, NONE)).toThrow(interrupted);
    expect(hasSignal("SigPnd")).toBe(false);
  });

  it("leaves the thread's own mask in force where it is null", () => {
    const [fd] = openPipe();
    signalThisThread();

    expect(wait(fd, 20, null)).toBe(0);

    expect(hasSignal("SigPnd")).toBe(true);
  });

  it("has the thread's own mask back afterwards, however it ended", () => {
    const [readEnd, writeEnd] = openPipe();
    const ends: boolean[] = [];

    wait(readEnd, 1, NONE);
    ends.push(hasSignal("SigBlk"));
    sys.write(writeEnd, Buffer.from("x"));
    wait(readEnd, 1, NONE);
    ends.push(hasSignal("SigBlk"));
    sys.read(readEnd, Buffer.alloc(1));
    signalThisThread();
    expect(() => wait(readEnd, 60_000, NONE)).toThrow(interrupted);
    ends.push(hasSignal("SigBlk"));

    expect(ends).toEqual([true, true, true]);
  });

  it("reports what is ready although a signal is pending", () => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("x"));
    signalThisThread();

    expect(wait(readEnd, 60_000, SIGUSR2)).toBe(1);
  });
});

describe("epoll_pwait(2)", () => {
  it("waits for up to the timeout, in whole milliseconds, and fails as epoll_wait does", () => {
    const epfd = opened(sys.epollCreate1());
    const events = new sys.EpollEvents(1);
    const failure = (code: string) => expect.objectContaining({ code }) as Error;

    expect(sys.epollPwait(epfd, events, 0, null)).toBe(0);
    expect(() => sys.epollPwait(NOT_OPEN, events, 0, NONE)).toThrow(failure("EBADF"));
    expect(() => sys.epollPwait(epfd, events, 0.5, NONE)).toThrow(failure("ERR_OUT_OF_RANGE"));
  });
});
