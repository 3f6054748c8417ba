import { describe, expect, it } from "vitest";
import { parseCores, pinned } from "../../../harness/machine/cores.ts";

describe("parseCores", () => {
  it("reads the kernel's list", () => {
    expect(parseCores("0-2,5")).toEqual([0, 1, 2, 5]);
    expect(parseCores("3")).toEqual([3]);
    expect(parseCores("")).toEqual([]);
  });
});

describe("pinned", () => {
  it("leaves a command alone where there is no processor to choose", () => {
    expect(pinned(["node", "x"], undefined)).toEqual(["node", "x"]);
    expect(pinned(["node", "x"], 1)).toEqual(["taskset", "-c", "1", "node", "x"]);
  });
});
