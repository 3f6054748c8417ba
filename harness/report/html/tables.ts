import {
  type Cell,
  type ScenarioResult,
  cellOf,
  isStarved,
  summaryOf,
} from "../../results/results.ts";
import type { Metric } from "../../scenario/scenario.ts";
import { spreadOf } from "../../statistics/summary.ts";
import { formatQuantity, formatSpread, formatValue } from "../../wording/format.ts";
import { percentileText, percentilesOf } from "../percentiles.ts";
import { ratioText } from "../terminal/cell_line.ts";
import { escapeHtml, table } from "./elements.ts";

/** Median, spread and cost ratio of each cell: a row for each contender, a column for each value. */
export function valueTable(result: ScenarioResult, metric: Metric): string {
  const { contenders, sweep } = result;
  const rows = contenders.flatMap(({ name, title }) => {
    const cells = sweep.values.map((value) =>
      cellHtml(result, metric, cellOf(result, name, value)),
    );
    return cells.every((cell) => cell === "") ? [] : [[escapeHtml(title), ...cells]];
  });
  if (rows.length === 0) return "";
  const head = [sweep.name, ...sweep.values.map(formatValue)].map(escapeHtml);
  const base = onlyBase(result);
  const beside = base === undefined ? "" : `, and its ratio to ${base}`;
  return `<h4>${escapeHtml(`${metric.title}${beside}`)}</h4>${table(head, rows)}`;
}

/** The title of the baseline, if all contenders have the same: then no cell needs to name it. */
function onlyBase({ baseline, contenders }: ScenarioResult): string | undefined {
  const [base, ...others] = new Set(Object.values(baseline));
  if (base === undefined || others.length > 0) return undefined;
  return contenders.find(({ name }) => name === base)?.title;
}

function cellHtml(result: ScenarioResult, metric: Metric, cell: Cell | undefined): string {
  const summary = summaryOf(cell, metric.name);
  if (!cell || !summary) return "";
  const ratio = ratioText(result, cell, metric).replace(`× ${onlyBase(result) ?? "\n"}`, "×");
  const notes = [
    formatSpread(spreadOf(summary)),
    ...(ratio === "" ? [] : [ratio]),
    ...starved(cell),
  ];
  return `${escapeHtml(formatQuantity(summary.median, metric.unit))}<small>${escapeHtml(notes.join(" · "))}</small>`;
}

/** The percentiles of each cell, as medians of its samples; empty if there are none. */
export function latencyTable(result: ScenarioResult): string {
  const percentiles = percentilesOf(result);
  if (percentiles.length === 0) return "";
  const rows = result.contenders.flatMap(({ name, title }) => {
    const cells = result.sweep.values.map((value) => {
      const cell = cellOf(result, name, value);
      if (!cell || cell.samples.length === 0) return "";
      const medians = percentiles.map((percentile) => percentileText(cell, percentile));
      const note = starved(cell).map((text) => `<small>${text}</small>`);
      return `${escapeHtml(medians.join(" / "))}${note.join("")}`;
    });
    return cells.every((cell) => cell === "") ? [] : [[escapeHtml(title), ...cells]];
  });
  const names = percentiles.map(({ name }) => name).join(" / ");
  const head = [result.sweep.name, ...result.sweep.values.map(formatValue)].map(escapeHtml);
  return `<h4>Latencies: ${names} (p99: 99 in 100 are at most this long)</h4>${table(head, rows)}`;
}

/** How many samples the machine had no time for. */
function starved(cell: Cell): string[] {
  if (isStarved(cell))
    return [`starved: ${String(cell.starvedKept)} of ${String(cell.samples.length)}`];
  return cell.starved > 0 ? [`${String(cell.starved)} taken again`] : [];
}
