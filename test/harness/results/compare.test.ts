import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  compare,
  differenceLines,
  goalLines,
  goalsOf,
  parseResults,
  starvedGoalsOf,
  unmatched,
} from "../../../harness/index.ts";
import { results, scenarioResult, starve } from "../fixture.ts";

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

  it("leaves out what only one run has measured, and says what that is", () => {
    const before = scenarioResult({ poll: [[1]] }, [10]);
    const now = scenarioResult({ epoll: [[1]] }, [10]);

    expect(compare(before, now)).toEqual([]);
    expect(unmatched(before, now)).toEqual([{ scenario: "waits", contender: "poll", value: 10 }]);
    expect(unmatched(now, before)).toEqual([{ scenario: "waits", contender: "epoll", value: 10 }]);
  });

  it("does not judge a cell that was starved in one of the runs", () => {
    const before = scenarioResult({ epoll: [five(100)], poll: [five(100)] }, [10]);
    const now = starve(scenarioResult({ epoll: [five(50)], poll: [five(50)] }, [10]), "epoll");
    const differences = compare(before, now);

    expect(differences.map(({ verdict }) => verdict)).toEqual(["starved", "better"]);
    expect(compare(now, before)[0]).toMatchObject({ verdict: "starved" });
    expect(differenceLines(differences).slice(-2)).toEqual([
      "  1 of 2 not judged, for starved samples:",
      "    waits: epoll at 10",
    ]);
  });

  it("judges a 0 like any other value", () => {
    const zeros = scenarioResult({ epoll: [five(0)] }, [10]);

    expect(compare(zeros, zeros)).toMatchObject([{ ratio: 1, verdict: "within noise" }]);
    expect(verdict(five(10), five(0), "lower")).toBe("better");
    expect(verdict(five(0), five(10), "lower")).toBe("worse");
    expect(verdict(five(0), five(10), "higher")).toBe("better");
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
    const result = scenarioResult({ c: [[10]] }, [10], { goals: [goal] });

    expect(goalsOf(result)).toEqual([]);
    expect(starvedGoalsOf(result)).toEqual([]);
  });

  it.each(["c", "epoll"])("leaves a goal open when %s was starved", (contender) => {
    const measured = scenarioResult({ c: [[10]], epoll: [[8]] }, [10], { goals: [goal] });
    const result = starve(measured, contender);

    expect(goalsOf(result)).toEqual([]);
    expect(starvedGoalsOf(result)).toEqual([goal]);
    expect(goalLines(results(result)).join()).toContain("starved: says nothing");
  });
});

describe("goalLines", () => {
  const goal = { contender: "epoll", versus: "c", value: 10, metric: "cpu", atLeast: 1 };
  const lineOf = (own: readonly number[]) => {
    const cells = { c: [own.map(() => 10)], epoll: [own] };
    return goalLines(results(scenarioResult(cells, [10], { goals: [goal] }))).join();
  };

  it("says of a goal that was missed whether that is less than the spread", () => {
    expect(lineOf(five(8))).toMatch(/^ {2}yes .* 1\.25 \(1\.25 … 1\.25\), goal 1\.00$/);
    expect(lineOf(five(20))).toMatch(/^ {2}NO .*, goal 1\.00, missed$/);
    expect(lineOf([11, 11, 11, 8, 8])).toMatch(/^ {2}NO .*, missed by less than the spread$/);
  });

  it("judges nothing from fewer than five samples", () => {
    expect(lineOf([8, 8, 8, 8])).toMatch(/^ {2}\? .*too few samples: says nothing, goal 1\.00$/);
  });
});

describe("parseResults", () => {
  it("reads what was written", () => {
    const written = results(scenarioResult({ epoll: [[1]] }, [10]));

    expect(parseResults(JSON.stringify(written))).toEqual(written);
  });

  it("reads the run that docs/benchmarks.md is made of", () => {
    const file = new URL("../../../docs/benchmarks/results.json", import.meta.url);

    expect(parseResults(readFileSync(file, "utf8")).scenarios).not.toEqual([]);
  });

  it.each([
    ["machine.node", '"node":"20.20.2"', '"node":20'],
    ["options.quick", '"quick":false,', ""],
    ["scenarios[0].sweep.values", '"values":[10]', '"values":10'],
    ["scenarios[0].metrics[0].better", '"better":"lower"', '"better":"more"'],
    ["scenarios[0].cells[0]", '"cells":[{', '"cells":[null,{'],
    ["scenarios[0].cells[0].samples", '"samples":[{"cpu":1}]', '"samples":null'],
    ["scenarios[0].cells[0].samples[0].cpu", '{"cpu":1}', '{"cpu":"1"}'],
  ])("refuses a wrong %s, and names it", (path, right, wrong) => {
    const text = JSON.stringify(results(scenarioResult({ epoll: [[1]] }, [10])));

    expect(text).toContain(right);
    expect(() => parseResults(text.replace(right, wrong))).toThrow(
      `This is not a results file: ${path} is`,
    );
  });

  it.each(["", "{}", "[]", "null", '{"format":"pollux-bench/0","scenarios":[],"machine":{}}'])(
    "refuses %j",
    (text) => {
      expect(() => parseResults(text)).toThrow(TypeError);
    },
  );
});
