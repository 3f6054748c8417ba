import { measuredFocus } from "../findings/headlines/headline.ts";
import type { Results, ScenarioResult } from "../results/results.ts";
import type { SweepValue } from "../scenario/scenario.ts";
import { spanOf } from "../wording/sweep.ts";
import { type Chart, chartsOf } from "./charts/chart.ts";
import { type Looks, looksOf } from "./charts/looks.ts";
import { chartSvg } from "./charts/svg.ts";
import { coverOf } from "./cover.ts";
import { GOALS_EXPLAINED, goalRows } from "./goal_rows.ts";
import { bullets, escaped, rows } from "./markdown_elements.ts";
import { METHOD, NOT_MEASURED, machineRows } from "./method.ts";
import { missingCells, starvedNote } from "./missing.ts";
import type { Advice, ReportOptions, View } from "./options.ts";

/** A page in Markdown and the pictures that it shows. */
export interface MarkdownReport {
  /** The page. */
  readonly page: string;
  /** The content of each SVG file, by the name of the file. */
  readonly pictures: ReadonlyMap<string, string>;
}

/**
 * A run as a Markdown page with SVG pictures, in the order of the HTML report.
 *
 * @param directory - the directory of the pictures, relative to the page
 * @param options - what the suite knows about its report
 */
export function reportMarkdown(
  results: Results,
  directory: string,
  options: ReportOptions = {},
): MarkdownReport {
  const { title = "Measured", lead, views = {} } = options;
  const pictures = new Map<string, string>();
  const looks = looksOf(results.scenarios);
  const draw = (name: string, chart: Chart, at?: SweepValue): string => {
    pictures.set(`${name}.svg`, chartSvg(chart, at));
    return `![${escaped(`${chart.title} by ${chart.xName}`)}](${directory}/${name}.svg)`;
  };
  const cover = coverOf(results, options, looks).flatMap(({ about, chart }) => [
    `## ${escaped(about.title)}`,
    ...headline(chart),
    draw(`cover_${about.scenario}`, chart, about.at),
  ]);
  const sections = results.scenarios.map((result) =>
    section(result, views[result.name] ?? {}, looks, draw),
  );
  const page = [
    `# ${escaped(title)}`,
    ...(lead === undefined ? [] : [escaped(lead)]),
    ...notes(results),
    ...cover,
    ...advice(options.advice?.(results)),
    ...sections.flat(),
    "# Appendix",
    "The page was made by `node dist/bench/docs.js` from one run of `pollux bench`; its samples are in " +
      `[results.json](${directory}/results.json). Dashed and dotted lines are baselines. A band reaches from ` +
      "the 10th to the 90th percentile of the samples, and so does the line over a bar.",
    "## How it was measured",
    bullets(METHOD),
    "## What is not measured",
    bullets(NOT_MEASURED),
    "## The machine",
    rows(["machine", ""], machineRows(results)),
    ...goals(results),
  ];
  return { page: `${page.join("\n\n")}\n`, pictures };
}

/** Warnings about the whole run. */
function notes({ complete, options }: Results): string[] {
  const quick = "This was a quick run: it shows that everything works, not how fast.";
  return [
    ...(complete ? [] : ["**This run was interrupted.**"]),
    ...(options.quick ? [`**${quick}**`] : []),
  ];
}

type Draw = (name: string, chart: Chart, at?: SweepValue) => string;

function section(result: ScenarioResult, view: View, looks: Looks, draw: Draw): string[] {
  const charts = chartsOf(result, view, looks).filter(({ series }) => series.length > 0);
  const nameOf = ({ metric }: Chart): string => `${result.name}_${metric}`;
  const [first, ...others] = charts;
  const { at } = measuredFocus(result, view);
  const missing = missingCells(result);
  const heading = `## ${escaped(result.question)}`;
  const skipped = missing.length === 0 ? [] : ["Not measured here:", bullets(missing)];
  if (!first) return [heading, "Nothing was measured.", ...skipped];
  const starved = starvedNote(result);
  const sweep =
    at === undefined ? [] : [fold(spanOf(result), [draw(`${nameOf(first)}_sweep`, first)])];
  const seconds = others.map((chart) =>
    fold(`${chart.title}: ${chart.headline.text}`, [draw(nameOf(chart), chart)]),
  );
  const told = charts.flatMap((chart) => [`**${escaped(chart.title)}**`, ...findings(chart)]);
  return [
    heading,
    ...headline(first),
    draw(nameOf(first), first, at),
    ...sweep,
    ...seconds,
    fold("What the numbers say", told),
    ...(result.method === "" ? [] : [fold("How it was measured", [escaped(result.method)])]),
    ...(starved === undefined ? [] : [fold("Starved cells", [escaped(starved)])]),
    ...(missing.length === 0 ? [] : [fold("Not measured here", [bullets(missing)])]),
  ];
}

function headline({ headline: { text, nuance } }: Chart): string[] {
  return [`**${escaped(text)}**`, ...(nuance === undefined ? [] : [escaped(nuance)])];
}

/** Each sentence with its numbers. */
function findings({ findings: all }: Chart): string[] {
  return all.flatMap(({ sentence, numbers }) => [
    escaped(sentence),
    ...(numbers.length === 0 ? [] : [bullets(numbers)]),
  ]);
}

function advice(table: Advice | undefined): string[] {
  if (!table) return [];
  const body = table.rows.map(([situation, answer, why]) => [situation, `**${answer}**`, why]);
  return [`## ${escaped(table.title)}`, rows(["You have", "Use", "Because"], body)];
}

/** A line that unfolds when it is clicked. */
function fold(summary: string, content: readonly string[]): string {
  return `<details><summary>${escaped(summary)}</summary>\n\n${content.join("\n\n")}\n\n</details>`;
}

function goals(results: Results): string[] {
  const body = goalRows(results).map((goal) => [
    `[${goal.scenario}](#${anchorOf(results, goal.scenario)})`,
    ...[goal.value, goal.what, goal.cost, goal.goal],
    ...[goal.reached === false ? `**${goal.ratio}**` : goal.ratio, goal.spread, goal.verdict],
  ]);
  if (body.length === 0) return [];
  const head = ["scenario", "at", "ratio of", "cost", "goal", "ratio", "spread", "verdict"];
  const reached = goalRows(results).filter((goal) => goal.reached).length;
  return [
    "## Goals",
    `${GOALS_EXPLAINED} ${String(reached)} of ${String(body.length)} goals are reached.`,
    rows(head, body),
  ];
}

/** The anchor of a section, as the usual renderers derive it from the heading. */
function anchorOf({ scenarios }: Results, name: string): string {
  const question = scenarios.find((result) => result.name === name)?.question ?? name;
  return question
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replace(/ /g, "-");
}
