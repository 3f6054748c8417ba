import type { Goal } from "../contract.ts";
import { type Results, type ScenarioResult, goalsOf, starvedGoalsOf } from "../results.ts";
import { type Chart, chartsOf } from "./chart.ts";
import { formatRatio } from "./format.ts";
import { METHOD, NOT_MEASURED, machineRows } from "./page.ts";
import { chartSvg } from "./svg.ts";
import { missingCells, starvedNote } from "./tables.ts";

export interface MarkdownReport {
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
    "Written by `node dist/suite/docs.js` from one run of `pollux bench`, whose numbers are in " +
      `[results.json](${directory}/results.json). Dashed: C. The vertical line through a point ` +
      "reaches from the lowest to the highest of nine in ten samples.",
    rows(["machine", ""], machineRows(results)),
    ...goals(results),
    ...sections.flat(),
    "## How it was measured",
    bullets(METHOD),
    "## What is not measured",
    bullets(NOT_MEASURED),
  ];
  return { page: `${page.join("\n\n")}\n`, pictures };
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
  const method = result.method === "" ? [] : [`_${result.method}_`];
  const skipped = missing.length === 0 ? [] : ["Not measured here:", bullets(missing)];
  return [`## ${result.question}`, ...method, ...charts, ...[starved].flat(), ...skipped];
}

function findings({ findings: [first, ...others] }: Chart): string[] {
  return others.length === 0 ? [first ?? ""] : [first ?? "", bullets(others)];
}

function goals(results: Results): string[] {
  const reached = results.options.quick ? [] : results.scenarios.flatMap(goalRows);
  if (reached.length === 0) return [];
  const head = ["scenario", "at", "what", "metric", "goal", "ratio", "spread"];
  return ["How many times as good the one is as the other; 1.00 is equal:", rows(head, reached)];
}

function goalRows(result: ScenarioResult): string[][] {
  const reached = goalsOf(result).map((goal) => {
    const { median, low, high } = goal.ratio;
    return [
      ...goalHead(result, goal),
      formatRatio(median),
      `${formatRatio(low)} – ${formatRatio(high)}`,
    ];
  });
  const open = starvedGoalsOf(result).map((goal) => [...goalHead(result, goal), "starved", ""]);
  return [...reached, ...open];
}

function goalHead(
  { name }: ScenarioResult,
  { contender, versus, value, metric, atLeast }: Goal,
): string[] {
  return [
    name,
    typeof value === "number" ? value.toLocaleString("en-US") : value,
    `${contender} beside ${versus}`,
    metric,
    `≥ ${formatRatio(atLeast)}`,
  ];
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
