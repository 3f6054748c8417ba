import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantile, spreadOf, summarize } from "../../../harness/statistics/summary.ts";

describe("quantile", () => {
  it("is the middle value, or lies between the two in the middle", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5);
  });

  it("lies between the smallest and the largest value, and grows with the share", () => {
    fc.assert(
      // Whole numbers: between others, rounding may tip the balance in the last digit.
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => quantile(values, share));
        expect(low).toBeLessThanOrEqual(middle!);
        expect(middle).toBeLessThanOrEqual(high!);
        expect(quantile(values, 0)).toBe(Math.min(...values));
        expect(quantile(values, 1)).toBe(Math.max(...values));
      }),
    );
  });

  it("refuses no values", () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it("is a number among infinite values, too", () => {
    expect(quantile([1, Infinity], 0)).toBe(1);
    expect(quantile([1, Infinity, Infinity], 1)).toBe(Infinity);
    expect(quantile([1, Infinity, Infinity], 0.75)).toBe(Infinity);
  });
});

describe("summarize", () => {
  it("has the smallest and the largest of all values beside the percentiles", () => {
    expect(summarize([3, 1, 2, 9, 4])).toMatchObject({ count: 5, min: 1, median: 3, max: 9 });
  });

  it("is not moved by one disturbed sample", () => {
    const { median, low, high } = summarize([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 900]);

    expect([median, low, high]).toEqual([10, 10, 10]);
  });

  it("leaves a spread that is a share of the median", () => {
    expect(spreadOf({ median: 100, low: 90, high: 110 })).toBeCloseTo(0.1);
  });
});
