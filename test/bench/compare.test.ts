import { describe, expect, it } from "vitest";
import { compare, differenceLines, goalsOf, parseResults } from "../../lib/bench/index.ts";
import { results, scenarioResult } from "./fixture.ts";

function verdict(before: readonly number[], now: readonly number[], better: "lower" | "higher") {
  const metrics = [{ name: "cpu", unit: "ns", better, title: "time" }];
  const [difference] = compare(
    scenarioResult({ epoll: [before] }, [10], { metrics }),
    results(scenarioResult({ epoll: [now] }, [10], { metrics })),
  );
  return difference?.verdict;
}

function five(value: number): number[] {
  return Array.from({ length: 5 }, () => value);
}

describe("compare", () => {
  it("says better or worse where the spreads do not touch", () => {
    expect(verdict([100, 100, 101, 101, 102], [50, 50, 51, 51, 52], "lower")).toBe("better");
    expect(verdict([100, 100, 101, 101, 102], [50, 50, 51, 51, 52], "higher")).toBe("worse");
    expect(verdict([50, 50, 51, 51, 52], [100, 100, 101, 101, 102], "lower")).toBe("worse");
    // Few samples lie apart by chance.
    expect(verdict([100, 101, 102], [50, 51, 52], "lower")).toBe("within noise");
  });

  it("calls noise what lies within the spread, or is next to nothing", () => {
    expect(verdict([100, 150, 200], [90, 120, 180], "lower")).toBe("within noise");
    expect(verdict([100, 100, 100], [101, 101, 101], "lower")).toBe("within noise");
  });

  it("leaves out what only one run has measured", () => {
    const before = scenarioResult({ poll: [[1]] }, [10]);
    const now = scenarioResult({ epoll: [[1]] }, [10]);

    expect(compare(before, now)).toEqual([]);
  });

  it("is told with the worst change first and the unchanged ones as a number", () => {
    const before = scenarioResult(
      { select: [five(100)], poll: [five(100)], epoll: [five(100)] },
      [10],
    );
    const now = scenarioResult({ select: [five(100)], poll: [five(50)], epoll: [five(200)] }, [10]);
    const lines = differenceLines(compare(before, now));

    expect(lines.map((line) => line.trim().split(" ")[0])).toEqual(["worse", "better", "1"]);
  });
});

describe("goalsOf", () => {
  const goal = { contender: "epoll", versus: "c", value: 10, metric: "cpu", atLeast: 1 };

  it("holds the ratio against the goal", () => {
    const cells = { c: [[10, 10]], epoll: [[8, 8]] };
    const [reached] = goalsOf(scenarioResult(cells, [10], { goals: [goal] }));

    expect(reached).toMatchObject({ reached: true, ratio: { median: 1.25 } });
  });

  it("leaves out a goal of which one side was not measured", () => {
    expect(goalsOf(scenarioResult({ c: [[10]] }, [10], { goals: [goal] }))).toEqual([]);
  });
});

describe("parseResults", () => {
  it("reads what was written", () => {
    const written = results(scenarioResult({ epoll: [[1]] }, [10]));

    expect(parseResults(JSON.stringify(written))).toEqual(written);
  });

  it.each(["", "{}", "[]", "null", '{"format":"pollux-bench/0","scenarios":[],"machine":{}}'])(
    "refuses %j",
    (text) => {
      expect(() => parseResults(text)).toThrow(TypeError);
    },
  );
});
