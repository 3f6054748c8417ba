import { describe, expect, it } from "vitest";
import { formatSpread } from "../../../harness/wording/format.ts";

describe("formatSpread", () => {
  it.each([
    [0.005, "±0.5 %"],
    [0.094, "±9.4 %"],
    [0.2, "±20 %"],
    [9.99, "±999 %"],
    [30.39, ">±999 %"],
    [Infinity, ">±999 %"],
  ])("writes %d as a share of the median, and no number that says nothing", (share, text) => {
    expect(formatSpread(share)).toBe(text);
  });
});
