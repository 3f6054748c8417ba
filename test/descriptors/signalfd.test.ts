import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { SignalFd } from "../../lib/descriptors/signalfd.ts";
import * as sys from "../../lib/sys/index.ts";
import { signalThisThread } from "../support/signals.ts";

const { SIGWINCH, SIGUSR1 } = constants.signals;

function blocked(): (signal: sys.Signal) => boolean {
  const mask = sys.pthreadSigmask(sys.SIG_BLOCK, null);
  return (signal) => mask.has(signal);
}

describe("SignalFd", () => {
  it("takes signals of its set that are sent to this thread", () => {
    using signals = new SignalFd(["SIGWINCH", SIGUSR1]);
    expect(signals.take()).toBeNull();

    signalThisThread(SIGWINCH);

    expect(signals.take()).toMatchObject({ signo: SIGWINCH, uid: process.getuid?.() });
    expect(signals.take()).toBeNull();
  });

  it("blocks its signals until it is closed, and those that were blocked also then", () => {
    using outer = new SignalFd(["SIGWINCH"]);
    const inner = new SignalFd(["SIGWINCH", "SIGUSR1"]);
    expect(["SIGWINCH", "SIGUSR1"].map((name) => blocked()(name as sys.Signal))).toEqual([
      true,
      true,
    ]);

    inner.close();
    inner.close();

    expect([blocked()("SIGWINCH"), blocked()("SIGUSR1")]).toEqual([true, false]);
    outer.close();
    expect(blocked()("SIGWINCH")).toBe(false);
  });

  it("keeps blocked what another one takes, whichever is closed first", () => {
    const first = new SignalFd(["SIGWINCH", SIGWINCH]);
    using second = new SignalFd([SIGWINCH]);

    first.close();
    expect(blocked()("SIGWINCH")).toBe(true);
    signalThisThread(SIGWINCH);

    expect(second.take()?.signo).toBe(SIGWINCH);
    second.close();
    expect(blocked()("SIGWINCH")).toBe(false);
  });

  it("leaves its signals blocked for the one it is detached to", () => {
    const signals = new SignalFd(["SIGURG"]);
    const fd = signals.detach();
    new SignalFd(["SIGURG"]).close();
    signals.close();

    const still = blocked()("SIGURG");

    sys.close(fd);
    expect(still).toBe(true);
    sys.pthreadSigmask(sys.SIG_UNBLOCK, new sys.SigSet(["SIGURG"]));
  });

  it("says of an unknown name that it is no signal's", () => {
    expect(() => new SignalFd(["SIGFOO" as sys.Signal])).toThrow(
      expect.objectContaining({
        name: "TypeError",
        code: "ERR_INVALID_ARG_VALUE",
        message: expect.stringContaining("the name of a signal") as string,
      }),
    );
  });

  it("is close-on-exec, and waits for a signal only when asked to", () => {
    using signals = new SignalFd([SIGWINCH], { blocking: true });
    signalThisThread(SIGWINCH);

    expect(signals.take()?.signo).toBe(SIGWINCH);
    expect(sys.fcntl(signals.fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  it("refuses what is no signal, and blocks nothing then", () => {
    expect(() => new SignalFd(["SIGWINCH", 99])).toThrow(RangeError);

    expect(blocked()("SIGWINCH")).toBe(false);
  });
});
