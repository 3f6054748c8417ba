import type { Metric } from "../../scenario/scenario.ts";
import {
  type Cell,
  type ScenarioResult,
  cellOf,
  isStarved,
  ratioBetween,
  summaryOf,
} from "../../results/results.ts";
import { spreadOf } from "../../statistics/summary.ts";
import {
  escapeHtml,
  formatNumber,
  formatQuantity,
  formatRatio,
  formatValue,
  listOf,
} from "../../wording/format.ts";
import { table } from "./page.ts";
import { percentileText, percentilesOf } from "../percentiles.ts";

/** Median, spread, and ratio to the baseline, for each contender and value. */
export function valueTable(result: ScenarioResult, metric: Metric): string {
  const rows = valueRows(result, metric);
  const head = [
    "",
    escapeHtml(result.sweep.name),
    "median",
    "spread",
    "beside baseline",
    "samples",
    "starved",
  ];
  return `<h3>${escapeHtml(metric.title)}</h3>${table(head, rows)}`;
}

function valueRows(result: ScenarioResult, metric: Metric): string[][] {
  return result.contenders.flatMap(({ name, title }) =>
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
          starvedOf(cell),
        ],
      ];
    }),
  );
}

/** The percentiles of each cell, medians of its samples; nothing where there are none. */
export function latencyTable(result: ScenarioResult): string {
  const percentiles = percentilesOf(result);
  if (percentiles.length === 0) return "";
  const rows = result.contenders.flatMap(({ name, title }) =>
    result.sweep.values.flatMap((value) => {
      const cell = cellOf(result, name, value);
      if (!cell || cell.samples.length === 0) return [];
      const medians = percentiles.map((percentile) => percentileText(cell, percentile));
      return [[title, formatValue(value), ...medians, starvedOf(cell)].map(escapeHtml)];
    }),
  );
  const names = percentiles.map(({ name }) => name);
  const head = ["", escapeHtml(result.sweep.name), ...names, "starved"];
  return `<h3>Latencies: so many in a hundred are at most as long</h3>${table(head, rows)}`;
}

function starvedOf(cell: Cell): string {
  if (!cell.starvedKept) return String(cell.starved);
  return `${String(cell.starved)}, and ${String(cell.starvedKept)} kept`;
}

/** Which cells are shown but counted for nothing, in a sentence. */
export function starvedNote(result: ScenarioResult): string | undefined {
  const starved = result.cells.filter(isStarved);
  if (starved.length === 0) return undefined;
  return `Starved, so that no goal, ratio or finding counts them: ${cellNames(result, starved)}.`;
}

/** What was skipped or has failed, one line for each reason. */
export function missingCells(result: ScenarioResult): string[] {
  const byReason = new Map<string, Cell[]>();
  for (const cell of result.cells) {
    const { skipped, failed } = cell;
    const reason = skipped ?? (failed === undefined ? undefined : `failed: ${failed}`);
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), cell]);
  }
  return [...byReason].map(([reason, cells]) => `${cellNames(result, cells)}: ${reason}`);
}

/** "node:net; C poll at 10 and 100": who is in it with all values is named without them. */
function cellNames(result: ScenarioResult, cells: readonly Cell[]): string {
  const byValues = new Map<string, string[]>();
  for (const { name, title } of result.contenders) {
    const values = cells.filter((cell) => cell.contender === name).map(({ value }) => value);
    if (values.length === 0) continue;
    const all = values.length === result.sweep.values.length;
    const where = all ? "" : ` at ${listOf(values.map(formatValue))}`;
    byValues.set(where, [...(byValues.get(where) ?? []), title]);
  }
  const told = [...byValues].map(([where, titles]) => {
    const everybody = titles.length === result.contenders.length && titles.length > 1;
    return `${everybody ? "all contenders" : listOf(titles)}${where}`;
  });
  return told.join("; ");
}
