import { type ScenarioResult, reportHtml, reportMarkdown } from "pollux/bench";
import { describe, expect, it } from "vitest";
import { results, scenarioResult } from "../fixture.ts";

function goal(contender: string, value: number, atMost = 1) {
  return { contender, versus: "c", value, metric: "cpu", atMost };
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

  it("have a ratio, a spread and a verdict, whether reached or not", () => {
    expect(page).toContain("1 of 4 goals are reached");
    expect(page).toContain(
      "| 10 | the a / the c | time per wait | ≤ 1.00× | 0.80× | 0.80× – 0.80× | reached |",
    );
    expect(page).toContain("| **2.00×** | 2.00× – 2.00× | missed |");
    expect(html).toContain('<span class="yes">0.80× reached</span>');
    expect(html).toContain('<span class="no">2.00× missed</span>');
  });

  it("are missed within the spread if some samples have reached them", () => {
    expect(page).toContain("| **1.10×** | 0.90× – 1.30× | missed, within the spread |");
  });

  it("are listed even if a cell was skipped", () => {
    expect(page).toContain("| ≤ 1.00× |  |  | not measured |");
    expect(html).toContain("not measured</span>");
  });

  it("are absent from a quick run", () => {
    const quick = { ...measured, options: { ...measured.options, quick: true } };

    expect(reportMarkdown(quick, "pictures").page).not.toContain("## Goals");
    expect(reportMarkdown(quick, "pictures").page).toContain("This was a quick run");
    expect(reportHtml(quick)).not.toContain("<summary>Goals");
  });
});

describe("the page in Markdown", () => {
  it("escapes markup, and keeps an error of several lines in one line", () => {
    const question = "What does <one> wait | cost?";
    const full = scenarioResult({ a: [[1]], c: [[1]] }, [10], { question, goals: [goal("a", 10)] });
    const titled = full.contenders.map((own) => ({ ...own, title: `a|${own.name}` }));
    const cells = [...full.cells, { ...full.cells[0]!, value: 20, samples: [], failed: "oh\nno" }];
    const { page } = reportMarkdown(results({ ...full, contenders: titled, cells }), "pictures");

    expect(page).toContain("## What does &lt;one> wait | cost?");
    expect(page).toContain("| a\\|a / a\\|c |");
    expect(page).toContain(": failed: oh no\n");
  });
});

describe("what was not measured", () => {
  it("is listed by contender, without values if it is all of them", () => {
    const full = scenarioResult(CELLS, [10, 100]);
    const { page } = reportMarkdown(results(skip(skip(full, "a"), "b", 100)), "pictures");

    expect(page).toContain("- the a; the b at 100: it rains\n");
  });

  it("is listed once for all contenders", () => {
    const full = scenarioResult(CELLS, [10, 100]);
    const none = ["a", "b", "c"].reduce((result, name) => skip(result, name, 100), full);

    expect(reportMarkdown(results(none), "pictures").page).toContain(
      "- all contenders at 100: it rains\n",
    );
  });

  it("leaves no empty chart and no empty table, but the reasons unfolded", () => {
    const none = skip(scenarioResult({ a: [[1]] }, [10]), "a");
    const html = reportHtml(results(none));
    const { page, pictures } = reportMarkdown(results(none), "pictures");

    expect(html).not.toContain("data-table=");
    expect(html).not.toContain("All numbers");
    expect(html).toContain(">Nothing was measured</p>");
    expect(html).toContain("<details open><summary>Not measured here");
    expect(page).toContain("Nothing was measured.\n\nNot measured here:\n\n- the a: it rains\n");
    expect(pictures.size).toBe(0);
  });
});

describe("a chart of one cell", () => {
  it("is a bar with its number and spread, without an axis", () => {
    const html = reportHtml(results(scenarioResult({ a: [[9, 10, 11]] }, [10])));

    expect(html).toContain("at 10 pipes");
    expect(html).toContain('title="±8.0 %"');
    expect(html).toContain("<em>10 ns</em>");
    expect(html).not.toContain("data-table=");
  });

  it("has a dashed outline for a baseline", () => {
    const named = scenarioResult({ c: [[9]], a: [[10]] }, ["recv"] as never, {
      baseline: { a: "c" },
      contenders: [
        { name: "c", title: "C recv" },
        { name: "a", title: "own recv" },
      ],
    });

    expect(reportHtml(results(named)).match(/<i class="h1 (dashed|solid)"/g)).toEqual([
      ...['<i class="h1 dashed"', '<i class="h1 solid"'],
    ]);
  });

  it("is at the value that the report names, the best first, with the sweep folded", () => {
    const run = results(scenarioResult(CELLS, [10, 100]));
    const html = reportHtml(run, { views: { waits: { at: 100 } } });
    const names = [...html.matchAll(/<b>([^<]*)<\/b>/g)].map(([, name]) => name);

    expect(names).toEqual(["the b", "the c", "the a"]);
    expect(html).toContain("<summary>From 10 to 100 pipes</summary>");
    expect(reportMarkdown(run, "pictures", { views: { waits: { at: 100 } } }).pictures.size).toBe(
      2,
    );
  });
});

describe("a finding in a report", () => {
  const pairs = [{ contender: "a", versus: "c" }];
  const run = results(scenarioResult(CELLS, [10, 100], { pairs }));
  const numbers = "the a / the c, time per wait: 10: 0.80× (0.80× – 0.80×); 100: 2.00×";

  it("stands in a fold with its numbers, in HTML and in Markdown", () => {
    const html = /<summary>What the numbers say<\/summary>(.*?)<\/details>/s;
    const markdown = /<summary>What the numbers say<\/summary>(.*?)<\/details>/s;

    expect(html.exec(reportHtml(run))?.[1]).toContain(`<li>${numbers}`);
    expect(markdown.exec(reportMarkdown(run, "pictures").page)?.[1]).toContain(`- ${numbers}`);
  });
});
