import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { NOT_OPEN, opened, openPipe, toolEnvironment } from "./support.ts";

const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;

/** A process that only ends by a signal, at the latest with the test. */
function startCat(): { pid: number; ended: Promise<unknown[]> } {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"], env: toolEnvironment() });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { pid: child.pid ?? 0, ended };
}

/** Whether it is readable within the time. */
function readable(fd: number, timeoutMs: number): boolean {
  const fds = new sys.PollFds(1);
  fds.set(0, fd, sys.POLLIN);
  return sys.poll(fds, 1, timeoutMs) === 1;
}

/** A pidfd of this thread; `null` where the kernel has none. */
function tryOpenThread(): number | null {
  try {
    return opened(sys.pidfdOpen(process.pid, sys.PIDFD_THREAD));
  } catch (error) {
    if (isSystemError(error, "EINVAL")) return null;
    throw error;
  }
}

// glibc says SI_USER in place of SI_TKILL.
const TKILL: unknown = expect.toBeOneOf([sys.SI_TKILL, sys.SI_USER]);

describe("pidfd_open(2)", () => {
  it("opens a descriptor, close-on-exec, that is readable once the process has ended", async () => {
    const { pid, ended } = startCat();
    const pidfd = opened(sys.pidfdOpen(pid));
    expect(readable(pidfd, 0)).toBe(false);

    process.kill(pid);

    expect(readable(pidfd, -1)).toBe(true);
    expect(sys.fcntl(pidfd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    await ended;
  });

  it("is non-blocking only when asked for", () => {
    const flags = [0, sys.PIDFD_NONBLOCK].map(
      (flag) => sys.fcntl(opened(sys.pidfdOpen(process.pid, flag)), sys.F_GETFL) & sys.O_NONBLOCK,
    );

    expect(flags).toEqual([0, sys.O_NONBLOCK]);
  });

  it("throws ESRCH for no process, EINVAL for what is no number of one and an unknown flag", async () => {
    const { pid, ended } = startCat();
    process.kill(pid);
    await ended;

    expect(() => sys.pidfdOpen(pid)).toThrow(failure("ESRCH", "pidfd_open"));
    expect(() => sys.pidfdOpen(-1)).toThrow(failure("EINVAL", "pidfd_open"));
    expect(() => sys.pidfdOpen(process.pid, 1)).toThrow(failure("EINVAL", "pidfd_open"));
  });
});

describe("pidfd_send_signal(2)", () => {
  it("sends the signal", async () => {
    const { pid, ended } = startCat();
    const pidfd = opened(sys.pidfdOpen(pid));
    sys.pidfdSendSignal(pidfd, 0);

    sys.pidfdSendSignal(pidfd, 15);

    expect(await ended).toEqual([null, "SIGTERM"]);
  });

  it("throws ESRCH for a process that was waited for, although its number may be in use", async () => {
    const { pid, ended } = startCat();
    const pidfd = opened(sys.pidfdOpen(pid));
    process.kill(pid);
    await ended;

    expect(() => {
      sys.pidfdSendSignal(pidfd, 0);
    }).toThrow(failure("ESRCH", "pidfd_send_signal"));
  });

  it.each([
    ["EBADF", "a descriptor that is not open", (): number => NOT_OPEN, 0, 0],
    ["EBADF", "no pidfd", () => openPipe()[0], 0, 0],
    ["EINVAL", "an unknown signal", () => opened(sys.pidfdOpen(process.pid)), 999, 0],
    ["EINVAL", "an unknown flag", () => opened(sys.pidfdOpen(process.pid)), 0, 1 << 20],
  ] as const)("throws %s for %s", (code, _what, open, sig, flags) => {
    const fd = open();

    expect(() => {
      sys.pidfdSendSignal(fd, sig, flags);
    }).toThrow(expect.objectContaining({ code, syscall: "pidfd_send_signal", fd }));
  });
});

describe("pidfd_send_signal(2) with a value", () => {
  const RT = 40;

  it.for([0, -1, 2 ** 31 - 1])("sends %d with the signal, to one thread", (value, { skip }) => {
    const pidfd = tryOpenThread();
    skip(pidfd === null, "needs PIDFD_THREAD of Linux 6.9");
    const set = new sys.SigSet([RT]);
    const before = sys.pthreadSigmask(sys.SIG_BLOCK, set);
    onTestFinished(() => {
      sys.pthreadSigmask(sys.SIG_SETMASK, before);
    });

    sys.pidfdSendSignal(pidfd ?? -1, RT, 0, value);
    sys.pidfdSendSignal(pidfd ?? -1, RT, sys.PIDFD_SIGNAL_THREAD);

    expect([0, 0].map((timeoutMs) => sys.sigtimedwait(set, timeoutMs))).toMatchObject([
      { signo: RT, code: sys.SI_QUEUE, pid: process.pid, int: value },
      { signo: RT, code: TKILL, pid: process.pid },
    ]);
    expect(sys.sigtimedwait(set, 0)).toBeNull();
  });

  it("refuses what is no int", () => {
    const pidfd = opened(sys.pidfdOpen(process.pid));

    expect(() => {
      sys.pidfdSendSignal(pidfd, 0, 0, 2 ** 31);
    }).toThrow(RangeError);
  });
});

describe("pidfd_getfd(2)", () => {
  it("opens what a descriptor of another process refers to, close-on-exec", async () => {
    const script = "import os; r, w = os.pipe(); print(w, flush=True); print(os.read(r, 9))";
    await using other = new Program(PYTHON, [...BARE, "-c", script]);
    const target = Number(await other.nextLine());
    const pidfd = opened(sys.pidfdOpen(other.pid));

    const writeEnd = opened(sys.pidfdGetfd(pidfd, target));

    expect(sys.write(writeEnd, Buffer.from("hello"))).toBe(5);
    expect(await other.nextLine()).toBe("b'hello'");
    expect(sys.fcntl(writeEnd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  it("throws EBADF for what is not open there, or no pidfd, and EINVAL for a flag", () => {
    const pidfd: number = opened(sys.pidfdOpen(process.pid));

    expect(() => sys.pidfdGetfd(pidfd, NOT_OPEN)).toThrow(failure("EBADF", "pidfd_getfd"));
    expect(() => sys.pidfdGetfd(NOT_OPEN, 0)).toThrow(failure("EBADF", "pidfd_getfd"));
    expect(() => sys.pidfdGetfd(pidfd, pidfd, 1)).toThrow(failure("EINVAL", "pidfd_getfd"));
  });
});

describe("pidfd_send_signal(2)", () => {
  // 32 and 33 are those of the C library's threads, whose handlers trust what a thread of their process sends.
  it.each([32, 33])("refuses signal %i", (sig) => {
    const pidfd = opened(sys.pidfdOpen(process.pid));

    expect(() => {
      sys.pidfdSendSignal(pidfd, sig);
    }).toThrow(failure("EINVAL", "pidfd_send_signal"));
    expect(() => {
      sys.pidfdSendSignal(sys.PIDFD_SELF_THREAD, sig);
    }).toThrow(failure("EINVAL", "pidfd_send_signal"));
  });
});
