import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import {
  type Cell,
  type ScenarioResult,
  cellOf,
  isStarved,
  summaryOf,
} from "../../results/results.ts";
import { findingsOf } from "../../findings/findings.ts";
import { percentileText, percentilesOf } from "../percentiles.ts";

/** One line of a chart, or one row of bars. */
export interface Series {
  /** The contender. */
  readonly name: string;
  /** How it is called in legends. */
  readonly title: string;
  /** A color of CSS. */
  readonly color: string;
  /** Lengths of dashes and gaps; none for what is not a baseline. */
  readonly dash: readonly number[];
  /** One for each value of the sweep; `null` where nothing was measured. */
  readonly medians: readonly (number | null)[];
  /** Nine of ten samples are above. */
  readonly lows: readonly (number | null)[];
  /** Nine of ten samples are below. */
  readonly highs: readonly (number | null)[];
  /** What else there is to know about a value, when it is pointed at. */
  readonly notes: readonly string[];
}

/** One metric of one scenario, ready to be drawn. */
export interface Chart {
  /** What the metric is called. */
  readonly title: string;
  /** Of the y axis. */
  readonly unit: string;
  /** Which of two numbers is the better one. */
  readonly better: "lower" | "higher";
  /** What the values of the sweep are. */
  readonly xName: string;
  /** The values of the sweep. */
  readonly x: readonly SweepValue[];
  /** Whether the x axis is logarithmic. */
  readonly logX: boolean;
  /** Whether the y axis is logarithmic. */
  readonly logY: boolean;
  /** One for each contender. */
  readonly series: readonly Series[];
  /** What it shows, in sentences made from its numbers. */
  readonly findings: readonly string[];
}

// Legible on white and on black. C and its equal in this package have the same one.
const COLORS: Readonly<Record<string, string>> = {
  select: "#e8590c",
  poll: "#2f9e44",
  epoll: "#1c7ed6",
  "epoll-et": "#ae3ec9",
  "epoll-loop": "#15aabf",
  sys: "#1c7ed6",
  c: "#adb5bd",
  "c-mt": "#868e96",
  single: "#e8590c",
  batch: "#1c7ed6",
  "node-net": "#e03131",
  "node-dgram": "#e03131",
  bun: "#f08c00",
  "npm-epoll": "#0c8599",
};
const OTHERS = ["#1c7ed6", "#e8590c", "#2f9e44", "#ae3ec9", "#e03131", "#0c8599", "#f08c00"];

// Charts of each scenario; the other metrics are in its table.
export const CHARTS = 2;
// From here on a linear axis hides the small values.
const WIDE = 8;

/** All metrics of a scenario as charts. */
export function chartsOf(result: ScenarioResult): Chart[] {
  return result.metrics.slice(0, CHARTS).map((metric) => chartOf(result, metric));
}

/** One metric of a scenario as a chart. */
export function chartOf(result: ScenarioResult, metric: Metric): Chart {
  const x = result.sweep.values;
  const series = result.contenders
    .map((_, index) => seriesOf(result, metric, index))
    .filter(({ medians }) => medians.some((median) => median !== null));
  const values = series.flatMap(({ medians }) => medians.filter((median) => median !== null));
  const lows = series.flatMap((one) => one.lows.filter((low) => low !== null));
  return {
    title: metric.title,
    unit: metric.unit,
    better: metric.better,
    xName: result.sweep.name,
    x,
    logX: result.logX && x.every((value) => typeof value === "number" && value > 0),
    // 0 has no place on a logarithmic axis.
    logY: Math.min(...lows) > 0 && Math.max(...values) / Math.min(...values) > WIDE,
    series,
    findings: findingsOf(result, metric),
  };
}

function seriesOf(result: ScenarioResult, metric: Metric, index: number): Series {
  const { name, title } = result.contenders[index]!;
  const cells = result.sweep.values.map((value) => cellOf(result, name, value));
  const summaries = cells.map((cell) => summaryOf(cell, metric.name));
  const isBaseline = Object.values(result.baseline).includes(name);
  return {
    name,
    title,
    color: COLORS[name.replace(/^c-(?!mt$)|-mt$/g, "")] ?? OTHERS[index % OTHERS.length]!,
    dash: isBaseline ? [6, 4] : /^c(-|$)/.test(name) ? [2, 3] : [],
    medians: summaries.map((summary) => summary?.median ?? null),
    lows: summaries.map((summary) => summary?.low ?? null),
    highs: summaries.map((summary) => summary?.high ?? null),
    notes: cells.map((cell) => noteOf(result, metric, cell)),
  };
}

/** Of one percentile all of them, and whether the machine had no time. */
function noteOf(result: ScenarioResult, metric: Metric, cell: Cell | undefined): string {
  const told = percentilesOf(result).map((percentile) => {
    return `${percentile.name} ${percentileText(cell, percentile)}`;
  });
  const known = metric.percentile !== undefined && summaryOf(cell, metric.name) ? told : [];
  return [...known, ...(isStarved(cell) ? ["starved"] : [])].join(", ");
}
