import { spawn } from "node:child_process";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { Program } from "../support/program.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { python, toolEnvironment } from "./support.ts";

const SIGUSR2 = 12;
const RT = 40;
const ours = new sys.SigSet([SIGUSR2, RT]);

// At import, because libuv keeps a pipe per process once it handles signals; without a handler the
// signal would end the process. It is blocked for the test only.
process.on("SIGUSR2", () => undefined);

beforeEach(() => {
  const before = sys.pthreadSigmask(sys.SIG_BLOCK, ours);
  onTestFinished(() => {
    while (sys.sigtimedwait(ours, 0)) continue; // else their default actions would follow
    sys.pthreadSigmask(sys.SIG_SETMASK, before);
  });
});

const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;

/** Has Python send a signal to this very thread. */
function fromPython(signal: number): void {
  const pid = String(process.pid);
  python(`__import__("ctypes").CDLL(None).tgkill(${pid}, ${pid}, ${String(signal)})`);
}

// glibc says SI_USER in place of SI_TKILL.
const TKILL: unknown = expect.toBeOneOf([sys.SI_TKILL, sys.SI_USER]);

describe("sigpending(2)", () => {
  it("has the signals that are blocked here and wait", () => {
    expect(sys.sigpending().has(SIGUSR2)).toBe(false);

    fromPython(SIGUSR2);

    expect(sys.sigpending().numbers()).toEqual([SIGUSR2]);
  });
});

describe("tgkill(2)", () => {
  it("sends a signal to one thread", () => {
    sys.tgkill(process.pid, process.pid, SIGUSR2);

    expect(sys.sigtimedwait(ours, 0)).toMatchObject({
      ...{ signo: SIGUSR2, code: TKILL, pid: process.pid, uid: process.getuid?.() },
    });
  });

  it("throws ESRCH for no thread, or one of another process, EINVAL for what is no signal", () => {
    expect(() => {
      sys.tgkill(process.pid, process.ppid, 0);
    }).toThrow(failure("ESRCH", "tgkill"));
    expect(() => {
      sys.tgkill(process.pid, process.pid, 99);
    }).toThrow(failure("EINVAL", "tgkill"));
    expect(() => {
      sys.tgkill(0, 0, 0);
    }).toThrow(failure("EINVAL", "tgkill"));
  });

  it.each([32, 33])(
    "refuses signal %d, whose handler in the C library trusts its sender",
    (sig) => {
      expect(() => {
        sys.tgkill(process.pid, process.pid, sig);
      }).toThrow(failure("EINVAL", "tgkill"));
    },
  );
});

describe("sigtimedwait(2)", () => {
  it("takes a signal that Python has sent, and no handler runs", () => {
    fromPython(SIGUSR2);

    const taken = sys.sigtimedwait(ours, 60_000);

    expect(taken).toMatchObject({ signo: SIGUSR2, code: TKILL });
    expect(taken?.pid).not.toBe(process.pid);
    expect(sys.sigpending().numbers()).toEqual([]);
  });

  it("returns null when the time has passed, also at once", () => {
    expect(sys.sigtimedwait(ours, 0)).toBeNull();
    expect(sys.sigtimedwait(ours, 0.5)).toBeNull();
  });

  it("takes a Timespec as the kernel does, and refuses what is none", () => {
    const timespec = new sys.Timespec(0, 1_000);

    expect(sys.sigtimedwait(ours, timespec)).toBeNull();
    expect([timespec.sec, timespec.nsec]).toEqual([0, 1_000]);
    expect(() => sys.sigtimedwait(ours, new sys.Timespec(0, 1_000_000_000))).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "sigtimedwait" }),
    );
    expect(() => sys.sigtimedwait({} as typeof ours, 0)).toThrow(
      '"set" argument must be a SigSet. Received an instance of Object',
    );
  });

  it("takes real-time signals in the order in which they were queued", () => {
    for (let index = 0; index < 3; index++) sys.tgkill(process.pid, process.pid, RT);

    const taken = [0, 0, 0, 0].map((timeoutMs) => sys.sigtimedwait(ours, timeoutMs)?.signo);

    expect(taken).toEqual([RT, RT, RT, undefined]);
  });

  it("leaves what is not in the set", () => {
    fromPython(SIGUSR2);

    expect(sys.sigtimedwait(new sys.SigSet([RT]), 0)).toBeNull();

    expect(sys.sigpending().has(SIGUSR2)).toBe(true);
  });

  it("is interrupted by another signal, whose handler runs in this thread", () => {
    const set = new sys.SigSet([SIGUSR2]);
    sys.pthreadSigmask(sys.SIG_UNBLOCK, new sys.SigSet(["SIGWINCH"]));
    const handler = (): void => undefined;
    process.on("SIGWINCH", handler);
    onTestFinished(() => {
      process.removeListener("SIGWINCH", handler);
    });
    // Again and again: whether this thread waits already cannot be told from outside.
    const pid = String(process.pid);
    const script = `import ctypes, time
while True:
    ctypes.CDLL(None).tgkill(${pid}, ${pid}, 28)
    time.sleep(0.001)`;
    const child = spawn(PYTHON, [...BARE, "-c", script], {
      stdio: "ignore",
      env: toolEnvironment(),
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });

    expect(() => sys.sigtimedwait(set, 60_000)).toThrow(failure("EINTR", "sigtimedwait"));
  });

  it("takes SIGKILL and the C library's own signals from no set", () => {
    expect(sys.sigtimedwait(new sys.SigSet([9, 19, 32, 33]), 0)).toBeNull();
  });

  it("refuses what is no time and no set", () => {
    expect(() => sys.sigtimedwait(ours, NaN)).toThrow(RangeError);
    expect(() => sys.sigtimedwait(null as unknown as sys.SigSet, 0)).toThrow(TypeError);
  });
});

describe("sigqueue(3)", () => {
  // Python's own sigwaitinfo does not tell the value: that of the C library, and where siginfo_t has it.
  const RECEIVE = `import ctypes, signal, struct
signal.pthread_sigmask(signal.SIG_BLOCK, {${String(RT)}})
libc = ctypes.CDLL(None)
wanted, info = (ctypes.create_string_buffer(128) for _ in range(2))
libc.sigemptyset(wanted)
libc.sigaddset(wanted, ${String(RT)})
print("blocked", flush=True)
while True:
    libc.sigwaitinfo(wanted, info)
    signo, code, pid, uid, value = struct.unpack_from("@i4xi4xiIi", info)
    print(signo, code, pid, value, flush=True)`;

  it("sends signals with values, of which none is lost or changed", async () => {
    await using receiver = new Program(PYTHON, [...BARE, "-c", RECEIVE]);
    await receiver.nextLine();
    const values = [7, -1, 0, 2 ** 31 - 1, -(2 ** 31)];

    for (const value of values) sys.sigqueue(receiver.pid, RT, value);

    for (const value of values) {
      const expected = [RT, sys.SI_QUEUE, process.pid, value].join(" ");
      expect(await receiver.nextLine()).toBe(expected);
    }
  });

  it("throws ESRCH, and EINVAL for what is no signal", () => {
    expect(() => {
      sys.sigqueue(2 ** 31 - 1, 0, 1);
    }).toThrow(failure("ESRCH", "sigqueue"));
    expect(() => {
      sys.sigqueue(process.pid, 99, 1);
    }).toThrow(failure("EINVAL", "sigqueue"));
    expect(() => {
      sys.sigqueue(process.pid, 0, 2 ** 31);
    }).toThrow(RangeError);
  });
});
