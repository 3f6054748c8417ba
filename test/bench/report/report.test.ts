import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { headlineOf, parseResults, reportHtml, reportMarkdown } from "pollux/bench";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../../bench/index.ts";
import { REPORT } from "../../../bench/report/report.ts";
import { drawnMetrics } from "../../../harness/results/results.ts";
import { wordsIn } from "../../../harness/wording/coarse.ts";
import { ROOT } from "../../structure/source.ts";

const MIB = 2 ** 20;
const results = parseResults(readFileSync(join(ROOT, "docs/benchmarks/results.json"), "utf8"));

/** Every headline of the published run: of each drawn chart, and of the first screen. */
const headlines = results.scenarios.flatMap((result) =>
  drawnMetrics(result).map((metric) => {
    const { text } = headlineOf(result, metric, REPORT.views?.[result.name]);
    return { chart: `${result.name} ${metric.name}`, text, result };
  }),
);

/** How many significant digits a number has: 2 for "1,200". */
function digitsOf(number: string): number {
  return number.replace(/[,.]/g, "").replace(/^0+|0+$/g, "").length;
}

describe("the report of the suite", () => {
  it("shows each scenario in a way of its own", () => {
    expect(Object.keys(REPORT.views ?? {}).filter((name) => !SCENARIOS.has(name))).toEqual([]);
  });

  it.each(headlines)("has a short headline of round numbers for $chart", ({ text, result }) => {
    expect(wordsIn(text)).toBeLessThanOrEqual(15);
    const known = result.sweep.values.map((value) => value.toLocaleString("en-US")).join(" ");
    const names = result.contenders.map(({ title }) => title).join(" ");
    const numbers = text.match(/\d[\d,.]*/g) ?? [];
    for (const number of numbers) {
      if (`${known} ${names}`.includes(number)) continue;
      expect(digitsOf(number)).toBeLessThanOrEqual(2);
    }
    expect(text).not.toMatch(/spread|NaN|undefined|Infinity/);
  });

  it("tells the three truths of the published run on its first screen", () => {
    const [idle, all, javascript] = (REPORT.cover ?? []).map((about) => {
      const result = results.scenarios.find(({ name }) => name === about.scenario)!;
      return headlineOf(result, result.metrics[0]!, about).text;
    });

    expect(idle).toBe("select and poll cost more with every idle pipe; epoll does not");
    expect(all).toBe("With all ready, poll beats epoll");
    expect(javascript).toMatch(
      /^At 100 connections, pollux epoll (costs|beats|cannot be told apart from) .*C epoll/,
    );
  });

  describe("as a page", () => {
    const html = reportHtml(results, REPORT);

    it("is one file below 1 MiB, with a tenth to spare, that loads nothing", () => {
      expect(Buffer.byteLength(html)).toBeLessThan(0.9 * MIB);
      expect(html).not.toMatch(/\b(src|href|action)="(?!#|data:)/);
      expect(html).not.toMatch(/@import|url\(|https?:\/\/(?!www\.w3\.org)/);
    });

    it("has the whole run as a download", () => {
      const packed = /href="data:application\/gzip;base64,([^"]*)"/.exec(html)?.[1] ?? "";
      const unpacked = gunzipSync(Buffer.from(packed, "base64")).toString();

      // Samples have four digits there.
      const rounded = JSON.stringify(results, (_, value: unknown) =>
        typeof value === "number" && !Number.isInteger(value)
          ? Number(value.toPrecision(4))
          : value,
      );
      expect(JSON.parse(unpacked)).toEqual(JSON.parse(rounded));
      expect(parseResults(unpacked).scenarios).toHaveLength(results.scenarios.length);
    });

    it("answers first: three charts, a table, then the questions, the appendix last", () => {
      const order = [
        'class="cover"',
        "Which one should I use?",
        "<nav",
        'id="wait_one"',
        "<footer",
      ];
      const places = order.map((part) => html.indexOf(part));

      expect(html.match(/<article>/g)).toHaveLength(3);
      expect(places).not.toContain(-1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    });

    it("leaves no tag open", () => {
      expect(openTags(html)).toEqual([]);
      expect(openTags("<p><b>oh</p>")).not.toEqual([]);
    });

    it("has each headline of a chart that is not folded", () => {
      for (const { text, result } of headlines.filter((_, index) => index === 0)) {
        expect(html).toContain(`<section id="${result.name}">`);
        expect(html).toContain(text);
      }
    });
  });

  it("has the same order in Markdown", () => {
    const { page, pictures } = reportMarkdown(results, "benchmarks", REPORT);
    const order = [
      "cover_wait_one.svg",
      "Which one should I use?",
      "wait_one_cpu.svg",
      "# Appendix",
    ];
    const places = order.map((part) => page.indexOf(part));

    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const svg of pictures.values()) expect(openTags(svg)).toEqual([]);
  });
});

const VOID = new Set(["meta", "link", "br", "!doctype"]);
// HTML closes them by itself, at the next one or with what is around them.
const CLOSED = new Set(["li", "td", "th", "tr", "thead", "tbody"]);

/** The tags that are not closed, or closed by another one, in their order. */
function openTags(html: string): string[] {
  const plain = html.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, "");
  const open: string[] = [];
  for (const [, close, name, rest] of plain.matchAll(/<(\/?)([a-z!][a-z0-9]*)([^<>]*)>/gi)) {
    const tag = name!.toLowerCase();
    if (VOID.has(tag) || CLOSED.has(tag) || rest!.endsWith("/")) continue;
    if (close === "") open.push(tag);
    else if (open.pop() !== tag) return [`</${tag}> closes another one`];
  }
  return open;
}
