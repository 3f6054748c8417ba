import { reportHtml, reportMarkdown } from "pollux/bench";
import { describe, expect, it } from "vitest";
// The page inlines its compiled script, so these tests run the compiled harness.
import { results, scenarioResult } from "../../fixture.ts";

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

  it("loads nothing from elsewhere", () => {
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

  it("has the values of each point where its script finds them", () => {
    const [, table = ""] = /<table id="waits-cpu">(.*?)<\/table>/.exec(html) ?? [];
    const rows = table.split("<tr>").map((row) => row.split(/<t[hd]>/).slice(1));

    expect(html).toMatch(/class="plot" data-table="waits-cpu" data-x="12( \d+){3}"/);
    expect(rows[1]).toEqual(["pipes", "10", "100", "1,000", expect.stringMatching(/^10,000/)]);
    expect(rows[3]).toEqual([
      "the select",
      ...["200 ns", "2,000 ns", "20 µs", "200 µs"].map((cost) =>
        expect.stringContaining(`${cost}<small>±8.0 %`),
      ),
    ]);
    expect(html).toMatch(/<g class="s h2 solid" data-s="1">/);
  });

  it("has a headline, a chart and folds for each question, which the keyboard reaches", () => {
    expect(html).toContain('<p class="headline">');
    expect(html).toMatch(
      /class="plot" data-table="waits-cpu" data-x="[\d ]+" tabindex="0" role="img" aria-label="[^"]+"/,
    );
    // A summary takes the focus by itself; nothing is hidden behind anything else.
    expect(html.match(/<details/g)!.length).toBeGreaterThan(3);
    expect(html.match(/<details( open)?><summary>/g)).toHaveLength(html.match(/<details/g)!.length);
    expect(html).not.toMatch(/onclick|tabindex="-1"/);
  });

  it("marks a spread that goes on beyond its bars, and says how far", () => {
    const wide = [100, 100, 100, 1000, 1000];
    const bars = reportHtml(results(scenarioResult({ a: [wide], b: [[90]] }, [10])));

    expect(bars.match(/<s class="cut"/g)).toHaveLength(1);
    expect(bars).toContain('title="±450 %, up to 1 µs"');
    expect(html).not.toContain('<s class="cut"');
  });

  it("shows a scenario as a whole where the value that it is to be shown at was not measured", () => {
    const at = { views: { waits: { at: 12_345 } } };

    expect(reportHtml(results(full), at)).toBe(reportHtml(results(full)));
    expect(reportMarkdown(results(full), "x", at)).toEqual(reportMarkdown(results(full), "x"));
  });

  it("says that a run was interrupted", () => {
    expect(reportHtml({ ...results(full), complete: false })).toContain(
      "This run was interrupted.",
    );
  });
});
