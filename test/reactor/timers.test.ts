import { describe, expect, it, vi } from "vitest";
import { Timers } from "../../lib/reactor/timers.ts";

/** Timers by a clock that stands still until it is set. */
function frozenTimers(): { timers: Timers; set: (nowMs: number) => void } {
  let atMs = 0;
  const set = (nowMs: number): void => {
    atMs = nowMs;
  };
  return { timers: new Timers(() => atMs), set };
}

describe("Timers", () => {
  it("run in the order of their times, and those of one time in the order of their start", () => {
    const { timers, set } = frozenTimers();
    const ran: string[] = [];
    for (const name of ["a1", "b1", "c1", "d1"]) timers.add(1, () => ran.push(name));
    timers.add(0.5, () => ran.push("half"));
    timers.add(0, () => ran.push("none"));

    set(1);
    timers.run();

    expect(ran).toEqual(["none", "half", "a1", "b1", "c1", "d1"]);
  });

  it("do not run early", () => {
    const { timers, set } = frozenTimers();
    const callback = vi.fn();
    timers.add(10, callback);

    set(9.999);
    timers.run();
    expect(callback).not.toHaveBeenCalled();

    set(10);
    timers.run();
    expect(callback).toHaveBeenCalledOnce();
  });

  it("run once", () => {
    const timers = new Timers();
    const callback = vi.fn();
    const timer = timers.add(0, callback);

    timers.run();
    timers.run();

    expect(callback).toHaveBeenCalledOnce();
    expect(timer.pending).toBe(false);
  });

  it("do not run when they were cancelled, also by one of the same moment", () => {
    const { timers, set } = frozenTimers();
    const callback = vi.fn();
    timers.add(1, () => {
      second.cancel();
    });
    const second = timers.add(1, callback);
    const third = timers.add(0, callback);
    third.cancel();
    third.cancel();

    set(2);
    timers.run();

    expect(callback).not.toHaveBeenCalled();
    expect([second.pending, third.pending]).toEqual([false, false]);
    expect(timers.delayMs).toBe(Infinity);
  });

  it("wait for the next run when they are added by a callback, even without delay", () => {
    const { timers } = frozenTimers();
    let runs = 0;
    const again = (): void => {
      if (++runs < 100) timers.add(0, again);
    };
    timers.add(0, again);

    timers.run();
    expect(runs).toBe(1);
    expect(timers.delayMs).toBe(0);

    timers.run();
    expect(runs).toBe(2);
  });

  it("are all kept when one of them throws", () => {
    const timers = new Timers();
    const callback = vi.fn();
    timers.add(0, () => {
      throw new Error("mine");
    });
    timers.add(0, callback);

    expect(() => {
      timers.run();
    }).toThrow("mine");
    timers.run();

    expect(callback).toHaveBeenCalledOnce();
  });

  it("tell how long it is to the next one that was not cancelled", () => {
    const { timers, set } = frozenTimers();
    expect(timers.delayMs).toBe(Infinity);

    const first = timers.add(5, () => null);
    timers.add(7.5, () => null);
    expect(timers.delayMs).toBe(5);

    first.cancel();
    expect(timers.delayMs).toBe(7.5);

    set(8);
    expect(timers.delayMs).toBe(0);
  });

  it("never run with a delay of Infinity", () => {
    const timers = new Timers();
    timers.add(Infinity, () => null);

    expect(timers.delayMs).toBe(Infinity);
  });

  it.each([
    [-1, "ERR_OUT_OF_RANGE"],
    [NaN, "ERR_OUT_OF_RANGE"],
    ["1", "ERR_INVALID_ARG_TYPE"],
    [undefined, "ERR_INVALID_ARG_TYPE"],
  ])("refuse %s as a delay", (delay, code) => {
    const timers = new Timers();

    expect(() => timers.add(delay as number, () => null)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it("refuse what is not a function", () => {
    const timers = new Timers();

    expect(() => timers.add(0, "now" as unknown as () => void)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
    expect(timers.delayMs).toBe(Infinity);
  });

  it("run in order after most of many were cancelled", () => {
    const timers = new Timers();
    const ran: number[] = [];
    const added = Array.from({ length: 1000 }, (_, index) => timers.add(0, () => ran.push(index)));
    for (const [index, timer] of added.entries()) if (index % 100 !== 0) timer.cancel();

    timers.run();

    expect(ran).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });
});
