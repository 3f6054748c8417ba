import { type Cell, type ScenarioResult, summaryOf } from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { formatQuantity } from "../wording/format.ts";

/** A metric that is a percentile of a latency. */
export interface Percentile {
  /** "p99.9". */
  readonly name: string;
  readonly metric: Metric;
}

/** The percentiles among the metrics, from the lowest up. */
export function percentilesOf({ metrics }: ScenarioResult): Percentile[] {
  return metrics
    .flatMap((metric) =>
      metric.percentile === undefined ? [] : [{ metric, at: metric.percentile }],
    )
    .sort((a, b) => a.at - b.at)
    .map(({ metric, at }) => ({ name: `p${String(at)}`, metric }));
}

/** The median of a percentile with its unit; empty if it was not measured. */
export function percentileText(cell: Cell | undefined, { metric }: Percentile): string {
  const summary = summaryOf(cell, metric.name);
  return summary ? formatQuantity(summary.median, metric.unit) : "";
}
