import { type ScenarioResult, reportHtml, reportMarkdown } from "pollux/bench";
import { describe, expect, it } from "vitest";
import { results, scenarioResult } from "../fixture.ts";

function goal(contender: string, value: number, atLeast = 1) {
  return { contender, versus: "c", value, metric: "cpu", atLeast };
}

function skip(result: ScenarioResult, contender: string, value?: number): ScenarioResult {
  const cells = result.cells.map((cell) =>
    cell.contender === contender && cell.value === (value ?? cell.value)
      ? { ...cell, samples: [], skipped: "it rains" }
      : cell,
  );
  return { ...result, cells };
}

const CELLS = {
  c: [100, 100].map((cpu) => [cpu, cpu, cpu, cpu, cpu]),
  a: [
    [80, 80, 80, 80, 80],
    [200, 200, 200, 200, 200],
  ],
  b: [
    [90, 90, 110, 130, 130],
    [50, 50, 50, 50, 50],
  ],
};

describe("the goals of a report", () => {
  const goals = [goal("a", 10), goal("a", 100), goal("b", 10), goal("b", 100)];
  const measured = results(skip(scenarioResult(CELLS, [10, 100], { goals }), "b", 100));
  const { page } = reportMarkdown(measured, "pictures");
  const html = reportHtml(measured);

  it("are told with ratio, spread and verdict, whether reached or not", () => {
    expect(page).toContain("1 of 4 are reached");
    expect(page).toContain(
      "| 10 | the a beside the c | time per wait | ≥ 1.00 | 1.25 | 1.25 – 1.25 | reached |",
    );
    expect(page).toContain("| **0.50** | 0.50 – 0.50 | missed |");
    expect(html).toContain('<span class="yes">1.25 reached</span>');
    expect(html).toContain('<span class="no">0.50 missed</span>');
  });

  it("are missed by less than the spread where some samples have reached them", () => {
    expect(page).toContain("| **0.91** | 0.77 – 1.11 | missed by less than the spread |");
  });

  it("are told as well where a cell was skipped", () => {
    expect(page).toContain("| ≥ 1.00 |  |  | not measured |");
    expect(html).toContain("not measured</span>");
  });

  it("are none of a quick run", () => {
    const quick = { ...measured, options: { ...measured.options, quick: true } };

    expect(reportMarkdown(quick, "pictures").page).not.toContain("## Goals");
    expect(reportMarkdown(quick, "pictures").page).toContain("This was a quick run");
    expect(reportHtml(quick)).not.toContain("<h2>Goals</h2>");
  });
});

describe("the page in Markdown", () => {
  it("escapes what would be markup, and keeps an error of several lines in its line", () => {
    const question = "What does <one> wait | cost?";
    const full = scenarioResult({ a: [[1]], c: [[1]] }, [10], { question, goals: [goal("a", 10)] });
    const titled = full.contenders.map((own) => ({ ...own, title: `a|${own.name}` }));
    const cells = [...full.cells, { ...full.cells[0]!, value: 20, samples: [], failed: "oh\nno" }];
    const { page } = reportMarkdown(results({ ...full, contenders: titled, cells }), "pictures");

    expect(page).toContain("## What does &lt;one> wait | cost?");
    expect(page).toContain("| a\\|a beside a\\|c |");
    expect(page).toContain(": failed: oh no\n");
  });
});

describe("what was not measured", () => {
  it("is told by contender: without values where it is all of them", () => {
    const full = scenarioResult(CELLS, [10, 100]);
    const { page } = reportMarkdown(results(skip(skip(full, "a"), "b", 100)), "pictures");

    expect(page).toContain("- the a; the b at 100: it rains\n");
  });

  it("is told of all contenders at once", () => {
    const full = scenarioResult(CELLS, [10, 100]);
    const none = ["a", "b", "c"].reduce((result, name) => skip(result, name, 100), full);

    expect(reportMarkdown(results(none), "pictures").page).toContain(
      "- all contenders at 100: it rains\n",
    );
  });

  it("leaves no empty chart and no empty table, but the reasons in sight", () => {
    const none = skip(scenarioResult({ a: [[1]] }, [10]), "a");
    const html = reportHtml(results(none));
    const { page, pictures } = reportMarkdown(results(none), "pictures");

    expect(html).not.toContain("data-chart=");
    expect(html).not.toContain("All numbers");
    expect(html).toContain("<p>Nothing was measured.</p>");
    expect(html).toContain("<details open><summary>Not measured here");
    expect(page).toContain("Nothing was measured.\n\nNot measured here:\n\n- the a: it rains\n");
    expect(pictures.size).toBe(0);
  });
});

describe("a chart of one cell", () => {
  it("is a bar with its number and spread, without an axis", () => {
    const html = reportHtml(results(scenarioResult({ a: [[9, 10, 11]] }, [10])));

    expect(html).toContain("at 10 pipes");
    expect(html).toContain("10 ns ±8.0 %");
    expect(html).not.toContain("data-chart=");
  });

  it("tells baselines by their stripes", () => {
    const named = scenarioResult({ c: [[9]], a: [[10]] }, ["recv"] as never, {
      baseline: { a: "c" },
    });

    expect(reportHtml(results(named)).match(/repeating-linear-gradient/g)).toHaveLength(2);
  });
});
