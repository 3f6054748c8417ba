import { describe, expect, it } from "vitest";
import { type Results, comparisonLines, doubtsOf } from "../../../harness/index.ts";
import { results, scenarioResult, starve } from "../fixture.ts";

const RUN = enough(results(scenarioResult({ epoll: [[1]] }, [10])));

function enough(run: Results): Results {
  return { ...run, options: { ...run.options, rounds: 5 } };
}

describe("doubtsOf", () => {
  it("has none about two runs of the same kind on the same machine", () => {
    const elsewhen = { ...RUN, started: "2027-01-01T00:00:00.000Z", seconds: 9 };

    expect(doubtsOf(RUN, elsewhen)).toEqual([]);
  });

  it.each<[string, Partial<Results>]>([
    ["different processor", { machine: { ...RUN.machine, cpu: "a faster one" } }],
    ["different architecture", { machine: { ...RUN.machine, architecture: "arm64" } }],
    ["different number of processors", { machine: { ...RUN.machine, cores: 64 } }],
    ["different kernel", { machine: { ...RUN.machine, system: "Linux 7" } }],
    ["different version of Node.js", { machine: { ...RUN.machine, node: "24.0.0" } }],
    ["different pinning", { machine: { ...RUN.machine, pinned: [] } }],
    ["--quick", { options: { ...RUN.options, quick: true } }],
    ["different number of samples", { options: { ...RUN.options, rounds: 7 } }],
    ["too few samples", { options: { ...RUN.options, rounds: 4 } }],
    ["different length of samples", { options: { ...RUN.options, sampleMs: 200 } }],
    ["the earlier run was interrupted", { complete: false }],
  ])("notices %s", (what, difference) => {
    const doubts = doubtsOf({ ...RUN, ...difference }, RUN);

    expect(doubts.join("\n")).toContain(what);
    expect(doubts).toHaveLength(what === "too few samples" ? 2 : 1);
  });

  it("notices a scenario that asks something else, or has another unit", () => {
    const metrics = [{ name: "cpu", unit: "µs", better: "lower", title: "time" }] as const;
    const other = scenarioResult({ epoll: [[1]] }, [10], { metrics, method: "Otherwise." });
    const doubts = doubtsOf(RUN, enough(results(other)));

    expect(doubts).toHaveLength(2);
    expect(doubts.join()).toMatch(
      /different unit of cpu in waits.*the description of waits has changed/,
    );
  });
});

describe("doubtsOf, where C has changed", () => {
  const five = (value: number): number[] => Array.from({ length: 5 }, () => value);

  /** A run with these costs of C, one for each value; pollux always costs the same. */
  function runOf(c: readonly number[], name = "c-epoll"): Results {
    const cells = { [name]: c.map(five), epoll: c.map(() => five(200)) };
    return enough(results(scenarioResult(cells, [1, 2, 3, 4, 5], { baseline: { epoll: name } })));
  }

  it("says that the machine has changed, and what C costs now", () => {
    expect(doubtsOf(runOf([118, 118, 118, 118]), runOf([100, 100, 100, 100]))).toEqual([
      "the machine has changed: C itself costs 0.85× as much as in the earlier run, and differs in 4 of 4 cells",
    ]);
    expect(comparisonLines(runOf([118, 118, 118, 118]), runOf(five(100).slice(1)))[0]).toContain(
      "C itself costs 0.85×",
    );
  });

  it("counts a quarter of the cells, and not less", () => {
    expect(doubtsOf(runOf([100, 100, 100, 100]), runOf([120, 101, 101, 101]))).toHaveLength(1);
    expect(doubtsOf(runOf(five(100)), runOf([...five(100).slice(1), 120]))).toEqual([]);
  });

  it("ignores what is not C, or is starved", () => {
    const [before, now] = [runOf(five(118), "node-net"), runOf(five(100), "node-net")];
    const [old, starved] = [runOf(five(118)), runOf(five(100))];
    const scenarios = starved.scenarios.map((result) => starve(result, "c-epoll"));

    expect(doubtsOf(before, now)).toEqual([]);
    expect(doubtsOf(old, { ...starved, scenarios })).toEqual([]);
  });
});
