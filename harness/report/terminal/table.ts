import {
  type Cell,
  type ScenarioResult,
  isStarved,
  ratioBetween,
  summaryOf,
  titleOf,
} from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import { type Summary, spreadOf } from "../../statistics/summary.ts";
import { formatQuantity, formatRatio, formatSpread, formatValue } from "../../wording/format.ts";
import { costOf, nounOf, singularOf } from "../../wording/sweep.ts";

const BAR = 24;

interface Row {
  readonly title: string;
  readonly quantity: string;
  readonly spread: string;
  readonly ratio: string;
  readonly bar: string;
}

/**
 * A result as a table for a terminal: for each value of the sweep the contenders, the best one first, each with its
 * median, its spread, and a bar. The cost ratio is to the contender's baseline, or to the best one if the scenario has
 * no baselines; starved cells have none. Cells without samples have their reason.
 *
 * @param metric - what the table shows. Default: the first metric of the result
 */
export function tableOf(
  result: ScenarioResult,
  metric: Metric | undefined = result.metrics[0],
): string {
  if (!metric) return result.question;
  const groups = result.sweep.values.map((value) => ({
    value,
    ...groupAt(result, metric, value),
  }));
  const rows = groups.flatMap((group) => group.rows);
  const width = (key: keyof Row): number => Math.max(0, ...rows.map((row) => row[key].length));
  const titles = Math.max(
    width("title"),
    ...groups.flatMap(({ others }) => others.map(titleWidth)),
  );
  const lineOf = ({ title, quantity, spread, ratio, bar }: Row): string =>
    [
      `    ${title.padEnd(titles)}`,
      quantity.padStart(width("quantity")),
      spread.padStart(width("spread")),
      ratio.padEnd(width("ratio")),
      bar,
    ]
      .join("  ")
      .trimEnd();
  const reference = Object.keys(result.baseline).length > 0 ? "the baseline" : "the best";
  const ofCost = metric.better === "higher" ? `of ${costOf(metric)} ` : "";
  return [
    result.question,
    `${metric.title}: median, spread, ratio ${ofCost}to ${reference}`,
    ...groups.flatMap((group) => [
      `  ${headingOf(result, group.value)}`,
      ...group.rows.map(lineOf),
      ...group.others.map(([title, reason]) => `    ${title.padEnd(titles)}  ${reason}`),
    ]),
  ].join("\n");
}

type Other = readonly [title: string, reason: string];

function titleWidth([title]: Other): number {
  return title.length;
}

function headingOf(result: ScenarioResult, value: SweepValue): string {
  if (typeof value === "string") return value;
  return `${formatValue(value)} ${value === 1 ? singularOf(result) : nounOf(result)}`;
}

function groupAt(
  result: ScenarioResult,
  metric: Metric,
  value: SweepValue,
): { readonly rows: readonly Row[]; readonly others: readonly Other[] } {
  const cells = result.cells.filter((cell) => cell.value === value);
  const sign = metric.better === "lower" ? 1 : -1;
  const measured = cells
    .flatMap((cell) => {
      const summary = summaryOf(cell, metric.name);
      return summary ? [{ cell, summary }] : [];
    })
    .sort((a, b) => sign * (a.summary.median - b.summary.median));
  const best = measured[0]?.cell.contender;
  const largest = Math.max(...measured.map(({ summary }) => summary.median));
  return {
    rows: measured.map(({ cell, summary }) => ({
      title: titleOf(result, cell.contender),
      quantity: formatQuantity(summary.median, metric.unit),
      spread: formatSpread(spreadOf(summary)),
      ratio: ratioText(result, metric, cell, best),
      bar: barOf(summary, largest),
    })),
    others: cells
      .filter((cell) => !summaryOf(cell, metric.name))
      .map((cell) => [titleOf(result, cell.contender), reasonOf(cell)] as const),
  };
}

/** "1.04× C epoll"; beside the best one, "1.04×". */
function ratioText(
  result: ScenarioResult,
  metric: Metric,
  cell: Cell,
  best: string | undefined,
): string {
  if (isStarved(cell)) return "starved";
  const { contender, value } = cell;
  const hasBaselines = Object.keys(result.baseline).length > 0;
  const base = hasBaselines ? result.baseline[contender] : best;
  if (base === undefined) return "";
  const ratio = ratioBetween(result, metric, value, contender, base);
  if (!ratio) return "";
  return `${formatRatio(ratio.median)}${hasBaselines ? ` ${titleOf(result, base)}` : ""}`;
}

function barOf({ median }: Summary, largest: number): string {
  return largest > 0 ? "▇".repeat(Math.max(1, Math.round((median / largest) * BAR))) : "";
}

function reasonOf({ skipped, failed }: Cell): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  return `FAILED: ${failed?.split("\n", 1)[0] ?? "not measured"}`;
}
