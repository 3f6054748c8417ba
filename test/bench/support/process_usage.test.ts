import { describe, expect, it } from "vitest";
import { type ThreadUsage, usedSince } from "../../../bench/support/process_usage.ts";

function used(cpuNs: number): ThreadUsage {
  return { cpuNs, queuedNs: cpuNs, sleeps: cpuNs, preemptions: cpuNs };
}

describe("usedSince", () => {
  it("sums what each thread has used since, and all of a new one", () => {
    const before = new Map([["1", used(100)]]);
    const now = new Map([
      ["1", used(130)],
      ["2", used(5)],
    ]);

    expect(usedSince(before, now)).toEqual(used(35));
  });

  it("does not subtract what a thread had used that has ended", () => {
    const before = new Map([
      ["1", used(100)],
      ["2", used(90)],
    ]);

    expect(usedSince(before, new Map([["1", used(130)]]))).toEqual(used(30));
  });
});
