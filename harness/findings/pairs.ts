import type { Metric, Pair } from "../scenario/scenario.ts";
import type { ScenarioResult } from "../results/results.ts";
import { formatRatio, formatValue } from "../wording/format.ts";
import {
  type Comparison,
  type Order,
  atValues,
  comparisonsOf,
  nounOf,
  timesAsGood,
} from "./lines.ts";

interface Names {
  readonly one: string;
  readonly other: string;
}

/** Which of two is better where, and where that changes. */
export function pairSentence(
  result: ScenarioResult,
  metric: Metric,
  { contender, versus, trait }: Pair,
): string | undefined {
  const points = comparisonsOf(result, metric, contender, versus);
  if (points.length === 0) return undefined;
  const one = titleOf(result, contender) + (trait === undefined ? "" : `, ${trait},`);
  const names = { one, other: titleOf(result, versus) };
  return crossing(result, points, names) ?? told(result, points, names);
}

function titleOf(result: ScenarioResult, contender: string): string {
  return result.contenders.find(({ name }) => name === contender)?.title ?? contender;
}

/** Value by value. */
function told(result: ScenarioResult, points: readonly Comparison[], names: Names): string {
  const of = (order: Order): Comparison[] => points.filter((point) => point.order === order);
  const [ahead, level, behind] = [of(1), of(0), of(-1)];
  const where = (some: readonly Comparison[]): string =>
    some.length === points.length && points.length > 1
      ? "at every measured value"
      : atValues(
          result,
          some.map(({ value }) => value),
        );
  const part = (some: readonly Comparison[], how: string): string[] =>
    some.length === 0 ? [] : [`${how} ${where(some)}: ${timesAsGood(some)}`];
  const parts = [
    ...part(ahead, "better"),
    ...part(behind, "worse"),
    ...part(level, "no difference beyond the spread"),
  ].join("; ");
  const verdict = ahead.length > 0 ? "better than" : "not better than";
  const sentence = `${names.one} is ${verdict} ${names.other}`;
  // "better than B at 10 connections: …" says it once.
  return ahead.length > 0
    ? `${sentence}${parts.slice("better".length)}.`
    : `${sentence}: ${parts}.`;
}

/** Where the order changes, once and for good, along numbers. */
function crossing(
  result: ScenarioResult,
  points: readonly Comparison[],
  { one, other }: Names,
): string | undefined {
  const clear = points.filter(({ order }) => order !== 0);
  const change = clear.findIndex(({ order }) => order !== clear[0]!.order);
  const [below, above] = [clear.slice(0, change), clear.slice(change)];
  const [last, first] = [below.at(-1), above[0]];
  if (change < 1 || !last || !first || above.some(({ order }) => order !== first.order)) return;
  const between = points.slice(points.indexOf(last), points.indexOf(first) + 1);
  const x = crossingPoint(between);
  if (x === undefined) return undefined;
  const [winner, loser] = last.order === 1 ? [one, other] : [other, one];
  const level = points.filter(({ order }) => order === 0).map(({ value }) => value);
  const same =
    level.length === 0
      ? ""
      : ` There is no difference beyond the spread ${atValues(result, level)}.`;
  const place = Number(x.toPrecision(2)).toLocaleString("en-US");
  return (
    `Below about ${place} ${nounOf(result)}, ${winner} is better than ${loser} (up to ` +
    `${most(below)}); above, it is the other way round (up to ${most(above)}).${same}`
  );
}

/** The ratio that is farthest from 1, as a factor. */
function most(points: readonly Comparison[]): string {
  const factors = points.map(({ ratio: { median }, value }) => {
    return { factor: Math.max(median, 1 / median), value };
  });
  const { factor, value } = factors.reduce((a, b) => (b.factor > a.factor ? b : a));
  return `${formatRatio(factor)} times, at ${formatValue(value)}`;
}

/** Where the ratio is 1, between two neighbours on both sides of it; as a power between numbers above 0. */
function crossingPoint(points: readonly Comparison[]): number | undefined {
  const gaps = points.map(({ ratio }) => Math.log(ratio.median));
  const index = gaps.findIndex((gap, place) => place > 0 && gap * gaps[0]! <= 0);
  const [left, right] = [points[index - 1]?.value, points[index]?.value];
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const [before, after] = [gaps[index - 1]!, gaps[index]!];
  const share = before / (before - after);
  return left > 0 ? left * (right / left) ** share : left + (right - left) * share;
}
