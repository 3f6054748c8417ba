import {
  type CellName,
  type Difference,
  type Verdict,
  compare,
  unmatched,
} from "../../results/compare.ts";
import { doubtsOf } from "../../results/doubts.ts";
import type { Results } from "../../results/results.ts";
import { quantile } from "../../statistics/summary.ts";
import { formatQuantity, formatRatio } from "../../wording/format.ts";

/**
 * One run beside an earlier one, as lines of text: reasons to doubt the comparison, how much the baselines
 * themselves have changed, what else has changed, and the cells that only one of them has.
 */
export function comparisonLines(before: Results, now: Results): string[] {
  const doubts = doubtsOf(before, now).map((doubt) => `  WARNING: ${doubt}`);
  const differences = compare(before, now);
  const has = (run: Results, { scenario }: CellName): boolean =>
    run.scenarios.some(({ name }) => name === scenario);
  const gone = unmatched(before, now).filter((cell) => has(now, cell));
  return [
    ...doubts,
    ...baselineLines(now, differences),
    ...(differences.length === 0 ? ["  no cell in common"] : differenceLines(differences)),
    ...onlyIn("the earlier run", gone),
    ...onlyIn("this run", unmatched(now, before)),
  ];
}

/**
 * How much each baseline now costs, beside the earlier run, in the first metric of each scenario. Nothing of ours can
 * change C: where it moved, so did the machine, and only ratios to it can be compared.
 */
function baselineLines({ scenarios }: Results, differences: readonly Difference[]): string[] {
  const firsts = new Map(scenarios.map(({ name, metrics }) => [name, metrics[0]?.name]));
  const isOf = new Set(
    differences.flatMap(({ scenario, value, metric, beside }) =>
      beside && metric.name === firsts.get(scenario)
        ? [key({ scenario, contender: beside.baseline, value }, metric.name)]
        : [],
    ),
  );
  const moved = new Map<string, number[]>();
  for (const difference of differences) {
    if (!isOf.has(key(difference, difference.metric.name))) continue;
    if (difference.verdict === "starved" || difference.verdict === "unlike") continue;
    const { contender, ratio } = difference;
    moved.set(contender, [...(moved.get(contender) ?? []), ratio]);
  }
  return [...moved].map(([contender, ratios]) => {
    const [low, median, high] = [0, 0.5, 1].map((share) => formatRatio(quantile(ratios, share)));
    const numbers = `${String(ratios.length)} cell${ratios.length === 1 ? "" : "s"}`;
    return `  baseline ${contender}: ${median!} its earlier cost (${low!} – ${high!}, ${numbers})`;
  });
}

function key({ scenario, contender, value }: CellName, metric: string): string {
  return [scenario, contender, String(value), metric].join("/");
}

/**
 * The cells that have changed, the worst first, with the ratio now / before; then a count of the others. A cell
 * that has a baseline is judged by its ratio to it.
 */
export function differenceLines(differences: readonly Difference[]): string[] {
  const all = differences.map((difference) => ({ difference, judged: judged(difference) }));
  const changed = all
    .filter(({ judged: { verdict } }) => verdict === "better" || verdict === "worse")
    .sort((a, b) => b.judged.ratio - a.judged.ratio)
    .map(({ difference, judged: { ratio, verdict } }) => {
      const { scenario, contender, value, metric, before, now, beside } = difference;
      const cell = `${scenario} at ${String(value)}: ${contender}, ${metric.name}`;
      const numbers = beside
        ? `${formatRatio(beside.before.median)} → ${formatRatio(beside.now.median)} ${beside.baseline}`
        : `${formatQuantity(before.median, metric.unit)} → ${formatQuantity(now.median, metric.unit)}`;
      return `  ${verdict.padEnd(7)} ${formatRatio(ratio).padEnd(6)} ${cell.padEnd(52)} ${numbers}`;
    });
  const withVerdict = (wanted: Verdict): readonly Difference[] =>
    all.filter(({ judged: { verdict } }) => verdict === wanted).map(({ difference }) => difference);
  const [same, starved, unlike] = [
    withVerdict("within noise"),
    withVerdict("starved"),
    withVerdict("unlike"),
  ] as const;
  const total = String(differences.length);
  const told = [...changed, `  ${String(same.length)} of ${total} within noise`];
  const open = (cells: readonly Difference[], why: string): string[] =>
    cells.length === 0
      ? []
      : [
          `  ${String(cells.length)} of ${total} not judged, ${why}:`,
          ...cellLines(cells).map((line) => `  ${line}`),
        ];
  const noneInCommon = "because the runs have no regime in common";
  return [...told, ...open(starved, "because starved"), ...open(unlike, noneInCommon)];
}

/** The ratio and the verdict that count: those beside the baseline, if there is one. */
function judged({ ratio, verdict, beside }: Difference): Pick<Difference, "ratio" | "verdict"> {
  // A baseline that was starved says nothing about the cell.
  return verdict === "starved" || !beside ? { ratio, verdict } : beside;
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
