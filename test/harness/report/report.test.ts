import { describe, expect, it } from "vitest";
// The page inlines its compiled script, so these tests run the compiled harness.
import {
  type Metric,
  type ScenarioResult,
  cellLine,
  chartOf,
  chartSvg,
  chartsOf,
  reportHtml,
  reportMarkdown,
} from "pollux/bench";
import { CPU, results, scenarioResult, starve } from "../fixture.ts";

const VALUES = [10, 100, 1000, 10_000];
const CELLS = {
  "c-select": VALUES.map((value) => [value * 9, value * 10, value * 11]),
  select: VALUES.map((value) => [value * 18, value * 20, value * 22]),
  epoll: VALUES.map(() => [900, 1000, 1100]),
};

/** The sentences of the chart of a scenario, one line each. */
function sentencesOf(result: ScenarioResult): string {
  const { findings } = chartOf(result, CPU);
  return findings.map(({ sentence }) => sentence).join("\n");
}

describe("a starved cell", () => {
  const goal = { contender: "select", versus: "c-select", value: 10, metric: "cpu", atMost: 2.5 };
  const five = (cells: readonly (readonly number[])[]): number[][] =>
    cells.map(([low = 0, median = 0, high = 0]) => [low, median, median, median, high]);
  const fine = scenarioResult(
    {
      "c-select": five(CELLS["c-select"]),
      select: five(CELLS.select),
      epoll: five(CELLS.epoll),
    },
    VALUES,
    { baseline: { select: "c-select" }, goals: [goal] },
  );
  const starved = starve(fine, "select");
  const note = "Starved, and not counted by any goal, ratio or finding: the select.";

  it("is drawn, but no finding is about it", () => {
    const chart = chartOf(starved, CPU);
    const notes = chart.series.find(({ name }) => name === "select")?.notes;

    expect(notes).toEqual(VALUES.map(() => "starved"));
    expect(chart.series.map(({ name }) => name)).toContain("select");
    expect(sentencesOf(starved)).not.toContain("the select");
    expect(sentencesOf(fine)).toContain("the select");
  });

  it("leaves nothing to say if there is no other", () => {
    const all = ["c-select", "select", "epoll"].reduce(starve, fine);

    expect(sentencesOf(all)).toBe("All cells are starved: nothing can be said.");
  });

  it("is named in the report, its goal open, its ratio missing", () => {
    expect(reportHtml(results(fine))).not.toContain("Starved, and");
    const html = reportHtml(results(starved));

    expect(html).toContain(note);
    expect(html).toContain("open: starved</span>");
    expect(html).toContain("starved: 2 of 5</small>");
    expect(reportHtml(results(fine))).toContain("· 2.00×</small>");
    expect(html).not.toContain("· 2.00×");
  });

  it("leaves a goal open with too few samples, in HTML and in Markdown", () => {
    const few = results(scenarioResult(CELLS, VALUES, { goals: [goal] }));

    expect(reportHtml(few)).toContain(" too few samples</span>");
    expect(reportMarkdown(few, "pictures").page).toContain("| ≤ 2.50× |  |  | too few samples |");
  });

  it("is named on the page in Markdown, its goal open", () => {
    const { page } = reportMarkdown(results(starved), "pictures");

    expect(page).toContain(note);
    expect(page).toContain("| ≤ 2.50× |  |  | open: starved |");
  });

  it("is marked in the terminal, without a ratio", () => {
    const lineOf = (result: typeof fine) =>
      cellLine(
        result,
        result.cells.find(({ contender }) => contender === "select")!,
      );

    expect(lineOf(fine)).toContain("2.00× the c-select");
    expect(lineOf(starved)).toContain("STARVED: 2 of 5 samples");
    expect(lineOf(starved)).not.toContain("×");
  });
});

describe("percentiles of a latency", () => {
  const latencies = [99, 50, 99.9].map((percentile): Metric => {
    return { ...CPU, name: `p${percentile}`, unit: "µs", title: `p ${percentile}`, percentile };
  });
  const one = scenarioResult({ a: [[1], [1]] }, [10, 100], { metrics: [...latencies, CPU] });
  const cells = one.cells.map((cell) => {
    return { ...cell, samples: [{ cpu: 1, p50: 20, p99: 300, "p99.9": 4000 }] };
  });
  const result = { ...one, cells };

  it("are shown together when a reader points at one, in order", () => {
    const [chart] = chartsOf(result);

    expect(chart?.series[0]?.notes[1]).toBe("p50 20 µs, p99 300 µs, p99.9 4,000 µs");
    expect(chartOf(result, CPU).series[0]?.notes).toEqual(["", ""]);
  });

  it("stand side by side in the report", () => {
    const html = reportHtml(results(result));

    expect(html).toContain("<h4>Latencies: p50 / p99 / p99.9 ");
    expect(html).toContain("<td>20 µs / 300 µs / 4,000 µs");
    expect(reportHtml(results(scenarioResult({ a: [[1]] }, [1])))).not.toContain("Latencies:");
  });
});

describe("a chart of zeros", () => {
  const five = (value: number): number[] => [value, value, value, value, value];
  const zeros = scenarioResult(
    { a: [0, 0, 1].map(five), b: [0, 5, 90].map(five), c: [5, 0, 0].map(five) },
    [1, 2, 3],
    { baseline: { a: "b" }, pairs: [{ contender: "a", versus: "b" }] },
  );

  it("has no logarithmic axis, and no finding that divides by 0", () => {
    const chart = chartOf(zeros, CPU);

    expect(chart.logY).toBe(false);
    expect(chartSvg(chart)).not.toMatch(/NaN|Infinity/);
    expect(sentencesOf(zeros)).not.toMatch(/NaN|Infinity|∞/);
  });

  it("has bars without a length", () => {
    const html = reportHtml(results(scenarioResult({ a: [[0]], b: [[0]] }, [1])));

    expect(html).toContain("--share:0.000");
    expect(html).not.toMatch(/NaN/);
  });
});

describe("reportMarkdown", () => {
  it("names the pictures that it draws", () => {
    const { page, pictures } = reportMarkdown(results(scenarioResult(CELLS, VALUES)), "pictures");

    expect([...pictures.keys()]).toEqual(["waits_cpu.svg"]);
    expect(page).toContain("(pictures/waits_cpu.svg)");
  });
});
