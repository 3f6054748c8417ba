import { LEAST_CHANGE, LEAST_SAMPLES } from "../results/compare.ts";
import type { Metric, SweepValue } from "../scenario/scenario.ts";
import { type ScenarioResult, ratioBetween, soundCellOf, summaryOf } from "../results/results.ts";
import type { Summary } from "../statistics/summary.ts";
import { formatRatio, formatValue, listOf } from "../wording/format.ts";

/** One metric of one contender, where there are enough samples. */
export interface Line {
  readonly name: string;
  readonly title: string;
  readonly points: readonly (readonly [x: SweepValue, y: Summary])[];
}

/** 1 when it is better, -1 when it is worse, 0 when it is not told from noise. */
export type Order = 1 | 0 | -1;

export function linesOf(result: ScenarioResult, metric: Metric): Line[] {
  return result.contenders
    .map(({ name, title }) => ({ name, title, points: pointsOf(result, metric, name) }))
    .filter(({ points }) => points.length > 0);
}

function pointsOf(result: ScenarioResult, metric: Metric, contender: string): Line["points"] {
  return result.sweep.values.flatMap((value) => {
    const summary = summaryOf(soundCellOf(result, contender, value), metric.name);
    return summary && summary.count >= LEAST_SAMPLES ? [[value, summary] as const] : [];
  });
}

export function at(line: Line, value: SweepValue): Summary | undefined {
  return line.points.find(([x]) => x === value)?.[1];
}

/** How two compare at one value; nothing where one of them has too few samples. */
export interface Comparison {
  readonly value: SweepValue;
  /** How many times as good the one is. */
  readonly ratio: Summary;
  readonly order: Order;
}

export function comparisonOf(
  result: ScenarioResult,
  metric: Metric,
  value: SweepValue,
  contender: string,
  versus: string,
): Comparison | undefined {
  const ratio = ratioBetween(result, metric, value, contender, versus);
  if (!ratio || ratio.count < LEAST_SAMPLES) return undefined;
  return { value, ratio, order: orderOf(ratio) };
}

export function comparisonsOf(
  result: ScenarioResult,
  metric: Metric,
  contender: string,
  versus: string,
): Comparison[] {
  return result.sweep.values.flatMap(
    (value) => comparisonOf(result, metric, value, contender, versus) ?? [],
  );
}

// All pairs of samples are on one side of 1, and the median is not next to nothing. Where nothing differs,
// all of five pairs are on one side 1 time in 16, of seven 1 in 64; that the median is off, too, is rarer.
function orderOf({ median, least, most }: Summary): Order {
  if (least > 1 && median > 1 + LEAST_CHANGE) return 1;
  if (most < 1 && median < 1 / (1 + LEAST_CHANGE)) return -1;
  return 0;
}

/** "0.93 to 0.96 times as good (spread 0.91 – 0.98)". */
export function timesAsGood(comparisons: readonly Comparison[]): string {
  const medians = comparisons.map(({ ratio }) => ratio.median);
  const low = Math.min(...comparisons.map(({ ratio }) => ratio.least));
  const high = Math.max(...comparisons.map(({ ratio }) => ratio.most));
  return `${rangeOf(medians)} times as good (spread ${formatRatio(low)} – ${formatRatio(high)})`;
}

/** "0.93 to 0.96", or the one number. */
export function rangeOf(
  values: readonly number[],
  format: (value: number) => string = formatRatio,
): string {
  const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
}

/** What the sweep counts, without what is said about it: "pipes" of "pipes, all ready". */
export function nounOf({ sweep }: ScenarioResult): string {
  return sweep.name.replace(/,.*/, "");
}

/** "at 10 and 100 connections", "at 1 connection", "with waitSync". */
export function atValues(result: ScenarioResult, values: readonly SweepValue[]): string {
  const told = listOf(values.map(formatValue));
  if (values.some((value) => typeof value === "string")) return `with ${told}`;
  const one = values.length === 1 && values[0] === 1;
  return `at ${told} ${one ? nounOf(result).replace(/s$/, "") : nounOf(result)}`;
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
