import { describe, expect, it } from "vitest";
import { chartOf } from "../../../../harness/report/charts/chart.ts";
import { chartSvg } from "../../../../harness/report/charts/svg.ts";
import { CPU, scenarioResult } from "../../fixture.ts";

const VALUES = [10, 100, 1000, 10_000];
const CELLS = {
  "c-select": VALUES.map((value) => [value * 9, value * 10, value * 11]),
  select: VALUES.map((value) => [value * 18, value * 20, value * 22]),
  epoll: VALUES.map(() => [900, 1000, 1100]),
};

describe("chartSvg", () => {
  it("draws a line for each contender, within its box", () => {
    const svg = chartSvg(chartOf(scenarioResult(CELLS, VALUES), CPU));

    expect(svg.match(/class="line"/g)).toHaveLength(3);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("draws bars for names", () => {
    const named = scenarioResult({ c: [[1], [2]] }, ["recv", "send"] as never);

    expect(chartSvg(chartOf(named, CPU)).match(/<rect x/g)).toHaveLength(2);
  });

  it("draws no bar for a missing cell", () => {
    const named = scenarioResult({ c: [[1], [2]], sys: [[1], []] }, ["recv", "send"] as never);

    expect(chartSvg(chartOf(named, CPU)).match(/<rect x/g)).toHaveLength(3);
  });

  it("draws a bar for each contender if there is one value", () => {
    const svg = chartSvg(chartOf(scenarioResult({ a: [[1]], b: [[2]] }, [10]), CPU));

    expect(svg.match(/<rect x/g)).toHaveLength(2);
    expect(svg).toContain("at 10 pipes");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("marks a spread that goes on beyond the chart, and no other one", () => {
    const wide = [100, 100, 100, 1000, 1000];
    const of = (samples: readonly number[]): string =>
      chartSvg(chartOf(scenarioResult({ a: [samples], b: [[90]] }, [10]), CPU));

    expect(of(wide).match(/class="spread cut"/g)).toHaveLength(1);
    expect(of(wide.map((cost) => cost / 10 + 90))).not.toContain("spread cut");
  });

  it("writes times below the axis in units that fit", () => {
    const svg = chartSvg(chartOf(scenarioResult({ a: [[500], [2e6]] }, [1, 10]), CPU));

    for (const tick of ["1 µs", "10 µs", "1 ms"]) expect(svg).toContain(`>${tick}<`);
  });
});
