import { describe, expect, it } from "vitest";
import {
  comparisonLines,
  differenceLines,
} from "../../../../harness/report/terminal/comparison_lines.ts";
import { compare } from "../../../../harness/results/compare.ts";
import type { Results, ScenarioResult } from "../../../../harness/results/results.ts";
import { CPU, results, scenarioResult, starve } from "../../fixture.ts";

function five(value: number): number[] {
  return Array.from({ length: 5 }, () => value);
}

function enough(run: Results): Results {
  return { ...run, options: { ...run.options, rounds: 5 } };
}

describe("differenceLines", () => {
  it("has the worst change first, with its ratio, and counts the unchanged cells", () => {
    const before = scenarioResult(
      { select: [five(100)], poll: [five(100)], epoll: [five(100)] },
      [10],
    );
    const now = scenarioResult({ select: [five(100)], poll: [five(50)], epoll: [five(200)] }, [10]);
    const lines = differenceLines(compare(before, now));

    expect(lines.map((line) => line.trim().split(/ +/).slice(0, 2))).toEqual([
      ["worse", "2.00×"],
      ["better", "0.50×"],
      ["1", "of"],
    ]);
  });

  it("lists the starved cells, which are not judged", () => {
    const before = scenarioResult({ epoll: [five(100)], poll: [five(100)] }, [10]);
    const now = starve(scenarioResult({ epoll: [five(50)], poll: [five(50)] }, [10]), "epoll");

    expect(differenceLines(compare(before, now)).slice(-2)).toEqual([
      "  1 of 2 not judged, because starved:",
      "    waits: epoll at 10",
    ]);
  });
});

describe("comparisonLines, where the baseline itself has moved", () => {
  const baseline = { epoll: "c", poll: "c" };
  const before = scenarioResult(
    { c: [five(100)], epoll: [five(110)], poll: [five(200)], alone: [five(10)] },
    [10],
    { baseline },
  );

  it("says how much it moved, and judges the ratios to it instead of the times", () => {
    // The machine is twice as slow; beside C, epoll is as it was, and poll has become dearer.
    const now = scenarioResult(
      { c: [five(200)], epoll: [five(220)], poll: [five(600)], alone: [five(20)] },
      [10],
      { baseline },
    );
    const lines = comparisonLines(enough(results(before)), enough(results(now)));
    const [baselines, ...changed] = lines.slice(-5).map((line) => line.trim().split(/ {2,}/));

    expect(baselines).toEqual(["baseline c: 2.00× its earlier cost (2.00× – 2.00×, 1 cell)"]);
    expect(changed).toEqual([
      ["worse", "2.00×", "waits at 10: c, cpu", "100 ns → 200 ns"],
      ["worse", "2.00×", "waits at 10: alone, cpu", "10 ns → 20 ns"],
      ["worse", "1.50×", "waits at 10: poll, cpu", "2.00× → 3.00× c"],
      ["1 of 4 within noise"],
    ]);
  });

  it("counts a cell once whose regime has changed, but whose ratio to the baseline is known", () => {
    const inRegime = (regime: string, costs: Readonly<Record<string, number>>): ScenarioResult => {
      const cells = Object.fromEntries(
        Object.entries(costs).map(([name, cost]) => [name, [five(cost)]]),
      );
      const result = scenarioResult(cells, [10], { baseline });
      return {
        ...result,
        cells: result.cells.map((cell) => ({
          ...cell,
          samples: cell.samples.map((sample) => ({ ...sample, regime })),
        })),
      };
    };
    const busy = inRegime("busy", { c: 100, epoll: 110 });
    const woken = inRegime("woken", { c: 200, epoll: 660 });
    const lines = comparisonLines(enough(results(busy)), enough(results(woken)));

    expect(lines.map((line) => line.trim().replace(/ {2,}/g, " "))).toEqual([
      "worse 3.00× waits at 10: epoll, cpu 1.10× → 3.30× c",
      "0 of 2 within noise",
      "1 of 2 not judged, because the runs have no regime in common:",
      "waits: c at 10",
    ]);
  });

  it("tells the cost of the baseline, and no other number of it", () => {
    const metrics = [CPU, { ...CPU, name: "sleeps" }];
    const withSleeps = (sleeps: number): Results => {
      const result = scenarioResult({ c: [five(100)], epoll: [five(110)] }, [10], {
        ...{ baseline, metrics },
      });
      const cells = result.cells.map((cell) => ({
        ...cell,
        samples: cell.samples.map((sample) => ({ ...sample, sleeps })),
      }));
      return enough(results({ ...result, cells }));
    };
    const [first] = comparisonLines(withSleeps(0), withSleeps(0.01));

    expect(first).toBe("  baseline c: 1.00× its earlier cost (1.00× – 1.00×, 1 cell)");
  });

  it("judges the times where one of the runs has no baseline", () => {
    const now = scenarioResult({ epoll: [five(220)] }, [10], { baseline });

    expect(comparisonLines(enough(results(before)), enough(results(now)))[0]).toContain(
      "110 ns → 220 ns",
    );
  });
});

describe("comparisonLines", () => {
  const before = enough(results(scenarioResult({ poll: [[1]], epoll: [[1], [1]] }, [10, 100])));
  const now = enough(results(scenarioResult({ select: [[1]], epoll: [[1]] }, [10])));

  it("starts with the warnings", () => {
    const [first] = comparisonLines({ ...before, complete: false }, now);

    expect(first).toBe("  WARNING: the earlier run was interrupted");
  });

  it("names the cells that only one run has", () => {
    expect(comparisonLines(before, now)).toEqual([
      "  1 of 1 within noise",
      "  only in the earlier run:",
      "    waits: poll at 10",
      "    waits: epoll at 100",
      "  only in this run:",
      "    waits: select at 10",
    ]);
  });

  it("does not name what this run was not asked to measure", () => {
    const more = { ...scenarioResult({ epoll: [[1]] }, [10]), name: "other" };

    expect(comparisonLines({ ...now, scenarios: [...now.scenarios, more] }, now)).toEqual([
      "  2 of 2 within noise",
    ]);
  });
});
