import { describe, expect, it } from "vitest";
import { spreadOf } from "../../lib/experiments/herd_spread.ts";

describe("spreadOf", () => {
  it("finds no deviation where all have the same", () => {
    expect(spreadOf([5, 5, 5])).toEqual({ min: 5, max: 5, deviation: 0, gini: 0 });
  });

  it("comes to a Gini coefficient of (n - 1) / n where one has all", () => {
    const { min, max, deviation, gini } = spreadOf([0, 12, 0, 0]);

    expect([min, max, gini]).toEqual([0, 12, 0.75]);
    expect(deviation).toBeCloseTo(Math.sqrt(27), 12);
  });

  it("is the mean difference of all pairs over twice the mean", () => {
    const shares = [3, 1, 4, 1, 5, 9];
    const mean = shares.reduce((sum, one) => sum + one) / shares.length;
    const pairs = shares.flatMap((one) => shares.map((other) => Math.abs(one - other)));
    const meanDifference = pairs.reduce((sum, one) => sum + one) / pairs.length;

    expect(spreadOf(shares).gini).toBeCloseTo(meanDifference / (2 * mean), 12);
  });

  it("calls nothing at all even", () => {
    expect(spreadOf([0, 0])).toEqual({ min: 0, max: 0, deviation: 0, gini: 0 });
  });
});
