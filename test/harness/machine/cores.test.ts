import { describe, expect, it, vi } from "vitest";
import { parseCores, pinned, placementOf } from "../../../harness/machine/cores.ts";

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

describe("placementOf", () => {
  it("chooses once, also where there is nothing to choose", () => {
    vi.stubEnv("POLLUX_BENCH_PIN", "no");
    expect(placementOf()).toBeNull();

    vi.stubEnv("POLLUX_BENCH_PIN", "0,1");
    expect(placementOf()).toBeNull();

    vi.unstubAllEnvs();
  });
});
