import { regimeText } from "../../results/regimes.ts";
import {
  type Cell,
  type ScenarioResult,
  cellOf,
  isStarved,
  likeCells,
  ratioBetween,
  summaryOf,
  titleOf,
} from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import { spreadOf } from "../../statistics/summary.ts";
import { formatQuantity, formatRatio, formatSpread } from "../../wording/format.ts";
import { costOf } from "../../wording/sweep.ts";

// Widths of the columns.
const NAME = 21;
const NUMBER = 27;
const RATIO = 27;

/**
 * The heading over {@link cellLine}s.
 *
 * @param columns - the width of the terminal
 */
export function headLine({ metrics, baseline }: ScenarioResult, columns = Infinity): string {
  const names = shown(metrics, columns).map(({ name, unit }) =>
    `${name}, ${unit}`.padEnd(NUMBER + 1),
  );
  const first = metrics[0];
  const ratio = first && Object.keys(baseline).length > 0 ? costOf(first) : "";
  return `${"".padEnd(NAME + 2)}${names.join("")}${ratio}`.trimEnd();
}

/**
 * One cell as a line of text: each metric with its spread, then the cost ratio of the first metric:
 * "1.04× C epoll".
 *
 * @param columns - the width of the terminal: as many metrics are shown as fit, but at least one
 */
export function cellLine(result: ScenarioResult, cell: Cell, columns = Infinity): string {
  const name = `  ${titleOf(result, cell.contender).padEnd(NAME)}`;
  if (cell.skipped !== undefined) return `${name}skipped: ${cell.skipped}`;
  if (cell.failed !== undefined) return `${name}FAILED: ${cell.failed.split("\n")[0] ?? ""}`;
  const metrics = shown(result.metrics, columns).map((metric) => {
    const summary = summaryOf(cell, metric.name);
    if (!summary) return "".padEnd(NUMBER + 1);
    const spread = formatSpread(spreadOf(summary));
    return `${formatQuantity(summary.median, metric.unit)} ${spread}`.padEnd(NUMBER + 1);
  });
  const ratio = ratioText(result, cell, result.metrics[0]);
  const regimes = regimeText(cell);
  const told = regimes === "" ? "" : `  (${regimes})`;
  return `${name}${metrics.join("")}${ratio}${told}${starvedText(cell)}`.trimEnd();
}

/**
 * The cost ratio of a cell to its baseline, "1.04× C epoll"; empty if there is none. Where they have no regime in
 * common, it says so.
 */
export function ratioText(result: ScenarioResult, cell: Cell, metric: Metric | undefined): string {
  const base = result.baseline[cell.contender];
  if (base === undefined || !metric) return "";
  const { value, contender } = cell;
  if (likeCells(result, value, contender, base) === "unlike")
    return unlikeText(result, value, base);
  const ratio = ratioBetween(result, metric, value, contender, base);
  return ratio ? `${formatRatio(ratio.median)} ${titleOf(result, base)}` : "";
}

/** "not compared: C epoll was woken". */
function unlikeText(result: ScenarioResult, value: SweepValue, base: string): string {
  const other = cellOf(result, base, value);
  const was = other ? ` was ${regimeText(other)}` : "";
  return `not compared: ${titleOf(result, base)}${was}`;
}

function starvedText(cell: Cell): string {
  if (isStarved(cell)) {
    return `  STARVED: ${String(cell.starvedKept)} of ${String(cell.samples.length)} samples`;
  }
  return cell.starved > 0 ? `  (${String(cell.starved)} starved)` : "";
}

function shown(metrics: readonly Metric[], columns: number): readonly Metric[] {
  const room = Math.floor((columns - NAME - RATIO) / (NUMBER + 1));
  return metrics.slice(0, Math.max(1, room));
}
