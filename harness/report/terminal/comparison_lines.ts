import { type CellName, type Difference, compare, unmatched } from "../../results/compare.ts";
import { doubtsOf } from "../../results/doubts.ts";
import type { Results } from "../../results/results.ts";
import { formatQuantity, formatRatio } from "../../wording/format.ts";

/**
 * One run beside an earlier one, as lines of text: reasons to doubt the comparison, what has changed, and
 * the cells that only one of them has.
 */
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

/** The cells that have changed, the worst first, with the ratio now / before; then a count of the others. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const changed = differences
    .filter(({ verdict }) => verdict === "better" || verdict === "worse")
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ scenario, contender, value, metric, before, now, ratio, verdict }) => {
      const cell = `${scenario} at ${String(value)}: ${contender}, ${metric.name}`;
      const numbers = `${formatQuantity(before.median, metric.unit)} → ${formatQuantity(now.median, metric.unit)}`;
      return `  ${verdict.padEnd(7)} ${formatRatio(ratio).padEnd(6)} ${cell.padEnd(52)} ${numbers}`;
    });
  const all = String(differences.length);
  const starved = differences.filter(({ verdict }) => verdict === "starved");
  const unlike = differences.filter(({ verdict }) => verdict === "unlike");
  const same = differences.length - changed.length - starved.length - unlike.length;
  const told = [...changed, `  ${String(same)} of ${all} within noise`];
  const open = (cells: readonly Difference[], why: string): string[] =>
    cells.length === 0
      ? []
      : [
          `  ${String(cells.length)} of ${all} not judged, ${why}:`,
          ...cellLines(cells).map((line) => `  ${line}`),
        ];
  const noneInCommon = "because the runs have no regime in common";
  return [...told, ...open(starved, "because starved"), ...open(unlike, noneInCommon)];
}

function onlyIn(run: string, cells: readonly CellName[]): string[] {
  return cells.length === 0
    ? []
    : [`  only in ${run}:`, ...cellLines(cells).map((line) => `  ${line}`)];
}

/** The names of cells, one line for each contender of a scenario. */
function cellLines(cells: readonly CellName[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const { scenario, contender, value } of cells) {
    const who = `${scenario}: ${contender}`;
    values.set(who, (values.get(who) ?? new Set()).add(String(value)));
  }
  return [...values].map(([who, at]) => `  ${who} at ${[...at].join(", ")}`);
}
