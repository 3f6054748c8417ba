import { describe, expect, it } from "vitest";
// The page inlines its compiled script, so these tests run the compiled harness.
import { chartOf, chartSvg, chartsOf, reportHtml, reportMarkdown } from "pollux/bench";
import { CPU, results, scenarioResult } from "./fixture.ts";

const VALUES = [10, 100, 1000, 10_000];
const CELLS = {
  "c-select": VALUES.map((value) => [value * 9, value * 10, value * 11]),
  select: VALUES.map((value) => [value * 18, value * 20, value * 22]),
  epoll: VALUES.map(() => [900, 1000, 1100]),
};

describe("reportHtml", () => {
  const skipped = {
    ...{ contender: "epoll", value: 10, times: 0, starved: 0, samples: [] },
    skipped: "it rains",
  };
  const full = scenarioResult(CELLS, VALUES);
  const html = reportHtml(results({ ...full, cells: [...full.cells, skipped] }));

  it("needs nothing from elsewhere", () => {
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)="(?!data:)/);
    expect(html).not.toMatch(/@import|url\(/);
  });

  it("has the questions escaped, the finding, the machine, the method and the skipped cells", () => {
    expect(html).toContain("What does &lt;one&gt; wait cost?");
    expect(html).not.toContain("<one>");
    for (const part of ["a processor", "How it was measured", "What is not measured"]) {
      expect(html).toContain(part);
    }
    expect(html).toContain("the epoll at 10: it rains");
  });

  it("has the charts' data where its script finds them", () => {
    const data = /<script type="application\/json" id="charts">(.*)<\/script>/.exec(html)?.[1];

    expect(JSON.parse(data ?? "")).toEqual(JSON.parse(JSON.stringify(chartsOf(full))));
    expect(html).toContain('<div data-chart="0"></div>');
  });

  it("says that a run was cut short", () => {
    expect(reportHtml({ ...results(full), complete: false })).toContain("cut short");
  });
});

describe("reportMarkdown", () => {
  it("names the pictures that it draws", () => {
    const { page, pictures } = reportMarkdown(results(scenarioResult(CELLS, VALUES)), "pictures");

    expect([...pictures.keys()]).toEqual(["waits_cpu.svg"]);
    expect(page).toContain("(pictures/waits_cpu.svg)");
  });
});

describe("chartSvg", () => {
  it("draws a line for each contender, within its box", () => {
    const svg = chartSvg(chartOf(scenarioResult(CELLS, VALUES), CPU));

    expect(svg.match(/<polyline/g)).toHaveLength(3);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("draws bars for names", () => {
    const named = scenarioResult({ c: [[1], [2]] }, ["recv", "send"] as never);

    expect(chartSvg(chartOf(named, CPU)).match(/<rect x/g)).toHaveLength(3);
  });
});
