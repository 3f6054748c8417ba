import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  growth,
  quantile,
  ratioOf,
  slope,
  spreadOf,
  summarize,
} from "../../../harness/statistics/summary.ts";

describe("quantile", () => {
  it("is the middle value, or lies between the two middle ones", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5);
  });

  it("lies between the least and the greatest, and grows with the share", () => {
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
});

describe("summarize", () => {
  it("has the least and the most of all samples beside nine in ten of them", () => {
    expect(summarize([3, 1, 2, 9, 4])).toMatchObject({ count: 5, least: 1, median: 3, most: 9 });
  });

  it("is not moved by one disturbed sample", () => {
    const { median, low, high } = summarize([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 900]);

    expect([median, low, high]).toEqual([10, 10, 10]);
  });

  it("leaves a spread that is a share of the median", () => {
    expect(spreadOf({ median: 100, low: 90, high: 110 })).toBeCloseTo(0.1);
  });
});

describe("ratioOf", () => {
  it("is above 1 for the better one, whichever way is better", () => {
    expect(ratioOf([10], [20], "lower")?.median).toBe(2);
    expect(ratioOf([20], [10], "higher")?.median).toBe(2);
  });

  it("cancels what has disturbed both neighbours", () => {
    expect(ratioOf([10, 1000, 10], [20, 2000, 20], "lower")).toMatchObject({ low: 2, high: 2 });
  });

  it("is undefined where one of them has no samples", () => {
    expect(ratioOf([], [1], "lower")).toBeUndefined();
  });
});

describe("growth", () => {
  it("tells constant, linear and quadratic", () => {
    const xs = [10, 100, 1000];

    expect(growth(xs.map((x) => [x, 7]))).toBeCloseTo(0);
    expect(growth(xs.map((x) => [x, 3 * x]))).toBeCloseTo(1);
    expect(growth(xs.map((x) => [x, x * x]))).toBeCloseTo(2);
  });

  it("is unknown with one point", () => {
    expect(growth([[1, 1]])).toBeUndefined();
  });
});

describe("slope", () => {
  it("is what each further one adds, whatever the beginning", () => {
    expect(slope([10, 100, 1000].map((x) => [x, 500 + 30 * x]))).toBeCloseTo(30);
    expect(slope([10, 100, 1000].map((x) => [x, 7]))).toBeCloseTo(0);
  });

  it("is unknown with one point, or without a distance between them", () => {
    expect(slope([[1, 1]])).toBeUndefined();
    expect(slope([1, 2].map((y) => [5, y]))).toBeUndefined();
  });
});
