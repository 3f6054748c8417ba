import { type Finding } from "../../findings/finding.ts";
import { type Focus, type Headline, headlineOf } from "../../findings/headlines/headline.ts";
import { findingsOf } from "../../findings/findings.ts";
import { regimeText, regimesOf } from "../../results/regimes.ts";
import {
  type Cell,
  type ScenarioResult,
  cellOf,
  drawnMetrics,
  isStarved,
  summaryOf,
} from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import type { Direction } from "../../statistics/cost_ratio.ts";
import { percentileText, percentilesOf } from "../percentiles.ts";
import { type Look, type Looks, looksOf } from "./looks.ts";

/** One contender in a chart: a line, or a bar for each name. */
export interface Series {
  /** The name of the contender. */
  readonly name: string;
  /** The contender's name beside its line. */
  readonly title: string;
  /** The number of its color, from 1; 0 is gray. Equal numbers belong together. */
  readonly hue: number;
  /** Baselines are dashed, others of their family dotted. */
  readonly line: "solid" | "dashed" | "dotted";
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
  /** The name of the metric. */
  readonly metric: string;
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
  /** What the chart shows, in a few words. */
  readonly headline: Headline;
  /** What the chart shows, in sentences made from its numbers. */
  readonly findings: readonly Finding[];
}

// If the largest value is more times the smallest one, a linear axis hides small values.
const MAX_LINEAR_RANGE = 8;

/** The charts of a scenario: its first two metrics. */
export function chartsOf(
  result: ScenarioResult,
  focus: Focus = {},
  looks: Looks = looksOf([result]),
): Chart[] {
  return drawnMetrics(result).map((metric) => chartOf(result, metric, focus, looks));
}

/** The chart of one metric, with its findings. */
export function chartOf(
  result: ScenarioResult,
  metric: Metric,
  focus: Focus = {},
  looks: Looks = looksOf([result]),
): Chart {
  const x = result.sweep.values;
  const series = result.contenders
    .map((contender) => ({ ...contender, ...looks(result, contender.name) }))
    .map((contender) => seriesOf(result, metric, contender))
    .filter(({ medians }) => medians.some((median) => median !== null));
  const values = series.flatMap(({ medians }) => medians.filter((median) => median !== null));
  const lows = series.flatMap((one) => one.lows.filter((low) => low !== null));
  return {
    metric: metric.name,
    title: metric.title,
    unit: metric.unit,
    better: metric.better,
    xName: result.sweep.name,
    x,
    logX: result.logX && x.every((value) => typeof value === "number" && value > 0),
    // A logarithmic axis has no 0.
    logY: Math.min(...lows) > 0 && Math.max(...values) / Math.min(...values) > MAX_LINEAR_RANGE,
    series,
    headline: headlineOf(result, metric, focus),
    findings: findingsOf(result, metric),
  };
}

function seriesOf(
  result: ScenarioResult,
  metric: Metric,
  { name, title, hue, line }: Look & { readonly name: string; readonly title: string },
): Series {
  const cells = result.sweep.values.map((value) => cellOf(result, name, value));
  const summaries = cells.map((cell) => summaryOf(cell, metric.name));
  return {
    ...{ name, title, hue, line },
    medians: summaries.map((summary) => summary?.median ?? null),
    lows: summaries.map((summary) => summary?.low ?? null),
    highs: summaries.map((summary) => summary?.high ?? null),
    notes: cells.map((cell) => noteOf(result, metric, cell)),
  };
}

/** All percentiles, if the metric is one of them; the regimes, if there are several; and whether the cell is starved. */
function noteOf(result: ScenarioResult, metric: Metric, cell: Cell | undefined): string {
  const told = percentilesOf(result).map((percentile) => {
    return `${percentile.name} ${percentileText(cell, percentile)}`;
  });
  const known = metric.percentile !== undefined && summaryOf(cell, metric.name) ? told : [];
  // A median of several regimes is about none of them.
  const regimes = cell && regimesOf(cell).size > 1 ? [regimeText(cell)] : [];
  return [...known, ...regimes, ...(isStarved(cell) ? ["starved"] : [])].join(", ");
}

/** The unit, unless the numbers have it (times and sizes change theirs) or the title says it. */
export function unitOf({ unit }: Chart): string[] {
  return ["ns", "µs", "bytes"].includes(unit) || unit.endsWith("/s") ? [] : [unit];
}
