import type { Difference } from "../compare.ts";
import {
  type Cell,
  type Results,
  type ScenarioResult,
  goalsOf,
  ratioBetween,
  summaryOf,
} from "../results.ts";
import { spreadOf } from "../statistics.ts";
import { formatNumber, formatQuantity, formatRatio } from "./format.ts";

const NAME = 21;
const NUMBER = 27;

/** The line of one cell in a terminal: each metric with its spread, and the ratio to its baseline. */
export function cellLine(result: ScenarioResult, cell: Cell): string {
  const title = result.contenders.find(({ name }) => name === cell.contender)?.title;
  const name = `  ${(title ?? cell.contender).padEnd(NAME)}`;
  if (cell.skipped !== undefined) return `${name}skipped: ${cell.skipped}`;
  if (cell.failed !== undefined) return `${name}FAILED: ${cell.failed.split("\n")[0] ?? ""}`;
  const metrics = result.metrics.map((metric) => {
    const summary = summaryOf(cell, metric.name);
    if (!summary) return "".padEnd(NUMBER);
    const spread = `±${formatNumber(spreadOf(summary) * 100)}%`;
    return `${formatQuantity(summary.median, metric.unit)} ${spread}`.padEnd(NUMBER) + " ";
  });
  const base = result.baseline[cell.contender];
  const first = result.metrics[0];
  const ratio =
    base !== undefined && first
      ? ratioBetween(result, first, cell.value, cell.contender, base)
      : undefined;
  const beside = ratio ? `${formatRatio(ratio.median)} × C` : "";
  const starved = cell.starved > 0 ? `  (starved ${String(cell.starved)})` : "";
  return `${name}${metrics.join("")}${beside}${starved}`.trimEnd();
}

export function goalLines(results: Results): string[] {
  // Cold code and a handful of samples say nothing about goals.
  if (results.options.quick) return [];
  return results.scenarios.flatMap((result) =>
    goalsOf(result).map(({ contender, versus, value, metric, atLeast, ratio, reached }) => {
      const what = `${result.name} at ${String(value)}: ${contender} / ${versus}, ${metric}`;
      const spread = `${formatRatio(ratio.low)} … ${formatRatio(ratio.high)}`;
      return `  ${reached ? "yes" : "NO "}  ${what.padEnd(58)} ${formatRatio(ratio.median)} (${spread}), goal ${formatRatio(atLeast)}`;
    }),
  );
}

/** What has changed, worst first, and how many cells have not. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const changed = differences
    .filter(({ verdict }) => verdict !== "within noise")
    .sort((a, b) => a.ratio - b.ratio)
    .map(({ scenario, contender, value, metric, before, now, ratio, verdict }) => {
      const cell = `${scenario} at ${String(value)}: ${contender}, ${metric.name}`;
      const numbers = `${formatQuantity(before.median, metric.unit)} → ${formatQuantity(now.median, metric.unit)}`;
      return `  ${verdict.padEnd(7)} ${formatRatio(ratio)} ×  ${cell.padEnd(52)} ${numbers}`;
    });
  const same = differences.length - changed.length;
  return [...changed, `  ${String(same)} of ${String(differences.length)} within noise`];
}
