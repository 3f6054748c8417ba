import { describe, expect, it } from "vitest";
import { tableOf } from "../../../../harness/index.ts";
import { scenarioResult, starve } from "../../fixture.ts";

const SAMPLES = {
  select: [
    [3000, 3000, 3000],
    [40000, 40000, 40000],
  ],
  epoll: [
    [1000, 1000, 1100],
    [1000, 1000, 1000],
  ],
};

describe("tableOf", () => {
  it("has the best contender first, in aligned columns, with spread, ratio and bar", () => {
    expect(tableOf(scenarioResult(SAMPLES, [1, 1000])).split("\n")).toEqual([
      "What does <one> wait cost?",
      "time per wait: median, spread, ratio to the best",
      "  1 pipe",
      "    the epoll   1,000 ns  ±4.0 %  1.00×  ▇▇▇▇▇▇▇▇",
      "    the select  3,000 ns  ±0.0 %  3.00×  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇",
      "  1,000 pipes",
      "    the epoll   1,000 ns  ±0.0 %  1.00×  ▇",
      "    the select     40 µs  ±0.0 %  40×    ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇",
    ]);
  });

  it("has ratios to baselines where there are some, and the best of a rate first", () => {
    const rate = { name: "cpu", unit: "messages/s", better: "higher", title: "rate" } as const;
    const result = scenarioResult({ c: [[100]], epoll: [[50]], poll: [[200]] }, [1], {
      baseline: { epoll: "c", poll: "c" },
      metrics: [rate],
    });
    const [, heading, , ...rows] = tableOf(result).split("\n");

    expect(heading).toBe("rate: median, spread, ratio of time per message to the baseline");
    expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ["the poll", "200 messages/s", "±0.0 %", "0.50× the c", "▇".repeat(24)],
      ["the c", "100 messages/s", "±0.0 %", "▇".repeat(12)],
      ["the epoll", "50 messages/s", "±0.0 %", "2.00× the c", "▇".repeat(6)],
    ]);
  });

  it("has no ratio of a starved cell, and says so", () => {
    const result = starve(scenarioResult(SAMPLES, [1, 1000]), "select");

    expect(tableOf(result)).toMatch(/the select +3,000 ns +±0\.0 % +starved +▇/);
  });

  it("says why a cell has no samples", () => {
    const result = scenarioResult({ epoll: [[1]], select: [[1]], poll: [[1]] }, [1]);
    const [epoll, select, poll] = result.cells;
    const cells = [
      epoll!,
      { ...select!, samples: [], skipped: "not on Linux" },
      { ...poll!, samples: [], failed: "EBADF\n at …" },
    ];

    expect(
      tableOf({ ...result, cells })
        .split("\n")
        .slice(-2),
    ).toEqual(["    the select  skipped: not on Linux", "    the poll    FAILED: EBADF"]);
  });
});
