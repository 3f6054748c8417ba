import { describe, expect, it } from "vitest";
import { formatQuantity, formatSpread } from "../../../harness/wording/format.ts";

describe("formatQuantity", () => {
  it.each([
    [7814, "ns", 3, "7,810 ns"],
    [7814, "ns", 2, "7.8 µs"],
    [781, "ns", 2, "780 ns"],
    [9100, "µs", 2, "9.1 ms"],
    [62_976, "bytes", 3, "61.5 KiB"],
    [62_976, "bytes", 2, "62 KiB"],
  ])("writes %d %s in %d digits as %s", (value, unit, digits, text) => {
    expect(formatQuantity(value, unit, digits)).toBe(text);
  });
});

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
