import { describe, expect, it } from "vitest";
import { growth, slope } from "../../../harness/statistics/growth.ts";

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
