import { describe, expect, it } from "vitest";
import { type Results, comparisonLines, doubtsOf } from "../../../harness/index.ts";
import { results, scenarioResult, starve } from "../fixture.ts";

const RUN = enough(results(scenarioResult({ epoll: [[1]] }, [10])));

function enough(run: Results): Results {
  return { ...run, options: { ...run.options, rounds: 5 } };
}

describe("doubtsOf", () => {
  it("has none about two runs of one kind on one machine", () => {
    const elsewhen = { ...RUN, started: "2027-01-01T00:00:00.000Z", seconds: 9 };

    expect(doubtsOf(RUN, elsewhen)).toEqual([]);
  });

  it.each<[string, Partial<Results>]>([
    ["another processor", { machine: { ...RUN.machine, cpu: "a faster one" } }],
    ["another architecture", { machine: { ...RUN.machine, architecture: "arm64" } }],
    ["another number of processors", { machine: { ...RUN.machine, cores: 64 } }],
    ["another kernel", { machine: { ...RUN.machine, system: "Linux 7" } }],
    ["another Node.js", { machine: { ...RUN.machine, node: "24.0.0" } }],
    ["pinned differently", { machine: { ...RUN.machine, pinned: [] } }],
    ["--quick", { options: { ...RUN.options, quick: true } }],
    ["another number of samples", { options: { ...RUN.options, rounds: 7 } }],
    ["too few samples", { options: { ...RUN.options, rounds: 4 } }],
    ["another length of samples", { options: { ...RUN.options, sampleMs: 200 } }],
    ["the earlier run was cut short", { complete: false }],
  ])("notices %s", (what, difference) => {
    const doubts = doubtsOf({ ...RUN, ...difference }, RUN);

    expect(doubts.join("\n")).toContain(what);
    expect(doubts).toHaveLength(what === "too few samples" ? 2 : 1);
  });

  it("notices a scenario that asks something else, or in another unit", () => {
    const metrics = [{ name: "cpu", unit: "µs", better: "lower", title: "time" }] as const;
    const other = scenarioResult({ epoll: [[1]] }, [10], { metrics, method: "Otherwise." });
    const doubts = doubtsOf(RUN, enough(results(other)));

    expect(doubts).toHaveLength(2);
    expect(doubts.join()).toMatch(/another unit of cpu in waits.*waits is described/);
  });
});

describe("doubtsOf, where C has changed", () => {
  const five = (value: number): number[] => Array.from({ length: 5 }, () => value);

  /** With C at each of four values as fast as told, and pollux always the same. */
  function runOf(c: readonly number[], name = "c-epoll"): Results {
    const cells = { [name]: c.map(five), epoll: c.map(() => five(200)) };
    return enough(results(scenarioResult(cells, [1, 2, 3, 4, 5], { baseline: { epoll: name } })));
  }

  it("says that the machine was not the same, and how much faster C is", () => {
    expect(doubtsOf(runOf([118, 118, 118, 118]), runOf([100, 100, 100, 100]))).toEqual([
      "the machine was not the same: C itself is 1.18 times as good as then, and has changed in 4 of 4 values",
    ]);
    expect(comparisonLines(runOf([118, 118, 118, 118]), runOf(five(100).slice(1)))[0]).toContain(
      "C itself is 1.18 times",
    );
  });

  it("minds a quarter of the values, and not less", () => {
    expect(doubtsOf(runOf([100, 100, 100, 100]), runOf([120, 101, 101, 101]))).toHaveLength(1);
    expect(doubtsOf(runOf(five(100)), runOf([...five(100).slice(1), 120]))).toEqual([]);
  });

  it("does not mind what is not C, or was starved", () => {
    const [before, now] = [runOf(five(118), "node-net"), runOf(five(100), "node-net")];
    const [old, starved] = [runOf(five(118)), runOf(five(100))];
    const scenarios = starved.scenarios.map((result) => starve(result, "c-epoll"));

    expect(doubtsOf(before, now)).toEqual([]);
    expect(doubtsOf(old, { ...starved, scenarios })).toEqual([]);
  });
});

describe("comparisonLines", () => {
  const before = enough(results(scenarioResult({ poll: [[1]], epoll: [[1], [1]] }, [10, 100])));
  const now = enough(results(scenarioResult({ select: [[1]], epoll: [[1]] }, [10])));

  it("warns before all else", () => {
    const [first] = comparisonLines({ ...before, complete: false }, now);

    expect(first).toBe("  WARNING: the earlier run was cut short");
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
