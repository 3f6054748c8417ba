import { describe, expect, it } from "vitest";
import { about, ratioOver, ratioUpTo, wordsIn } from "../../../harness/wording/coarse.ts";

describe("a round number", () => {
  it.each([
    [17, 20],
    [3.2, 3],
    [94, 100],
    [700, 500],
    [0.4, 0.5],
  ])("about %d is %d", (value, rounded) => {
    expect(about(value)).toBeCloseTo(rounded, 9);
  });

  it.each([
    [1.04, undefined],
    [1.9, undefined],
    [2.9, 2],
    [7, 5],
    [832, 500],
    [1160, 1000],
  ])("%d is over %s", (ratio, step) => {
    expect(ratioOver(ratio)).toBe(step);
  });

  it.each([
    [1.04, 1.5],
    [1.44, 1.5],
    [1.46, 2],
    [1.2, 1.5],
    [1.54, 2],
    [2.5, 3],
    [6, 10],
    [31, 50],
  ])("%d is up to %d", (ratio, step) => {
    expect(ratioUpTo(ratio)).toBe(step);
  });
});

describe("wordsIn", () => {
  it("counts numbers and names, but no dashes", () => {
    expect(wordsIn("pollux epoll (edge) costs 1.2× – at 10,000")).toBe(7);
  });
});
