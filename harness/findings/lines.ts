import { MIN_SAMPLES } from "../results/compare.ts";
import { type ScenarioResult, soundCellOf, summaryOf } from "../results/results.ts";
import type { Metric, SweepValue } from "../scenario/scenario.ts";
import type { Summary } from "../statistics/summary.ts";

/** One metric of one contender, at the values where there are enough samples. */
export interface Line {
  readonly name: string;
  readonly title: string;
  readonly points: readonly (readonly [x: SweepValue, y: Summary])[];
}

/** The lines of a metric that have any points. */
export function linesOf(result: ScenarioResult, metric: Metric): Line[] {
  return result.contenders
    .map(({ name, title }) => ({ name, title, points: pointsOf(result, metric, name) }))
    .filter(({ points }) => points.length > 0);
}

function pointsOf(result: ScenarioResult, metric: Metric, contender: string): Line["points"] {
  return result.sweep.values.flatMap((value) => {
    const summary = summaryOf(soundCellOf(result, contender, value), metric.name);
    return summary && summary.count >= MIN_SAMPLES ? [[value, summary] as const] : [];
  });
}

/** The point of a line at a value of the sweep. */
export function at(line: Line, value: SweepValue): Summary | undefined {
  return line.points.find(([x]) => x === value)?.[1];
}
