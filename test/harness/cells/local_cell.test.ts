import { describe, expect, it, onTestFinished, vi } from "vitest";
import { measure } from "../../../harness/index.ts";
import { scenario } from "../fixture.ts";

const OPTIONS = { rounds: 3, sampleMs: 0.01 };
// Shorter than any run, so that one run is enough of a warm-up.
const SHORTEST_MS = 1e-9;

describe("a cell", () => {
  it("accepts 0 as a value", async () => {
    const prepare = () => ({ run: () => ({ time: 0 }) });
    const { cells } = await measure(scenario({ prepare, times: 1 }), OPTIONS);

    expect(cells[0]?.failed).toBeUndefined();
    expect(cells[0]?.samples).toEqual([{ time: 0 }, { time: 0 }, { time: 0 }]);
  });

  // A results file with a number that JSON does not have could not be read again.
  const unreported = [
    { time: 1, other: NaN },
    { time: 1, other: "text" },
  ];
  it.each([{ time: 1, measured: 0 }, { time: 1, elapsed: NaN }, { time: -1 }, {}, ...unreported])(
    "fails a cell whose run returns %j",
    async (returned) => {
      const prepare = () => ({ run: () => returned as { time: number } });
      const { cells } = await measure(scenario({ prepare, times: 1 }), OPTIONS);

      expect(cells[0]).toMatchObject({ failed: expect.stringMatching(/^Nothing was measured/) });
    },
  );

  it("calibrates runs that are shorter than their own clock can tell", async () => {
    const run = (times: number) => ({ time: 1, elapsed: times < 100 ? 0 : times });
    const { cells } = await measure(scenario({ prepare: () => ({ run }) }), OPTIONS);

    expect(cells[0]?.failed).toBeUndefined();
    expect(cells[0]?.times).toBeGreaterThanOrEqual(100);
  });

  it("fails a cell whose run ignores how many repetitions it is told", async () => {
    const ran: number[] = [];
    // It always takes equally long.
    const run = (times: number) => {
      ran.push(times);
      return { time: 1, elapsed: 40 };
    };
    const { cells } = await measure(scenario({ prepare: () => ({ run }) }), OPTIONS);

    expect(cells[0]).toMatchObject({
      failed: expect.stringContaining("Nothing was measured: 1000000000 repetitions took 40 ns"),
    });
    expect(Math.max(...ran)).toBe(1e9);
  });

  it("warms up a fixed number of repetitions, and does not count that", async () => {
    const runs: number[] = [];
    const run = (times: number) => ({ time: runs.push(times) });
    const { cells } = await measure(
      scenario({ prepare: () => ({ run }), times: 3, contenders: ["a"] }),
      { rounds: 1, sampleMs: SHORTEST_MS, values: [1] },
    );

    expect(runs).toEqual([3, 3]);
    expect(cells[0]).toMatchObject({ times: 3, samples: [{ time: 2 }] });
  });

  it("warms up as long as two samples take", async () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => nowMs);
    onTestFinished(() => clock.mockRestore());
    let runs = 0;
    const run = () => {
      nowMs += 3;
      return { time: ++runs };
    };
    const { cells } = await measure(
      scenario({ prepare: () => ({ run }), times: 1, contenders: ["a"] }),
      { rounds: 1, sampleMs: 5, values: [1] },
    );

    expect(cells[0]?.samples).toEqual([{ time: 5 }]);
  });

  it("awaits anything that has a then", async () => {
    const run = () => ({
      then: (resolve: (sample: { time: number }) => void) => setImmediate(resolve, { time: 7 }),
    });
    const { cells } = await measure(
      scenario({ prepare: () => ({ run }) as never, times: 1 }),
      OPTIONS,
    );

    expect(cells[0]?.samples).toEqual([{ time: 7 }, { time: 7 }, { time: 7 }]);
  });

  it.each([undefined, null, {}, { run: 1 }])(
    "fails a cell whose prepare returns %j",
    async (trial) => {
      const { cells } = await measure(scenario({ prepare: () => trial as never }), OPTIONS);

      expect(cells[0]).toMatchObject({
        failed: "prepare of nothing must return a trial, an object with a method run",
      });
    },
  );

  it("measures time, and user and system time apart, of a run that returns nothing", async () => {
    const run = (times: number): void => {
      for (let index = 0; index < 1000 * times; index++) Math.sqrt(index);
    };
    const { cells } = await measure(scenario({ prepare: () => ({ run }) }), OPTIONS);

    for (const { time = 0, cpu = NaN, user = NaN, system = NaN } of (cells[0]?.samples ??
      []) as readonly Record<string, number>[]) {
      expect(time).toBeGreaterThan(0);
      expect(user + system).toBeCloseTo(cpu, 6);
    }
    expect(cells[0]?.samples).toHaveLength(3);
  });
});
