import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TimerFd } from "../../lib/descriptors/timerfd.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { PollMultiplexer } from "../../lib/multiplexer/poll.ts";
import * as sys from "../../lib/sys/index.ts";

const MS = 1_000_000n;
const HOUR_NS = 3_600_000n * MS;

/** Waits until it has expired; how often, and when on CLOCK_MONOTONIC. */
function expired(timer: TimerFd): [count: bigint | null, atNs: bigint] {
  using mux = new PollMultiplexer();
  mux.add(timer, READABLE);
  mux.waitSync(undefined, () => undefined);
  return [timer.take(), process.hrtime.bigint()];
}

describe("TimerFd", () => {
  it("expires after the time, never before, to the nanosecond", () => {
    using timer = new TimerFd();
    const startNs = process.hrtime.bigint();

    timer.set({ valueNs: 5n * MS + 1n });

    const [count, atNs] = expired(timer);
    expect(count).toBe(1n);
    expect(atNs - startNs).toBeGreaterThanOrEqual(5n * MS + 1n);
    expect(timer.take()).toBeNull();
    expect(timer.setting).toEqual({ valueNs: 0n, intervalNs: 0n });
  });

  it("expires at a time on its clock", () => {
    using timer = new TimerFd();
    const atNs = process.hrtime.bigint() + 5n * MS;

    timer.set({ valueNs: atNs, absolute: true });

    expect(expired(timer)[1]).toBeGreaterThanOrEqual(atNs);
  });

  it("expires again and again with an interval, and counts what nobody took", () => {
    using timer = new TimerFd();
    const startNs = process.hrtime.bigint();
    timer.set({ valueNs: MS, intervalNs: MS });

    let count = 0n;
    while (count < 5n) count += expired(timer)[0] ?? 0n;

    expect(process.hrtime.bigint() - startNs).toBeGreaterThanOrEqual(5n * MS);
    expect(timer.setting.intervalNs).toBe(MS);
  });

  it.each([{ valueNs: 5 }, { valueNs: 5n, intervalNs: 5 }, {}, null, 5n])(
    "refuses %o, and stays as it is",
    (setting) => {
      using timer = new TimerFd();

      expect(() => timer.set(setting as { valueNs: bigint })).toThrow(
        expect.objectContaining({
          name: "TypeError",
          code: "ERR_INVALID_ARG_TYPE",
          message: expect.stringMatching(/a bigint|an object/) as string,
        }),
      );
      expect(timer.setting.valueNs).toBe(0n);
    },
  );

  it("refuses times that the structure has no room for", () => {
    using timer = new TimerFd();

    expect(() => timer.set({ valueNs: 2n ** 100n })).toThrow(RangeError);
  });

  it("tells how it was set before, and stops", () => {
    using timer = new TimerFd({ clock: sys.CLOCK_BOOTTIME });
    expect(timer.set({ valueNs: HOUR_NS })).toEqual({ valueNs: 0n, intervalNs: 0n });

    const before = timer.set({ valueNs: 1n, intervalNs: 0n });
    timer.stop();

    expect(before.valueNs).toBeGreaterThan(HOUR_NS - 60_000n * MS);
    expect([timer.take(), timer.setting.valueNs]).toEqual([null, 0n]);
  });

  it("is close-on-exec, and blocks only when asked to", () => {
    using timer = new TimerFd({ blocking: true });
    timer.set({ valueNs: MS });

    expect(timer.take()).toBe(1n);
    expect(sys.fcntl(timer.fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  // test/guest sets the clock, of a kernel of its own: take() throws ECANCELED then.
  it("asks to be cancelled when the clock is set", () => {
    using timer = new TimerFd({ clock: sys.CLOCK_REALTIME });
    const flags = (): string | undefined =>
      /^settime flags: (\d+)$/m.exec(
        readFileSync(`/proc/self/fdinfo/${String(timer.fd)}`, "latin1"),
      )?.[1];

    timer.set({ valueNs: 2n ** 62n, absolute: true });
    expect(flags()).toBe(`0${String(sys.TFD_TIMER_ABSTIME)}`);
    timer.set({ valueNs: 2n ** 62n, absolute: true, cancelOnSet: true });
    expect(flags()).toBe(`0${String(sys.TFD_TIMER_ABSTIME | sys.TFD_TIMER_CANCEL_ON_SET)}`);
  });

  it("refuses to be cancelled when the clock is set, where the time is relative", () => {
    using timer = new TimerFd({ clock: sys.CLOCK_REALTIME });

    expect(() => timer.set({ valueNs: 1n, cancelOnSet: true })).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARG_VALUE",
        message: expect.stringMatching(/"cancelOnSet" and "absolute" contradict/) as unknown,
      }),
    );
  });

  it("throws EINVAL for an unknown clock and negative times", () => {
    using timer = new TimerFd();

    expect(() => new TimerFd({ clock: 99 })).toThrow(expect.objectContaining({ code: "EINVAL" }));
    expect(() => timer.set({ valueNs: -1n })).toThrow(expect.objectContaining({ code: "EINVAL" }));
  });
});
