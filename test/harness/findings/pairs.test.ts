import { describe, expect, it } from "vitest";
import { type ScenarioResult, chartOf } from "../../../harness/index.ts";
import { RATE, VALUES, falling, findingsOf, five, numbersOf, rising } from "./fixture.ts";
import { scenarioResult } from "../fixture.ts";

/** The sentence about a pair, "a" and "b", with these medians. */
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
  const sentences = chartOf(result, result.metrics[0]!).findings.map(({ sentence }) => sentence);
  return sentences.find((sentence) => /beats|loses to|ties with/.test(sentence)) ?? "";
}

describe("a finding about a pair", () => {
  it("says where the order changes, with the numbers behind the sentence", () => {
    const a = VALUES.map((x) => 100 + 30 * x);
    const b = VALUES.map(() => 1000);

    expect(pairOf(a, b)).toBe("The a beats the b below about 30 pipes. Above, the b wins.");
    expect(pairOf(b, a)).toBe("The b beats the a below about 30 pipes. Above, the a wins.");
    expect(pairOf(a, b, { trait: "which drains" })).toBe(
      "The a, which drains, beats the b below about 30 pipes. Above, the b wins.",
    );
    const cells = { a: a.map((median) => rising(median)), b: b.map((median) => falling(median)) };
    const pairs = [{ contender: "a", versus: "b" }];
    expect(numbersOf(scenarioResult(cells, VALUES, { pairs }))).toContain(
      "the a / the b, time per wait: 10: 0.40× (0.39× – 0.41×); 30: 1.00× (0.98× – 1.02×, a tie); 100:",
    );
  });

  it("names ties that are not next to where the order changes", () => {
    expect(pairOf([10, 5, 5, 20, 10, 20], [10, 10, 10, 10, 10, 10])).toBe(
      "The a beats the b below about 170 pipes. Above, the b wins. They tie at 10 and 1,000 pipes.",
    );
  });

  it("finds the change between two measured values", () => {
    expect(pairOf([1, 1], [2, 0.5])).toContain("The a beats the b below about 17 pipes");
  });

  it("says that one wins at every value", () => {
    expect(pairOf([10, 10], [11, 20])).toBe(
      "The a beats the b at every measured value: 0.50× to 0.91× its time per wait.",
    );
    expect(pairOf([11, 20], [10, 10])).toBe(
      "The a loses to the b at every measured value: 1.10× to 2.00× its time per wait.",
    );
  });

  it("says that they tie everywhere, or somewhere", () => {
    const trait = "which drains";

    expect(pairOf([100, 98], [100, 101], { spread: 0.1, trait })).toBe(
      "The a, which drains, ties with the b at every measured value.",
    );
    expect(pairOf([100, 104], [100, 100], { trait })).toBe(
      "The a, which drains, loses to the b at 30 pipes (1.04×) and ties with it at 10 pipes.",
    );
    expect(pairOf([90, 100], [100, 100], { trait })).toBe(
      "The a, which drains, beats the b at 10 pipes (0.90×) and ties with it at 30 pipes.",
    );
  });

  it.each([
    ["beats", [100, 100, 100, 100, 112]],
    ["loses to", [120, 120, 120, 120, 109]],
  ])("says that one %s the other only if no sample contradicts it", (verb, samples) => {
    const pairs = [{ contender: "a", versus: "b" }];
    const sentenceOf = (last: number) =>
      findingsOf(
        scenarioResult({ a: [[...samples.slice(0, 4), last]], b: [five(110)] }, [10], { pairs }),
      );

    expect(sentenceOf(samples[4]!)).toContain("The a ties with the b at 10 pipes");
    expect(sentenceOf(samples[0]!)).toContain(`The a ${verb} the b at 10 pipes`);
  });

  it("compares the time of each unit if more is better", () => {
    expect(pairOf([10, 10], [11, 20], { metrics: [RATE] })).toContain("The a loses to the b");
    expect(pairOf([11, 20], [10, 10], { metrics: [RATE] })).toBe(
      "The a beats the b at every measured value: 0.50× to 0.91× its time per message.",
    );
  });

  it("lists the values if the order changes more than once", () => {
    expect(pairOf([10, 20, 10], [20, 10, 20])).toBe(
      "The a beats the b at 10 and 100 pipes (0.50×) and loses to it at 30 pipes (2.00×).",
    );
  });

  it("counts only values at which both have enough samples", () => {
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

    expect(findingsOf({ ...full, cells: failed })).toContain("The a beats the b at 1 pipe (0.50×)");
    expect(findingsOf({ ...full, cells: full.cells.slice(0, 3) })).not.toContain("beats");
  });
});
