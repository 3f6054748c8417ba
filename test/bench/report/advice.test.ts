import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Results, parseResults } from "pollux/bench";
import { describe, expect, it } from "vitest";
import { adviceOf } from "../../../bench/report/advice.ts";
import { ROOT } from "../../structure/source.ts";

const results = parseResults(readFileSync(join(ROOT, "docs/benchmarks/results.json"), "utf8"));

/** The answers, by the start of their situation. */
function answers(run: Results): Record<string, string> {
  return Object.fromEntries(adviceOf(run).rows.map(([situation, answer]) => [situation, answer]));
}

/** The run with the samples of two contenders exchanged. */
function swapped(one: string, other: string): Results {
  const names: Record<string, string> = { [one]: other, [other]: one };
  const scenarios = results.scenarios.map((result) => ({
    ...result,
    cells: result.cells.map((cell) => {
      return { ...cell, contender: names[cell.contender] ?? cell.contender };
    }),
  }));
  return { ...results, scenarios };
}

describe("the advice of the suite", () => {
  it("follows the run", () => {
    expect(answers(results)).toMatchObject({
      "A handful of descriptors, mostly ready": "poll",
      "Thousands of connections, few active at a time": "epoll",
    });
    expect(answers(swapped("poll", "epoll"))).toMatchObject({
      "A handful of descriptors, mostly ready": "epoll",
      "Thousands of connections, few active at a time": "poll",
    });
  });

  it("has a reason for each answer", () => {
    for (const [situation, answer, reason] of adviceOf(results).rows) {
      expect([situation, answer, reason]).not.toContain("");
      expect(reason).toMatch(/\.$/);
    }
  });

  it("says nothing about thousands of connections that was measured with a hundred", () => {
    const scenarios = results.scenarios.map((result) => {
      return { ...result, sweep: { ...result.sweep, values: [100] } };
    });

    expect(Object.keys(answers({ ...results, scenarios }))).toEqual([
      ...["epoll: edge-triggered or level-triggered?", "A TCP server in JavaScript, on Linux"],
      "Code that also runs on macOS or the BSDs",
    ]);
  });

  it("says nothing about a scenario without metrics", () => {
    const scenarios = results.scenarios.map((result) => ({ ...result, metrics: [] }));

    expect(adviceOf({ ...results, scenarios }).rows).toHaveLength(1);
  });

  it("leaves out what was not measured", () => {
    const { rows } = adviceOf({ ...results, scenarios: [] });

    expect(rows.map(([situation]) => situation)).toEqual([
      "Code that also runs on macOS or the BSDs",
    ]);
  });
});
