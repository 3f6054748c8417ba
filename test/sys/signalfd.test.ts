import { constants } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { runScript } from "./processes.ts";
import { signalThisThread } from "../support/signals.ts";
import { NOT_OPEN, opened, openPipe, run } from "./support.ts";

const { SIGUSR2, SIGWINCH, SIGCHLD } = constants.signals;
const failure = (code: string): Error =>
  expect.objectContaining({ code, syscall: "signalfd" }) as Error;

/** Blocks signals in this thread for the rest of the test. */
function block(...signals: number[]): sys.SigSet {
  const set = new sys.SigSet(signals);
  const before = sys.pthreadSigmask(sys.SIG_BLOCK, set);
  onTestFinished(() => {
    sys.pthreadSigmask(sys.SIG_SETMASK, before);
  });
  return set;
}

function openSignalfd(set: sys.SigSet): number {
  return opened(sys.signalfd(-1, set, sys.SFD_NONBLOCK | sys.SFD_CLOEXEC));
}

const QUEUE = `
import ctypes, platform, sys
pid, signal = map(int, sys.argv[1:])
number = {"x86_64": 297, "aarch64": 240}[platform.machine()]
for value in (7, -8):
    siginfo = (ctypes.c_int * 32)(signal, 0, -1, 0, 4, 5, value)
    if ctypes.CDLL(None).syscall(number, pid, pid, signal, siginfo) != 0: sys.exit(1)
`;

function take(fd: number, most = 8): sys.SignalInfo[] {
  const bytes = new Uint8Array(most * sys.SIGNALFD_SIGINFO_SIZE);
  const length = sys.read(fd, bytes);
  return length === null ? [] : sys.signalfdSiginfo(bytes.subarray(0, length));
}

describe("signalfd(2)", () => {
  it("yields the signals of its set that this thread was sent, and who sent them", () => {
    const set = block(SIGWINCH, SIGUSR2);
    const fd = openSignalfd(set.delete(SIGUSR2));
    expect(take(fd)).toEqual([]);

    signalThisThread(SIGUSR2);
    expect(take(fd)).toEqual([]);
    signalThisThread(SIGWINCH);

    const [info, ...more] = take(fd);
    expect(info).toMatchObject({ signo: SIGWINCH, uid: process.getuid?.() });
    expect(info?.pid).not.toBe(process.pid);
    expect(more).toEqual([]);
    take(openSignalfd(new sys.SigSet([SIGUSR2])));
  });

  it("yields each waiting signal, as many as there is room for", () => {
    const fd = openSignalfd(block(SIGWINCH, SIGUSR2));
    signalThisThread(SIGWINCH);
    signalThisThread(SIGUSR2);
    signalThisThread(SIGUSR2); // waits already: counts once

    const signals = [...take(fd, 1), ...take(fd, 8)].map(({ signo }) => signo);

    expect(signals).toEqual([SIGUSR2, SIGWINCH]);
    expect(take(fd)).toEqual([]);
  });

  it("yields what sigqueue(3) sent along", () => {
    const real = 40; // a real-time signal: each one is queued
    const fd = openSignalfd(block(real));

    // rt_tgsigqueueinfo(2), as the C library has no function for one thread of another process
    run(PYTHON, [...BARE, "-c", QUEUE, String(process.pid), String(real)]);

    expect(take(fd).map(({ signo, int, pid, uid }) => ({ signo, int, pid, uid }))).toEqual([
      { signo: real, int: 7, pid: 4, uid: 5 },
      { signo: real, int: -8, pid: 4, uid: 5 },
    ]);
  });

  it("takes other signals from then on when it is given an open signalfd", () => {
    const set = block(SIGWINCH, SIGUSR2);
    const fd = openSignalfd(new sys.SigSet([SIGUSR2]));

    expect(sys.signalfd(fd, set)).toBe(fd);

    signalThisThread(SIGWINCH);
    expect(take(fd).map(({ signo }) => signo)).toEqual([SIGWINCH]);
  });

  it("is close-on-exec and non-blocking only when asked for", () => {
    const plain = opened(sys.signalfd(-1, new sys.SigSet()));
    const flagged = openSignalfd(new sys.SigSet());

    expect(sys.fcntl(plain, sys.F_GETFD)).toBe(0);
    expect(sys.fcntl(plain, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
    expect(sys.fcntl(flagged, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.fcntl(flagged, sys.F_GETFL) & sys.O_NONBLOCK).toBe(sys.O_NONBLOCK);
  });

  it("throws EBADF and EINVAL for what is no signalfd, EINVAL for an unknown flag", () => {
    const set = new sys.SigSet();

    expect(() => sys.signalfd(NOT_OPEN, set)).toThrow(failure("EBADF"));
    expect(() => sys.signalfd(openPipe()[0], set)).toThrow(failure("EINVAL"));
    expect(() => sys.signalfd(-1, set, 1)).toThrow(failure("EINVAL"));
  });
});

/** In a child: blocks a signal in the main thread and opens a signalfd for it, `fd`. */
const PREPARE = (signal: number) => `
  const fs = require("node:fs");
  const set = new Uint8Array(native.sizeof_sigset_t);
  set[${String((signal - 1) >> 3)}] = ${String(1 << ((signal - 1) & 7))};
  native.pthread_sigmask(native.SIG_BLOCK, set, null);
  const fd = native.signalfd(-1, set, native.SFD_NONBLOCK);
  const signo = () => {
    const info = new Uint32Array(32);
    return native.read(fd, info, 0, 128) === 128 ? info[0] : null;
  };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
`;

// docs/signals.md says all this.
describe("signals of the whole process, in Node.js", () => {
  it("do what they do by default, where the main thread alone blocks them", async () => {
    const { signal } = await runScript(`${PREPARE(SIGUSR2)}
      process.kill(process.pid, "SIGUSR2");
      setTimeout(() => undefined, 50_000);`);

    expect(signal).toBe("SIGUSR2");
  });

  it("run the handler of process.on, and do not wait in a signalfd", async () => {
    const { stdout } = await runScript(`${PREPARE(SIGUSR2)}
      const alive = setInterval(() => undefined, 1000);
      process.on("SIGUSR2", () => {
        console.log("handler", signo());
        clearInterval(alive);
      });
      process.kill(process.pid, "SIGUSR2");`);

    expect(stdout).toBe("handler null\n");
  });

  it("wait in a signalfd where they are SIGUSR1, which all threads of Node block", async () => {
    const { stdout, stderr } = await runScript(`${PREPARE(constants.signals.SIGUSR1)}
      process.kill(process.pid, "SIGUSR1");
      turn().then(() => console.log(signo()));`);

    expect(stdout).toBe(`${String(constants.signals.SIGUSR1)}\n`);
    expect(stderr).toBe(""); // nor does the debugger start
  });

  it("are not kept from a process by the mask that it inherits: Node clears it", async () => {
    const { stdout } = await runScript(`
      const { execFileSync } = require("node:child_process");
      const code = "console.log(require('fs').readFileSync('/proc/self/status', 'latin1').match(/SigBlk.*/)[0])";
      const env = ["--block-signal=USR2", process.execPath, "-e", code];
      process.stdout.write(execFileSync("env", env));`);

    expect(stdout).toBe(`SigBlk:\t${"0".repeat(16)}\n`);
  });

  it("reach node:child_process before a signalfd where they are SIGCHLD", async () => {
    const { stdout } = await runScript(`${PREPARE(SIGCHLD)}
      require("node:child_process").spawn("true").on("exit", (code) => console.log(code, signo()));`);

    expect(stdout).toBe("0 null\n");
  });
});
