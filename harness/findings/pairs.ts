import { type ScenarioResult, titleOf } from "../results/results.ts";
import type { Metric, Pair } from "../scenario/scenario.ts";
import { listOf } from "../wording/format.ts";
import { atValues, costOf, nounOf } from "../wording/sweep.ts";
import { type Comparison, type Order, comparisonsOf, numbersOf, rangeOf } from "./comparisons.ts";
import type { Finding } from "./finding.ts";

/** Which of two contenders wins where, and where that changes. */
export function pairFinding(
  result: ScenarioResult,
  metric: Metric,
  { contender, versus, trait }: Pair,
): Finding | undefined {
  const points = comparisonsOf(result, metric, contender, versus);
  if (points.length === 0) return undefined;
  const names = {
    one: titleOf(result, contender),
    trait: trait === undefined ? "" : `, ${trait},`,
    other: titleOf(result, versus),
  };
  const sentence =
    crossingSentence(result, points, names) ??
    uniformSentence(metric, points, names) ??
    mixedSentence(result, points, names);
  return { sentence, numbers: [numbersOf(result, metric, contender, versus)] };
}

interface Names {
  readonly one: string;
  /** A relative clause about `one`, between commas, or nothing. */
  readonly trait: string;
  readonly other: string;
}

/** The order changes once along the numbers of the sweep. */
function crossingSentence(
  result: ScenarioResult,
  points: readonly Comparison[],
  { one, trait, other }: Names,
): string | undefined {
  const clear = points.filter(({ order }) => order !== "tie");
  const change = clear.findIndex(({ order }) => order !== clear[0]!.order);
  const [below, above] = [clear.slice(0, change), clear.slice(change)];
  const [last, first] = [below.at(-1), above[0]];
  if (change < 1 || !last || !first || above.some(({ order }) => order !== first.order)) return;
  const [from, to] = [points.indexOf(last), points.indexOf(first)];
  const x = crossingPoint(points.slice(from, to + 1));
  if (x === undefined) return undefined;
  const place = `${Number(x.toPrecision(2)).toLocaleString("en-US")} ${nounOf(result)}`;
  const [winner, loser] = last.order === "ahead" ? [one + trait, other] : [other, one + trait];
  const [, again] = last.order === "ahead" ? [one, other] : [other, one];
  // Those between the two do not contradict it.
  const ties = points.filter(({ order }, at) => order === "tie" && (at < from || at > to));
  const where = atValues(
    result,
    ties.map(({ value }) => value),
  );
  const but = ties.length === 0 ? "" : ` They tie ${where}.`;
  return `${winner} beats ${loser} below about ${place}. Above, ${again} wins.${but}`;
}

/** One outcome at several values. */
function uniformSentence(
  metric: Metric,
  points: readonly Comparison[],
  { one, trait, other }: Names,
): string | undefined {
  const [first] = points;
  if (!first || points.length < 2 || points.some(({ order }) => order !== first.order)) return;
  if (first.order === "tie") return `${one}${trait} ties with ${other} at every measured value.`;
  const verb = first.order === "ahead" ? "beats" : "loses to";
  const ratio = `${rangeOf(points)} its ${costOf(metric)}`;
  return `${one}${trait} ${verb} ${other} at every measured value: ${ratio}.`;
}

/** Different outcomes, value by value. */
function mixedSentence(
  result: ScenarioResult,
  points: readonly Comparison[],
  { one, trait, other }: Names,
): string {
  const outcomes: readonly (readonly [Order, string])[] = [
    ["ahead", "beats"],
    ["behind", "loses to"],
    ["tie", "ties with"],
  ];
  const parts = outcomes
    .map(([order, verb]) => ({ order, verb, at: points.filter((point) => point.order === order) }))
    .filter(({ at }) => at.length > 0)
    .map(({ order, verb, at }, index) => {
      const where = atValues(
        result,
        at.map(({ value }) => value),
      );
      const ratio = order === "tie" ? "" : ` (${rangeOf(at)})`;
      return `${verb} ${index === 0 ? other : "it"} ${where}${ratio}`;
    });
  return `${one}${trait} ${listOf(parts)}.`;
}

/**
 * Where the ratio is 1, between two neighbors on both sides of it: on a line through the logarithms where
 * both values are above 0.
 */
function crossingPoint(points: readonly Comparison[]): number | undefined {
  const gaps = points.map(({ ratio }) => Math.log(ratio.median));
  const index = gaps.findIndex((gap, place) => place > 0 && gap * gaps[0]! <= 0);
  const [left, right] = [points[index - 1]?.value, points[index]?.value];
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const [before, after] = [gaps[index - 1]!, gaps[index]!];
  const share = before / (before - after);
  return left > 0 ? left * (right / left) ** share : left + (right - left) * share;
}
