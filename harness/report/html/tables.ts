import { type Cell, type ScenarioResult, cellOf, summaryOf } from "../../results/results.ts";
import type { Metric } from "../../scenario/scenario.ts";
import { spreadOf } from "../../statistics/summary.ts";
import { formatQuantity, formatSpread, formatValue } from "../../wording/format.ts";
import { percentileText, percentilesOf } from "../percentiles.ts";
import { ratioText } from "../terminal/cell_line.ts";
import { escapeHtml, table } from "./elements.ts";

/** Median, spread and cost ratio of each cell. */
export function valueTable(result: ScenarioResult, metric: Metric): string {
  const head = ["", result.sweep.name, "median", "spread", "ratio", "samples", "starved"];
  const rows = valueRows(result, metric);
  return `<h3>${escapeHtml(metric.title)}</h3>${table(head.map(escapeHtml), rows)}`;
}

function valueRows(result: ScenarioResult, metric: Metric): string[][] {
  return result.contenders.flatMap(({ name, title }) =>
    result.sweep.values.flatMap((value) => {
      const cell = cellOf(result, name, value);
      const summary = summaryOf(cell, metric.name);
      if (!cell || !summary) return [];
      const row = [
        title,
        formatValue(value),
        formatQuantity(summary.median, metric.unit),
        formatSpread(spreadOf(summary)),
        ratioText(result, cell, metric),
        String(summary.count),
        starvedText(cell),
      ];
      return [row.map(escapeHtml)];
    }),
  );
}

/** The percentiles of each cell, as medians of its samples; empty if there are none. */
export function latencyTable(result: ScenarioResult): string {
  const percentiles = percentilesOf(result);
  if (percentiles.length === 0) return "";
  const rows = result.contenders.flatMap(({ name, title }) =>
    result.sweep.values.flatMap((value) => {
      const cell = cellOf(result, name, value);
      if (!cell || cell.samples.length === 0) return [];
      const medians = percentiles.map((percentile) => percentileText(cell, percentile));
      return [[title, formatValue(value), ...medians, starvedText(cell)].map(escapeHtml)];
    }),
  );
  const names = percentiles.map(({ name }) => name);
  const head = ["", escapeHtml(result.sweep.name), ...names, "starved"];
  return `<h3>Latencies: p99 means that 99 in 100 are at most this long</h3>${table(head, rows)}`;
}

function starvedText(cell: Cell): string {
  if (!cell.starvedKept) return String(cell.starved);
  return `${String(cell.starved)}, and ${String(cell.starvedKept)} kept`;
}
