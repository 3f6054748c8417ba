import { describe, expect, it } from "vitest";
import { Latencies } from "../../../harness/statistics/latencies.ts";

describe("Latencies", () => {
  it("has its percentiles in microseconds, to three digits", () => {
    const latencies = new Latencies();
    for (let microseconds = 1; microseconds <= 1000; microseconds++) {
      latencies.record(microseconds * 1000);
    }
    const { count, p50, p90, p99, p999, max } = latencies.percentiles();

    expect(count).toBe(1000);
    expect(p50 / 500).toBeCloseTo(1, 2);
    expect(p90 / 900).toBeCloseTo(1, 2);
    expect(p99 / 990).toBeCloseTo(1, 2);
    expect(p999 / 999).toBeCloseTo(1, 2);
    expect(max / 1000).toBeCloseTo(1, 2);
  });

  it("counts what is longer than it can hold", () => {
    const latencies = new Latencies();
    latencies.record(1e15);

    expect(latencies.count).toBe(1);
  });
});
