import type { Metric, SweepValue } from "../contract.ts";
import { type ScenarioResult, cellOf, ratioBetween, summaryOf } from "../results.ts";
import { spreadOf } from "../statistics.ts";
import { escapeHtml, formatNumber, formatQuantity, formatRatio, listOf } from "./format.ts";
import { table } from "./page.ts";

/** Median, spread, and ratio to the baseline, for each contender and value. */
export function valueTable(result: ScenarioResult, metric: Metric): string {
  const rows = result.contenders.flatMap(({ name, title }) =>
    result.sweep.values.flatMap((value) => {
      const cell = cellOf(result, name, value);
      const summary = summaryOf(cell, metric.name);
      if (!cell || !summary) return [];
      const base = result.baseline[name];
      const ratio =
        base === undefined ? undefined : ratioBetween(result, metric, value, name, base);
      return [
        [
          escapeHtml(title),
          escapeHtml(formatValue(value)),
          escapeHtml(formatQuantity(summary.median, metric.unit)),
          `±${formatNumber(spreadOf(summary) * 100)} %`,
          ratio ? formatRatio(ratio.median) : "",
          String(summary.count),
          String(cell.starved),
        ],
      ];
    }),
  );
  const head = [
    "",
    escapeHtml(result.sweep.name),
    "median",
    "spread",
    "beside C",
    "samples",
    "starved",
  ];
  return `<h3>${escapeHtml(metric.title)}</h3>${table(head, rows)}`;
}

/** What was skipped or has failed, one line for each reason. */
export function missingCells(result: ScenarioResult): string[] {
  const byReason = new Map<string, string[]>();
  for (const { contender, value, skipped, failed } of result.cells) {
    const reason = skipped ?? (failed === undefined ? undefined : `failed: ${failed}`);
    if (reason === undefined) continue;
    const title = result.contenders.find(({ name }) => name === contender)?.title ?? contender;
    const cells = byReason.get(reason) ?? [];
    byReason.set(reason, [...cells, `${title} at ${formatValue(value)}`]);
  }
  return [...byReason].map(([reason, cells]) => `${listOf(cells)}: ${reason}`);
}

function formatValue(value: SweepValue): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}
