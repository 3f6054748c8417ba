import { describe, expect, it } from "vitest";
import { parseValues } from "../../../harness/index.ts";
import { scenario } from "../fixture.ts";

describe("parseValues", () => {
  const floods = scenario({ sweep: { name: "floods", values: [0, 1, 4] } });

  it("reads each value of the sweep, 0 among them, and other whole numbers", () => {
    expect(parseValues(floods, ["0", "4", "12"])).toEqual([0, 4, 12]);
  });

  it("reads values of the sweep that are no whole numbers, or negative", () => {
    const shares = scenario({ sweep: { name: "shares", values: [-1, 0.5] } });

    expect(parseValues(shares, ["0.5", "-1"])).toEqual([0.5, -1]);
  });

  it.each(["-1", "1.5", "", "one"])("refuses %j, and a 0 that the sweep does not have", (text) => {
    expect(() => parseValues(floods, [text])).toThrow(RangeError);
    expect(() => parseValues(scenario(), ["0"])).toThrow(RangeError);
  });
});
