import { MIN_CHANGE, MIN_SAMPLES } from "../results/compare.ts";
import { regimeText } from "../results/regimes.ts";
import {
  type ScenarioResult,
  cellOf,
  likeCells,
  ratioBetween,
  titleOf,
} from "../results/results.ts";
import type { Metric, SweepValue } from "../scenario/scenario.ts";
import type { Summary } from "../statistics/summary.ts";
import { formatRatio, formatValue } from "../wording/format.ts";
import { costOf } from "../wording/sweep.ts";

/** How one contender does beside another one. `tie`: the samples do not tell them apart. */
export type Order = "ahead" | "tie" | "behind";

/** Two contenders at one value of the sweep. */
export interface Comparison {
  /** The value of the sweep. */
  readonly value: SweepValue;
  /** The cost of the first per cost of the second. */
  readonly ratio: Summary;
  readonly order: Order;
}

// A tie that scatters more may hide a difference; a smaller one is as good as none.
const MAX_CLOSE = 1.25;

/** Whether ties show that two contenders cost the same, rather than that their samples scatter too much to tell. */
export function areClose(ties: readonly Pick<Comparison, "ratio">[]): boolean {
  return ties.every(({ ratio }) => ratio.low >= 1 / MAX_CLOSE && ratio.high <= MAX_CLOSE);
}

/** Compares two contenders at one value; `undefined` if one of them has too few samples. */
export function comparisonOf(
  result: ScenarioResult,
  metric: Metric,
  value: SweepValue,
  contender: string,
  versus: string,
): Comparison | undefined {
  const ratio = ratioBetween(result, metric, value, contender, versus);
  if (!ratio || ratio.count < MIN_SAMPLES) return undefined;
  return { value, ratio, order: orderOf(ratio) };
}

/** Compares two contenders at each value of the sweep at which both have enough samples. */
export function comparisonsOf(
  result: ScenarioResult,
  metric: Metric,
  contender: string,
  versus: string,
): Comparison[] {
  return result.sweep.values.flatMap(
    (value) => comparisonOf(result, metric, value, contender, versus) ?? [],
  );
}

/** Whether two contenders have enough samples of the same regime at one value. If not, they do not tie either. */
export function areComparable(
  result: ScenarioResult,
  value: SweepValue,
  contender: string,
  versus: string,
): boolean {
  const cells = likeCells(result, value, contender, versus);
  if (cells === undefined || cells === "unlike") return false;
  return Math.min(cells.own.samples.length, cells.other.samples.length) >= MIN_SAMPLES;
}

/**
 * What a ratio says. It is no tie if all pairs of samples are on one side of 1, and the median is not next to it.
 * Where nothing differs, all of five pairs are on one side 1 time in 16, all of seven 1 in 64; few of those medians
 * are off as well.
 */
export function orderOf({ median, min, max }: Summary): Order {
  if (max < 1 && median < 1 / (1 + MIN_CHANGE)) return "ahead";
  if (min > 1 && median > 1 + MIN_CHANGE) return "behind";
  return "tie";
}

/** Which side of 1 a comparison is on if the outermost tenth of its pairs at either end is left out. */
export function leanOf({ ratio }: Comparison): Order {
  return orderOf({ ...ratio, min: ratio.low, max: ratio.high });
}

/** To which side a tie leans that is not small: its samples could just not tell it. */
export function farLeanOf(comparison: Comparison): Order {
  const { median } = comparison.ratio;
  return Math.max(median, 1 / median) > MAX_CLOSE ? leanOf(comparison) : "tie";
}

// Who ties in no more of the cells, and is the dearer one in none, is told to win.
const MAX_TIES = 1 / 3;

/**
 * Whether who wins where `points` tell the two apart may be told to win: few are ties, none is the opposite, and nothing
 * leans the other way. On which side of 1 the median of a tie is, is chance.
 *
 * @param all - what must not lean the other way
 */
export function isTold(
  points: readonly Comparison[],
  order: Order,
  all: readonly Comparison[] = points,
): boolean {
  const others = points.filter((point) => point.order !== order);
  return (
    others.length <= MAX_TIES * points.length &&
    others.every((point) => point.order === "tie") &&
    !all.some((point) => leansAgainst(point, order))
  );
}

/** Whether eight in ten pairs of samples say the opposite. */
export function leansAgainst(comparison: Comparison, order: Order): boolean {
  const lean = leanOf(comparison);
  return lean !== "tie" && lean !== order;
}

/** "0.93× to 0.96×", or the one ratio. */
export function rangeOf(comparisons: readonly Comparison[]): string {
  return fromTo(
    comparisons.map(({ ratio }) => ratio.median),
    formatRatio,
  );
}

/** "3 ns to 5 ns", or the one number. */
export function fromTo(values: readonly number[], format: (value: number) => string): string {
  const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
}

/** "10: not compared, because the one was busy and the other woken". */
export function unlikeText(
  result: ScenarioResult,
  value: SweepValue,
  contender: string,
  versus: string,
): string {
  const [own, other] = [contender, versus].map((name) => {
    const cell = cellOf(result, name, value);
    return { title: titleOf(result, name), regimes: cell ? regimeText(cell) : "" };
  });
  const why = `${own!.title} was ${own!.regimes} and ${other!.title} ${other!.regimes}`;
  return `${formatValue(value)}: not compared, because ${why}`;
}

/** The line of numbers behind a comparison: each value with its ratio, from the lowest to the highest pair. */
export function numbersOf(
  result: ScenarioResult,
  metric: Metric,
  contender: string,
  versus: string,
): string {
  const told = result.sweep.values.flatMap((value) => {
    const cells = likeCells(result, value, contender, versus);
    if (cells === "unlike") return unlikeText(result, value, contender, versus);
    const comparison = comparisonOf(result, metric, value, contender, versus);
    if (!comparison || !cells) return [];
    const { ratio, order } = comparison;
    const range = `${formatRatio(ratio.min)} – ${formatRatio(ratio.max)}`;
    const tie = order === "tie" ? ", a tie" : "";
    const counts = [cells.own, cells.other].map(({ samples }) => samples.length);
    const all = [contender, versus].map((name) => cellOf(result, name, value)?.samples.length);
    // Said where a part of the samples is left out.
    const isPart = counts.some((count, index) => count !== all[index]);
    const regime = isPart ? `, ${cells.regime}: ${counts.join(" and ")} samples` : "";
    return `${formatValue(value)}: ${formatRatio(ratio.median)} (${range}${tie}${regime})`;
  });
  const [own, other] = [contender, versus].map((name) => titleOf(result, name));
  return `${own!} / ${other!}, ${costOf(metric)}: ${told.join("; ")}`;
}
