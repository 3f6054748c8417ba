import { describe, expect, it } from "vitest";
import { bars } from "../../lib/cli/bars.ts";

describe("bars", () => {
  it("draws the largest value longest, the others in proportion, and each with its value", () => {
    const drawn = bars(
      [
        { label: "a", value: 20 },
        { label: "long", value: 5 },
        { label: "no", value: 0 },
      ],
      (value) => `${String(value)} us`,
    );

    expect(drawn).toEqual([
      `  a     ${"#".repeat(40)} 20 us`,
      `  long  ${"#".repeat(10)} 5 us`,
      "  no    0 us",
    ]);
  });

  it("draws no bar where all values are 0, and nothing of nothing", () => {
    expect(bars([{ label: "a", value: 0 }], String)).toEqual(["  a  0"]);
    expect(bars([], String)).toEqual([]);
  });
});
