import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { startWorker, threadStatus } from "./processes.ts";
import { once } from "node:events";

/** Changes this thread's mask until the test is finished; returns what it was. */
function mask(how: number, set: sys.SigSet | null): sys.SigSet {
  const before = sys.pthreadSigmask(how, set);
  onTestFinished(() => {
    sys.pthreadSigmask(sys.SIG_SETMASK, before);
  });
  return before;
}

/** The signals that the kernel says this thread blocks, as bits from signal 1 up. */
function blocked(): bigint {
  return BigInt(`0x${threadStatus(String(process.pid), "SigBlk")}`);
}

function bit(signal: number): bigint {
  return 1n << BigInt(signal - 1);
}

const SIGUSR1 = 10;
const SIGUSR2 = 12;

describe("pthread_sigmask(3)", () => {
  it("blocks and unblocks what it is told to, as the kernel sees it", () => {
    const before = blocked();

    mask(sys.SIG_BLOCK, new sys.SigSet(["SIGUSR1", "SIGUSR2"]));
    const both = blocked();
    mask(sys.SIG_UNBLOCK, new sys.SigSet(["SIGUSR1"]));
    const one = blocked();
    mask(sys.SIG_SETMASK, new sys.SigSet());
    const none = blocked();

    expect(both).toBe(before | bit(SIGUSR1) | bit(SIGUSR2));
    expect(one).toBe((before | bit(SIGUSR2)) & ~bit(SIGUSR1));
    expect(none).toBe(0n);
  });

  it("returns the mask before it, and with null only that", () => {
    const first = mask(sys.SIG_BLOCK, new sys.SigSet(["SIGUSR2"]));
    const before = blocked();

    const second = sys.pthreadSigmask(sys.SIG_BLOCK, null);
    const third = sys.pthreadSigmask(-1, null);

    expect([first, second, third].map((set) => set.has("SIGUSR2"))).toEqual([false, true, true]);
    expect(blocked()).toBe(before);
  });

  it("never blocks SIGKILL, SIGSTOP and the C library's own signals", () => {
    mask(sys.SIG_SETMASK, sys.SigSet.full());

    const { SIG_BLOCK } = sys;
    const set = sys.pthreadSigmask(SIG_BLOCK, null);

    expect([9, 19].map((signal) => set.has(signal))).toEqual([false, false]);
    expect(set.has("SIGTERM")).toBe(true);
    expect(blocked() & (bit(9) | bit(19) | bit(32) | bit(33))).toBe(0n);
  });

  it("is this thread's own: a worker has another", async () => {
    const code = `
      const set = new Uint8Array(native.sizeof_sigset_t);
      set[0] = 0xff;
      parentPort.postMessage(native.pthread_sigmask(native.SIG_SETMASK, set, null));`;
    const before = blocked();
    const worker = startWorker(code);

    const [answer] = (await once(worker, "message")) as [number];

    expect([answer, blocked()]).toEqual([0, before]);
    await worker.terminate();
  });

  it("throws EINVAL for an unknown `how`, and changes nothing", () => {
    const before = blocked();

    expect(() => sys.pthreadSigmask(99, sys.SigSet.full())).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "pthread_sigmask" }),
    );

    expect(blocked()).toBe(before);
  });
});

describe("SigSet", () => {
  it("holds what it was made with, by name or number, and what is added", () => {
    const set = new sys.SigSet(["SIGINT", 15]);

    set.add("SIGUSR2").add(1).delete("SIGINT").delete(2);

    const signals = Array.from({ length: sys.NSIG - 1 }, (_, index) => index + 1);
    expect(signals.filter((signal) => set.has(signal))).toEqual([1, SIGUSR2, 15]);
    expect([set.has("SIGHUP"), set.has("SIGINT")]).toEqual([true, false]);
  });

  it.each([1, 8, 9, 31, 32, 33, 63, 64])("puts signal %d in and out alone", (signal) => {
    const set = new sys.SigSet().add(signal);
    const full = sys.SigSet.full().delete(signal);

    const signals = Array.from({ length: sys.NSIG - 1 }, (_, index) => index + 1);
    expect(signals.filter((number) => set.has(number))).toEqual([signal]);
    expect(signals.filter((number) => !full.has(number))).toEqual([signal]);
  });

  it.each([0, -1, sys.NSIG, 1.5, NaN])("refuses signal %d", (signal) => {
    const outside = expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }) as Error;

    expect(() => new sys.SigSet([signal])).toThrow(outside);
    expect(() => new sys.SigSet().has(signal)).toThrow(outside);
    expect(() => new sys.SigSet().delete(signal)).toThrow(outside);
  });

  it("refuses a name that no signal has", () => {
    expect(() => new sys.SigSet(["SIGNOTHING" as NodeJS.Signals])).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
  });
});
