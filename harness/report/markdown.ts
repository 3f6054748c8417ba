import type { Results, ScenarioResult } from "../results/results.ts";
import { type Chart, chartsOf } from "./charts/chart.ts";
import { goalRows } from "./goal_rows.ts";
import { METHOD, NOT_MEASURED, machineRows } from "./html/page.ts";
import { chartSvg } from "./charts/svg.ts";
import { missingCells, starvedNote } from "./html/tables.ts";

/** A page, and the pictures that it shows. */
export interface MarkdownReport {
  /** The text, in Markdown. */
  readonly page: string;
  /** The content of each SVG file by its name. */
  readonly pictures: ReadonlyMap<string, string>;
}

/**
 * A run as a Markdown page with SVG pictures.
 *
 * @param directory - of the pictures, as seen from the page
 */
export function reportMarkdown(results: Results, directory: string): MarkdownReport {
  const pictures = new Map<string, string>();
  const sections = results.scenarios.map((result) => section(result, directory, pictures));
  const page = [
    "# select, poll and epoll, measured",
    "Written by `node dist/bench/docs.js` from one run of `pollux bench`, whose numbers are in " +
      `[results.json](${directory}/results.json). Dashed or pale: C. The vertical line through a ` +
      "point reaches from the lowest to the highest of nine in ten samples. Sentences are made from " +
      "the numbers: a difference that some samples contradict is none beyond the spread.",
    ...notes(results),
    ...goals(results),
    ...sections.flat(),
    "## How it was measured",
    bullets(METHOD),
    "## What is not measured",
    bullets(NOT_MEASURED),
    "## The machine",
    rows(["machine", ""], machineRows(results)),
  ];
  return { page: `${page.join("\n\n")}\n`, pictures };
}

/** What keeps this run from being what it looks like. */
function notes({ complete, options }: Results): string[] {
  const quick = "This was a quick run: it shows that all runs, not how fast.";
  return [
    ...(complete ? [] : ["**This run was cut short.**"]),
    ...(options.quick ? [`**${quick}**`] : []),
  ];
}

function section(
  result: ScenarioResult,
  directory: string,
  pictures: Map<string, string>,
): string[] {
  const charts = chartsOf(result)
    .filter(({ series }) => series.length > 0)
    .flatMap((chart, index) => {
      const name = `${result.name}_${result.metrics[index]?.name ?? ""}.svg`;
      pictures.set(name, chartSvg(chart));
      return [...findings(chart), `![${chart.title} by ${chart.xName}](${directory}/${name})`];
    });
  const missing = missingCells(result);
  const starved = starvedNote(result) ?? [];
  const method = result.method === "" ? [] : [`_${escaped(result.method)}_`];
  const skipped = missing.length === 0 ? [] : ["Not measured here:", bullets(missing)];
  const shown = charts.length === 0 ? ["Nothing was measured."] : charts;
  return [
    `## ${escaped(result.question)}`,
    ...method,
    ...shown,
    ...[starved].flat().map(escaped),
    ...skipped,
  ];
}

function findings({ findings: [first, ...others] }: Chart): string[] {
  return [escaped(first ?? ""), ...(others.length === 0 ? [] : [bullets(others)])];
}

function goals(results: Results): string[] {
  const body = goalRows(results).map((goal) => [
    `[${goal.scenario}](#${anchorOf(results, goal.scenario)})`,
    ...[goal.value, goal.what, goal.metric, goal.goal],
    ...[goal.reached === false ? `**${goal.ratio}**` : goal.ratio, goal.spread, goal.verdict],
  ]);
  if (body.length === 0) return [];
  const head = ["scenario", "at", "what", "metric", "goal", "ratio", "spread", "verdict"];
  const reached = goalRows(results).filter((goal) => goal.reached).length;
  return [
    "## Goals",
    `How many times as good the one is as the other; 1.00 is equal. ${String(reached)} of ${String(body.length)} are reached.`,
    rows(head, body),
  ];
}

/** Of a heading, as the usual renderers make it. */
function anchorOf({ scenarios }: Results, name: string): string {
  const question = scenarios.find((result) => result.name === name)?.question ?? name;
  return question
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replace(/ /g, "-");
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => escaped(cell).replace(/\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${escaped(item)}`).join("\n");
}

/** One line without HTML in it. */
function escaped(content: string): string {
  return content
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/\s*\n\s*/g, " ");
}
