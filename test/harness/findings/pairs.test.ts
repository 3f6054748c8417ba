import { describe, expect, it } from "vitest";
import { type ScenarioResult, chartOf } from "../../../harness/index.ts";
import { RATE, VALUES, falling, findingsOf, five, rising } from "./fixture.ts";
import { scenarioResult } from "../fixture.ts";

/** The sentence about a pair, of "a" and "b" with these medians. */
function pairOf(
  a: readonly number[],
  b: readonly number[],
  more: Partial<ScenarioResult> & { readonly spread?: number; readonly trait?: string } = {},
): string {
  const { spread = 0.01, trait, ...rest } = more;
  const pair = { contender: "a", versus: "b", ...(trait !== undefined && { trait }) };
  const cells = {
    a: a.map((median) => rising(median, spread)),
    b: b.map((median) => falling(median, spread)),
  };
  const result = scenarioResult(cells, VALUES.slice(0, a.length), { pairs: [pair], ...rest });
  const sentences = chartOf(result, result.metrics[0]!).findings;
  return sentences.find((sentence) => sentence.includes(" better than ")) ?? "";
}

describe("a finding about a pair", () => {
  it("says where the order changes", () => {
    const a = VALUES.map((x) => 100 + 30 * x);
    const b = VALUES.map(() => 1000);

    expect(pairOf(a, b)).toBe(
      "Below about 30 pipes, the a is better than the b (up to 2.50 times, at 10); above, it is the " +
        "other way round (up to 90.1 times, at 3,000). There is no difference beyond the spread at 30 pipes.",
    );
    expect(pairOf(b, a)).toContain("Below about 30 pipes, the b is better than the a");
  });

  it("finds the change between two values that were measured", () => {
    expect(pairOf([1, 1], [2, 0.5])).toContain("Below about 17 pipes, the a is better than the b");
  });

  it("says that one is better at every value", () => {
    expect(pairOf([10, 10], [11, 20])).toBe(
      "The a is better than the b at every measured value: 1.10 to 2.00 times as good (spread 1.08 – 2.04).",
    );
    expect(pairOf([11, 20], [10, 10])).toMatch(/^The a is not better than the b: worse at every/);
  });

  it("says that the spread tells them apart nowhere, or not everywhere", () => {
    const trait = "which drains";

    expect(pairOf([100, 98], [100, 101], { spread: 0.1, trait })).toBe(
      "The a, which drains, is not better than the b: no difference beyond the spread at every " +
        "measured value: 1.00 to 1.03 times as good (spread 0.82 – 1.26).",
    );
    expect(pairOf([100, 104], [100, 100], { trait })).toBe(
      "The a, which drains, is not better than the b: worse at 30 pipes: 0.96 times as good " +
        "(spread 0.94 – 0.98); no difference beyond the spread at 10 pipes: 1.00 times as good " +
        "(spread 0.98 – 1.02).",
    );
    expect(pairOf([90, 100], [100, 100], { trait })).toMatch(
      /^The a, which drains, is better than the b at 10 pipes: 1.11 times as good .*; no difference/,
    );
  });

  it.each([
    ["better", [100, 100, 100, 100, 112]],
    ["worse", [120, 120, 120, 120, 109]],
  ])("says %s only where no sample contradicts it", (how, samples) => {
    const pairs = [{ contender: "a", versus: "b" }];
    const sentenceOf = (last: number) =>
      findingsOf(
        scenarioResult({ a: [[...samples.slice(0, 4), last]], b: [five(110)] }, [10], { pairs }),
      );

    expect(sentenceOf(samples[4]!)).toContain("no difference beyond the spread at 10 pipes");
    expect(sentenceOf(samples[0]!)).toContain(`${how} ${how === "better" ? "than" : "at"}`);
  });

  it("turns round where more is better", () => {
    expect(pairOf([10, 10], [11, 20], { metrics: [RATE] })).toContain("The a is not better than");
    expect(pairOf([11, 20], [10, 10], { metrics: [RATE] })).toContain("The a is better than the b");
  });

  it("lists the values where the order changes more than once", () => {
    expect(pairOf([10, 20, 10], [20, 10, 20])).toMatch(
      /^The a is better than the b at 10 and 100 pipes: .*; worse at 30 pipes: /,
    );
  });

  it("counts only values at which both were measured, often enough", () => {
    const cells = { a: [rising(10), rising(10), [10]], b: [falling(20), falling(5), [5]] };
    const full = scenarioResult(cells, [1, 10, 100], {
      pairs: [
        { contender: "a", versus: "b" },
        { contender: "a", versus: "c" },
      ],
    });
    const failed = full.cells.map((cell) =>
      cell.contender === "b" && cell.value === 10 ? { ...cell, failed: "oh", samples: [] } : cell,
    );

    expect(findingsOf({ ...full, cells: failed })).toContain(
      "The a is better than the b at 1 pipe: 2.00 times as good",
    );
    expect(findingsOf({ ...full, cells: full.cells.slice(0, 3) })).not.toContain("better than");
  });
});
