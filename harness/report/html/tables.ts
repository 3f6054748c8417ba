import {
  type Cell,
  type ScenarioResult,
  cellOf,
  isStarved,
  summaryOf,
  titleOf,
} from "../../results/results.ts";
import { regimeText, regimesOf } from "../../results/regimes.ts";
import type { Metric } from "../../scenario/scenario.ts";
import { spreadOf } from "../../statistics/summary.ts";
import { formatQuantity, formatSpread, formatValue } from "../../wording/format.ts";
import { percentileText, percentilesOf } from "../percentiles.ts";
import { ratioText } from "../terminal/cell_line.ts";
import { escapeHtml, table } from "./elements.ts";
import type { Source } from "./figure.ts";

/** The table of a metric of a scenario. */
export function sourceOf(result: ScenarioResult, metric: string): Source {
  const measured = (name: string): boolean =>
    result.sweep.values.some((value) => summaryOf(cellOf(result, name, value), metric));
  const rows = result.contenders.map(({ name }) => name).filter(measured);
  return { id: `${result.name}-${metric}`, rows };
}

/**
 * Median, spread and cost ratio of each cell: a row for each contender, a column for each value. The script of the page
 * reads it.
 */
export function valueTable(result: ScenarioResult, metric: Metric): string {
  const { id, rows } = sourceOf(result, metric.name);
  if (rows.length === 0) return "";
  const base = onlyBase(result);
  const body = rows.map((name) => {
    const own = base === undefined ? result.baseline[name] : undefined;
    const beside =
      own === undefined ? "" : `<small>beside ${escapeHtml(titleOf(result, own))}</small>`;
    const cells = result.sweep.values.map((value) =>
      cellHtml(result, metric, cellOf(result, name, value)),
    );
    return [`${escapeHtml(titleOf(result, name))}${beside}`, ...cells];
  });
  const head = [result.sweep.name, ...result.sweep.values.map(formatValue)].map(escapeHtml);
  const hasBase = Object.keys(result.baseline).length > 0;
  const beside =
    base === undefined
      ? hasBase
        ? ", and its ratio to its baseline"
        : ""
      : `, and its ratio to ${base}`;
  return `<h4>${escapeHtml(`${metric.title}${beside}`)}</h4>${table(head, body, { id })}`;
}

/** The title of the baseline, if all contenders have the same: then no row needs to name it. */
function onlyBase({ baseline, contenders }: ScenarioResult): string | undefined {
  const [base, ...others] = new Set(Object.values(baseline));
  if (base === undefined || others.length > 0) return undefined;
  return contenders.find(({ name }) => name === base)?.title;
}

function cellHtml(result: ScenarioResult, metric: Metric, cell: Cell | undefined): string {
  const summary = summaryOf(cell, metric.name);
  if (!cell || !summary) return "";
  const base = result.baseline[cell.contender] ?? "";
  const ratio = ratioText(result, cell, metric).replace(`× ${titleOf(result, base)}`, "×");
  // A median of several regimes is about none of them.
  const regimes = regimesOf(cell).size > 1 ? [regimeText(cell)] : [];
  const notes = [
    formatSpread(spreadOf(summary)),
    ...(ratio === "" ? [] : [ratio]),
    ...regimes,
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
