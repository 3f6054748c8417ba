import { describe, expect, it } from "vitest";
import { costRatio, costRatios } from "../../../harness/statistics/cost_ratio.ts";

describe("costRatio", () => {
  it("is below 1 for the better one, whichever values are better", () => {
    expect(costRatio(10, 20, "lower")).toBe(0.5);
    expect(costRatio(20, 10, "higher")).toBe(0.5);
    expect(costRatio(1.04, 1, "lower")).toBe(1.04);
  });

  it("is 1 for equal values, 0 and 0 among them, and without bound beside a 0", () => {
    expect(costRatio(0, 0, "lower")).toBe(1);
    expect(costRatio(7, 7, "higher")).toBe(1);
    expect(costRatio(5, 0, "lower")).toBe(Infinity);
  });
});

describe("costRatios", () => {
  it("is below 1 for the better one, whichever values are better", () => {
    expect(costRatios([10], [20], "lower")?.median).toBe(0.5);
    expect(costRatios([20], [10], "higher")?.median).toBe(0.5);
  });

  it("cancels what has disturbed both neighbors", () => {
    expect(costRatios([10, 1000, 10], [20, 2000, 20], "lower")).toMatchObject({
      low: 0.5,
      high: 0.5,
    });
  });

  it("is undefined if one of them has no samples, or every pair has a 0", () => {
    expect(costRatios([], [1], "lower")).toBeUndefined();
    expect(costRatios([0, 3], [2, 0], "lower")).toBeUndefined();
  });
});
