import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import { elapsed, NOT_OPEN, openPipe } from "./support.ts";

function setOf(fd: number): sys.FdSet {
  const set = new sys.FdSet(fd + 1);
  set.set(fd);
  return set;
}

describe("the time that pselect(2) leaves", () => {
  it("is nearly all of it where something was ready, and never more than it was given", () => {
    const [, writeEnd] = openPipe();
    const left = new sys.TimeLeft();

    sys.select(writeEnd + 1, null, setOf(writeEnd), null, 60_000.5, null, left);

    expect(left.ms).toBeGreaterThan(0);
    expect(left.ms).toBeLessThanOrEqual(60_000.5);
  });

  it.each([0, 0.25, 12.345678])("is 0 when %d ms have passed", (timeoutMs) => {
    const left = new sys.TimeLeft();

    sys.select(0, null, null, null, timeoutMs, null, left);

    expect(left.ms).toBe(0);
  });

  it("is less than it was given when a signal arrives, and not negative", () => {
    const left = new sys.TimeLeft();
    receiveSignals();

    expect(() => sys.select(0, null, null, null, 60_000, null, left)).toThrow(
      expect.objectContaining({ code: "EINTR" }),
    );

    expect(left.ms).toBeGreaterThan(0);
    expect(left.ms).toBeLessThan(60_000);
  });

  it("lets an interrupted wait go on for exactly the rest, and no less", () => {
    const left = new sys.TimeLeft();
    const waitMs = 100;
    let interruptions = 0;
    receiveSignals();

    // On a busy machine, no signal may come for a while.
    for (let round = 0; round < 50 && interruptions === 0; round++) {
      let restMs = waitMs;
      const tookMs = elapsed(() => {
        for (let over = false; !over;) {
          try {
            over = sys.select(0, null, null, null, restMs, null, left) === 0;
          } catch {
            interruptions++;
            expect(left.ms).toBeLessThanOrEqual(restMs);
            restMs = left.ms;
          }
        }
      });
      expect(tookMs).toBeGreaterThanOrEqual(waitMs);
    }

    expect(interruptions).toBeGreaterThan(0);
  });

  it.each([-1, Infinity])("is without limit where the wait was: %d ms", (timeoutMs) => {
    const [, writeEnd] = openPipe();
    const left = new sys.TimeLeft();

    sys.select(writeEnd + 1, null, setOf(writeEnd), null, timeoutMs, null, left);

    expect(left.ms).toBe(Infinity);
  });

  it("is known after a failure, and unchanged after a refusal", () => {
    const left = new sys.TimeLeft();
    const [readEnd, writeEnd] = sys.pipe2();
    const closed = sys.fcntl(readEnd, sys.F_DUPFD, 900);
    for (const fd of [readEnd, writeEnd, closed]) sys.close(fd);

    expect(() => sys.select(closed + 1, setOf(closed), null, null, 60_000, null, left)).toThrow(
      expect.objectContaining({ code: "EBADF" }),
    );
    expect(left.ms).toBeGreaterThan(0);
    expect(left.ms).toBeLessThanOrEqual(60_000);
    left.values[0] = 42;
    expect(() => sys.select(0.5, null, null, null, 0, null, left)).toThrow(RangeError);
    expect(left.ms).toBe(42);
  });
});

describe("FdSet as an iterable", () => {
  it.each([
    [[]],
    [[0]],
    [[31, 32]],
    [[0, 1, 30, 31, 32, 63, 64, 65, 1022, 1023]],
    [Array.from({ length: 1024 }, (_, fd) => fd)],
  ])("yields the descriptors that are in, from the lowest up: %j", (fds) => {
    const set = new sys.FdSet();
    for (const fd of [...fds].reverse()) set.set(fd);

    expect([...set]).toEqual(fds);
  });

  it("goes as far as the set's own capacity, beyond FD_SETSIZE", () => {
    const set = new sys.FdSet(NOT_OPEN + 1);

    for (const fd of [NOT_OPEN, 5]) set.set(fd);

    expect([...set, set.highest()]).toEqual([5, NOT_OPEN, NOT_OPEN]);
  });

  it("lets what it has just yielded be taken out", () => {
    const set = new sys.FdSet(128);
    for (const fd of [3, 4, 70]) set.set(fd);

    for (const fd of set) set.clear(fd);

    expect([...set]).toEqual([]);
  });
});
