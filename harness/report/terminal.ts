import { doubtsOf } from "../results/doubts.ts";
import { type CellName, type Difference, compare, unmatched } from "../results/compare.ts";
import type { Goal, Metric } from "../scenario/scenario.ts";
import {
  type Cell,
  type Results,
  type ScenarioResult,
  goalsOf,
  isStarved,
  ratioBetween,
  starvedGoalsOf,
  summaryOf,
} from "../results/results.ts";
import { spreadOf } from "../statistics/summary.ts";
import { formatNumber, formatQuantity, formatRatio } from "../wording/format.ts";
import { isTooFew, verdictOf } from "./goal_rows.ts";

const NAME = 21;
const NUMBER = 27;
const RATIO = 12;

/** What {@link cellLine} has in its columns. */
export function headLine({ metrics, baseline }: ScenarioResult, columns = Infinity): string {
  const names = shown(metrics, columns).map(({ name, unit }) => {
    return `${name}, ${unit}`.padEnd(NUMBER + 1);
  });
  const beside = Object.keys(baseline).length > 0 ? `${metrics[0]?.name ?? ""} beside C` : "";
  return `${"".padEnd(NAME + 2)}${names.join("")}${beside}`.trimEnd();
}

/**
 * The line of one cell in a terminal: each metric with its spread, and the ratio to its baseline.
 *
 * @param columns - the first metrics are shown, as many as this has room for, but at least one
 */
export function cellLine(result: ScenarioResult, cell: Cell, columns = Infinity): string {
  const title = result.contenders.find(({ name }) => name === cell.contender)?.title;
  const name = `  ${(title ?? cell.contender).padEnd(NAME)}`;
  if (cell.skipped !== undefined) return `${name}skipped: ${cell.skipped}`;
  if (cell.failed !== undefined) return `${name}FAILED: ${cell.failed.split("\n")[0] ?? ""}`;
  const metrics = shown(result.metrics, columns).map((metric) => {
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
  const again = cell.starved > 0 ? `  (starved ${String(cell.starved)})` : "";
  const starved = isStarved(cell)
    ? `  STARVED: ${String(cell.starvedKept)} of ${String(cell.samples.length)} samples`
    : again;
  return `${name}${metrics.join("")}${beside}${starved}`.trimEnd();
}

function shown(metrics: readonly Metric[], columns: number): readonly Metric[] {
  const room = Math.floor((columns - NAME - RATIO) / (NUMBER + 1));
  return metrics.slice(0, Math.max(1, room));
}

/** The goals of a run as lines for a terminal; none for a quick run. */
export function goalLines(results: Results): string[] {
  // Cold code and a handful of samples say nothing about goals.
  if (results.options.quick) return [];
  return results.scenarios.flatMap((result) => {
    const whatOf = ({ contender, versus, value, metric }: Goal): string =>
      `${result.name} at ${String(value)}: ${contender} / ${versus}, ${metric}`.padEnd(58);
    const told = goalsOf(result).map((goal) => {
      const { ratio, reached } = goal;
      const atLeast = `goal ${formatRatio(goal.atLeast)}`;
      if (isTooFew(goal)) return `  ?    ${whatOf(goal)} too few samples: says nothing, ${atLeast}`;
      const spread = `${formatRatio(ratio.low)} … ${formatRatio(ratio.high)}`;
      const verdict = reached ? "" : `, ${verdictOf(goal)}`;
      return `  ${reached ? "yes" : "NO "}  ${whatOf(goal)} ${formatRatio(ratio.median)} (${spread}), ${atLeast}${verdict}`;
    });
    const open = starvedGoalsOf(result).map((goal) => {
      return `  ?    ${whatOf(goal)} starved: says nothing, goal ${formatRatio(goal.atLeast)}`;
    });
    return [...told, ...open];
  });
}

/** What has changed, worst first, and how many cells have not. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const changed = differences
    .filter(({ verdict }) => verdict === "better" || verdict === "worse")
    .sort((a, b) => a.ratio - b.ratio)
    .map(({ scenario, contender, value, metric, before, now, ratio, verdict }) => {
      const cell = `${scenario} at ${String(value)}: ${contender}, ${metric.name}`;
      const numbers = `${formatQuantity(before.median, metric.unit)} → ${formatQuantity(now.median, metric.unit)}`;
      return `  ${verdict.padEnd(7)} ${formatRatio(ratio)} ×  ${cell.padEnd(52)} ${numbers}`;
    });
  const all = String(differences.length);
  const starved = differences.filter(({ verdict }) => verdict === "starved");
  const same = differences.length - changed.length - starved.length;
  const told = [...changed, `  ${String(same)} of ${all} within noise`];
  if (starved.length === 0) return told;
  const cells = cellLines(starved).map((line) => `  ${line}`);
  return [
    ...told,
    `  ${String(starved.length)} of ${all} not judged, for starved samples:`,
    ...cells,
  ];
}

/** One run beside an earlier one: what makes that doubtful, what has changed, what only one of them has. */
export function comparisonLines(before: Results, now: Results): string[] {
  const doubts = doubtsOf(before, now).map((doubt) => `  WARNING: ${doubt}`);
  const differences = compare(before, now);
  const has = (run: Results, { scenario }: CellName): boolean =>
    run.scenarios.some(({ name }) => name === scenario);
  const gone = unmatched(before, now).filter((cell) => has(now, cell));
  return [
    ...doubts,
    ...(differences.length === 0 ? ["  no cell in common"] : differenceLines(differences)),
    ...onlyIn("the earlier run", gone),
    ...onlyIn("this run", unmatched(now, before)),
  ];
}

function onlyIn(run: string, cells: readonly CellName[]): string[] {
  return cells.length === 0
    ? []
    : [`  only in ${run}:`, ...cellLines(cells).map((line) => `  ${line}`)];
}

/** The names of cells, a line for each contender of a scenario. */
export function cellLines(cells: readonly CellName[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const { scenario, contender, value } of cells) {
    const who = `${scenario}: ${contender}`;
    values.set(who, (values.get(who) ?? new Set()).add(String(value)));
  }
  return [...values].map(([who, at]) => `  ${who} at ${[...at].join(", ")}`);
}
