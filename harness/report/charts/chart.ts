import { type Finding } from "../../findings/finding.ts";
import { findingsOf } from "../../findings/findings.ts";
import {
  type Cell,
  type ScenarioResult,
  cellOf,
  isStarved,
  summaryOf,
} from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import type { Direction } from "../../statistics/cost_ratio.ts";
import { percentileText, percentilesOf } from "../percentiles.ts";

/** One contender in a chart: a line, or a bar for each name. */
export interface Series {
  /** The name of the contender. */
  readonly name: string;
  /** The contender's name in the legend. */
  readonly title: string;
  /** A CSS color. */
  readonly color: string;
  /** Lengths of dashes and gaps, in pixels; empty for a solid line. C is dashed. */
  readonly dash: readonly number[];
  /** The median at each value of `x`; `null` if it was not measured. */
  readonly medians: readonly (number | null)[];
  /** The 10th percentile at each value of `x`. */
  readonly lows: readonly (number | null)[];
  /** The 90th percentile at each value of `x`. */
  readonly highs: readonly (number | null)[];
  /** A remark for each value of `x`, shown when a reader points at it; may be empty. */
  readonly notes: readonly string[];
}

/** One metric of one scenario, ready to be drawn. */
export interface Chart {
  /** The title of the metric. */
  readonly title: string;
  /** The unit of the y axis. */
  readonly unit: string;
  /** Which values are better. */
  readonly better: Direction;
  /** The name of the x axis. */
  readonly xName: string;
  /** The values of the x axis. */
  readonly x: readonly SweepValue[];
  /** Whether the x axis is logarithmic. */
  readonly logX: boolean;
  /** Whether the y axis is logarithmic. */
  readonly logY: boolean;
  /** The contenders that were measured. */
  readonly series: readonly Series[];
  /** What the chart shows, in sentences made from its numbers. */
  readonly findings: readonly Finding[];
}

// Legible on white and on black. A contender in C has the color of its counterpart in pollux.
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

/** How many metrics of a scenario are drawn; tables have all of them. */
export const CHARTS = 2;
// If the largest value is more times the smallest one, a linear axis hides small values.
const MAX_LINEAR_RANGE = 8;

/** The charts of a scenario: its first two metrics. */
export function chartsOf(result: ScenarioResult): Chart[] {
  return result.metrics.slice(0, CHARTS).map((metric) => chartOf(result, metric));
}

/** The chart of one metric, with its findings. */
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
    // A logarithmic axis has no 0.
    logY: Math.min(...lows) > 0 && Math.max(...values) / Math.min(...values) > MAX_LINEAR_RANGE,
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

/** All percentiles, if the metric is one of them, and whether the cell is starved. */
function noteOf(result: ScenarioResult, metric: Metric, cell: Cell | undefined): string {
  const told = percentilesOf(result).map((percentile) => {
    return `${percentile.name} ${percentileText(cell, percentile)}`;
  });
  const known = metric.percentile !== undefined && summaryOf(cell, metric.name) ? told : [];
  return [...known, ...(isStarved(cell) ? ["starved"] : [])].join(", ");
}
