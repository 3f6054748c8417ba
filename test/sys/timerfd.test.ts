import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { elapsed, NOT_OPEN, opened, openPipe } from "./support.ts";

const MS = 1_000_000n;
const OFF = { valueNs: 0n, intervalNs: 0n };
const HOUR = { valueNs: 3_600_000n * MS, intervalNs: 0n };

function openTimer(flags = sys.TFD_NONBLOCK, clock: number = sys.CLOCK_MONOTONIC): number {
  return opened(sys.timerfdCreate(clock, flags));
}

/** How often it has expired since the last time; `null`: not at all. */
function expirations(fd: number): bigint | null {
  const count = new BigUint64Array(1);
  return sys.read(fd, new Uint8Array(count.buffer)) === null ? null : count[0]!;
}

function waitFor(fd: number): void {
  const fds = new sys.PollFds(1);
  fds.set(0, fd, sys.POLLIN);
  sys.poll(fds, 1, -1);
}

describe("timerfd_create(2)", () => {
  it.each(["CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME"] as const)(
    "opens a stopped timer on %s",
    (clock) => {
      const fd = openTimer(0, sys[clock]);

      expect(sys.timerfdGettime(fd)).toEqual(OFF);
    },
  );

  it("is close-on-exec and non-blocking only when asked for", () => {
    const plain = openTimer(0);
    const flagged = openTimer(sys.TFD_CLOEXEC | sys.TFD_NONBLOCK);

    expect(sys.fcntl(plain, sys.F_GETFD)).toBe(0);
    expect(sys.fcntl(plain, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
    expect(sys.fcntl(flagged, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.fcntl(flagged, sys.F_GETFL) & sys.O_NONBLOCK).toBe(sys.O_NONBLOCK);
  });

  it("throws EINVAL for an unknown clock and an unknown flag", () => {
    const failure = expect.objectContaining({ code: "EINVAL", syscall: "timerfd_create" }) as Error;

    expect(() => sys.timerfdCreate(99)).toThrow(failure);
    expect(() => sys.timerfdCreate(sys.CLOCK_MONOTONIC, 1 << 20)).toThrow(failure);
  });
});

describe("timerfd_settime(2)", () => {
  it.each([1n, MS / 4n, 20n * MS])("makes it readable after %d ns, never before", (valueNs) => {
    const fd = openTimer();

    const waitedMs = elapsed(() => {
      sys.timerfdSettime(fd, 0, { valueNs, intervalNs: 0n });
      waitFor(fd);
    });

    expect(waitedMs).toBeGreaterThanOrEqual(Number(valueNs) / 1e6);
    expect([expirations(fd), expirations(fd)]).toEqual([1n, null]);
    expect(sys.timerfdGettime(fd)).toEqual(OFF);
  });

  it("counts the expirations of an interval that nobody read", () => {
    const fd = openTimer();
    const start = process.hrtime.bigint();
    sys.timerfdSettime(fd, 0, { valueNs: 1n, intervalNs: MS });

    while (process.hrtime.bigint() - start < 10n * MS);

    expect(expirations(fd)).toBeGreaterThanOrEqual(9n);
  });

  it("takes a time on its own clock with TFD_TIMER_ABSTIME, also one that has passed", () => {
    const fd = openTimer();
    const now = process.hrtime.bigint(); // CLOCK_MONOTONIC, as libuv reads it

    sys.timerfdSettime(fd, sys.TFD_TIMER_ABSTIME, { valueNs: now + 5n * MS, intervalNs: 0n });
    waitFor(fd);
    const later = process.hrtime.bigint();
    sys.timerfdSettime(fd, sys.TFD_TIMER_ABSTIME, { valueNs: 1n, intervalNs: 0n });

    expect(later).toBeGreaterThanOrEqual(now + 5n * MS);
    expect(expirations(fd)).toBe(1n);
  });

  it("returns the setting before it, with the time that is left", () => {
    const fd = openTimer();
    const interval = 1_500_000_001n;

    const first = sys.timerfdSettime(fd, 0, { ...HOUR, intervalNs: interval });
    const second = sys.timerfdSettime(fd, 0, OFF);

    expect(first).toEqual(OFF);
    expect(second.intervalNs).toBe(interval);
    expect(second.valueNs).toBeGreaterThan(0n);
    expect(second.valueNs).toBeLessThanOrEqual(HOUR.valueNs);
    expect(sys.timerfdGettime(fd)).toEqual(OFF);
  });

  it("forgets unread expirations when it is set again", () => {
    const fd = openTimer();
    sys.timerfdSettime(fd, 0, { valueNs: 1n, intervalNs: 0n });
    waitFor(fd);

    sys.timerfdSettime(fd, 0, HOUR);

    expect(expirations(fd)).toBeNull();
  });

  it("throws EINVAL for negative times and an unknown flag, and leaves the timer alone", () => {
    const fd = openTimer();
    const failure = expect.objectContaining({
      code: "EINVAL",
      syscall: "timerfd_settime",
    }) as Error;

    for (const setting of [
      { valueNs: -1n, intervalNs: 0n },
      { valueNs: 1n, intervalNs: -1n },
      { valueNs: -5_000_000_000n, intervalNs: 0n },
    ]) {
      expect(() => sys.timerfdSettime(fd, 0, setting)).toThrow(failure);
    }
    expect(() => sys.timerfdSettime(fd, 1 << 20, HOUR)).toThrow(failure);
    expect(sys.timerfdGettime(fd)).toEqual(OFF);
  });

  it("throws EBADF for a descriptor that is not open, EINVAL for one that is no timer", () => {
    const [readEnd] = openPipe();

    for (const [fd, code] of [
      [NOT_OPEN, "EBADF"],
      [readEnd, "EINVAL"],
    ] as const) {
      const failure = (syscall: string) => expect.objectContaining({ code, syscall, fd }) as Error;
      expect(() => sys.timerfdSettime(fd, 0, HOUR)).toThrow(failure("timerfd_settime"));
      expect(() => sys.timerfdGettime(fd)).toThrow(failure("timerfd_gettime"));
    }
  });
});

describe("timerfd_gettime(2)", () => {
  it("tells the time that is left, which only becomes less, and the interval", () => {
    const fd = openTimer();
    sys.timerfdSettime(fd, 0, { ...HOUR, intervalNs: 7n });

    const first = sys.timerfdGettime(fd);
    let second = sys.timerfdGettime(fd);
    // Not every machine has a clock of nanoseconds.
    while (second.valueNs === first.valueNs) second = sys.timerfdGettime(fd);

    expect([first.intervalNs, second.intervalNs]).toEqual([7n, 7n]);
    expect(first.valueNs).toBeLessThanOrEqual(HOUR.valueNs);
    expect(second.valueNs).toBeLessThan(first.valueNs);
    expect(second.valueNs).toBeGreaterThan(0n);
  });
});
