import { describe, expect, it } from "vitest";
import { chartOf } from "../../../../harness/report/charts/chart.ts";
import { LABEL_DISTANCE, plotOf } from "../../../../harness/report/charts/plot.ts";
import { CPU, scenarioResult } from "../../fixture.ts";

const HEIGHT = 340;
const VALUES = [1, 10, 100, 300, 1000, 3000, 5000, 10_000];

/** A chart of so many contenders that end at almost the same place. */
function crowd(count: number, baseline = {}) {
  const cells = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `contender-${String(index)}`,
      VALUES.map((value) => [value + index / 10, value + index / 5]),
    ]),
  );
  return chartOf(scenarioResult(cells, VALUES, { baseline }), CPU);
}

describe("plotOf", () => {
  it("labels twenty lines without an overlap", () => {
    const { lines } = plotOf(crowd(20), HEIGHT);
    const ys = lines.map(({ label }) => label!.y).sort((a, b) => a - b);

    expect(ys).toHaveLength(20);
    for (const [index, y] of ys.entries()) {
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(HEIGHT);
      if (index > 0) expect(y - ys[index - 1]!).toBeGreaterThanOrEqual(LABEL_DISTANCE - 1e-3);
    }
  });

  it("leaves out labels for which there is no room", () => {
    const labels = plotOf(crowd(40), HEIGHT).lines.filter(({ label }) => label);

    expect(labels.length).toBeLessThan(40);
    expect(labels.length).toBeGreaterThan(20);
  });

  it("shows the first and the last number of the axis, and none that overlaps", () => {
    const { xTicks } = plotOf(crowd(1), HEIGHT);
    const narrow = xTicks.filter(({ room }) => room === "any");
    const wide = xTicks.filter(({ room }) => room !== "none");

    for (const [ticks, gap] of [
      [narrow, 265],
      [wide, 82],
    ] as const) {
      expect([ticks[0]!.text, ticks.at(-1)!.text]).toEqual(["1", "10,000"]);
      for (const [index, { at }] of ticks.entries()) {
        if (index > 0) expect(at - ticks[index - 1]!.at).toBeGreaterThanOrEqual(gap);
      }
    }
    expect(wide.length).toBeGreaterThan(narrow.length);
  });

  it("draws each spread as a band, within the plot", () => {
    const { svg } = plotOf(crowd(3), HEIGHT);

    expect(svg.match(/class="band"/g)).toHaveLength(3);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const ys = [...svg.matchAll(/\d+ (-?[\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ys)).toBeLessThanOrEqual(HEIGHT);
  });
});
