import type { Metric } from "../scenario/scenario.ts";
import { type Cell, type ScenarioResult, summaryOf } from "../results/results.ts";
import { formatQuantity } from "../wording/format.ts";

export interface Percentile {
  /** "p99.9". */
  readonly name: string;
  readonly metric: Metric;
}

/** The metrics that are percentiles of a latency, from the least up. */
export function percentilesOf({ metrics }: ScenarioResult): Percentile[] {
  return metrics
    .flatMap((metric) =>
      metric.percentile === undefined ? [] : [{ metric, at: metric.percentile }],
    )
    .sort((a, b) => a.at - b.at)
    .map(({ metric, at }) => ({ name: `p${String(at)}`, metric }));
}

/** Its median for people, or nothing. */
export function percentileText(cell: Cell | undefined, { metric }: Percentile): string {
  const summary = summaryOf(cell, metric.name);
  return summary ? formatQuantity(summary.median, metric.unit) : "";
}
