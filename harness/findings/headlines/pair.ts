import { type ScenarioResult } from "../../results/results.ts";
import type { Metric, Pair } from "../../scenario/scenario.ts";
import { formatRound, twoDigits } from "../../wording/coarse.ts";
import { atValues, remarkOf } from "../../wording/sweep.ts";
import { NOT_TOLD, type Verbs, verbsOf } from "../../wording/verbs.ts";
import {
  type Comparison,
  type Order,
  areClose,
  comparisonsOf,
  fromTo,
  isTold,
  farLeanOf,
  leansAgainst,
} from "../comparisons.ts";
import { crossingDraft } from "./crossing.ts";
import type { Draft, Focus } from "./headline.ts";
import { jointComparisons } from "./joint.ts";
import { contenderIn, familyOf, shortOf } from "./names.ts";

/** Which contender of the first pair that was measured wins where. */
export function pairHeadline(
  result: ScenarioResult,
  metric: Metric,
  { at }: Focus,
): Draft | undefined {
  const measured = (result.pairs ?? []).flatMap((pair) => {
    const all = comparisonsOf(result, metric, pair.contender, pair.versus);
    const points = at === undefined ? all : all.filter(({ value }) => value === at);
    return points.length === 0 ? [] : [{ pair, points }];
  });
  const [first, ...more] = measured;
  if (!first) return undefined;
  const [titles, names] = [fullNames(result, first.pair), shortNames(result, first.pair)];
  const families = more
    .filter(({ pair }) => haveSameNames(shortNames(result, pair), names))
    .map(({ points }) => points);
  // "poll beats epoll" speaks for all families; if they do not agree, the headline is about the first one.
  const joint = families.length > 0 ? jointComparisons(first.points, families) : undefined;
  const own = { points: first.points, all: first.points, names: titles, titles };
  if (!joint) return draftOf(result, metric, own);
  const all = [first.points, ...families].flat();
  const draft = draftOf(result, metric, { points: joint, all, names, titles });
  return { ...draft, nuance: withTies(result, [first.points, joint], titles, draft.nuance) };
}

type Names = readonly [one: string, other: string];

/** What a headline is made of. */
interface Told {
  /** The two along the sweep, with the ratios of the first family and with the orders of all of them. */
  readonly points: readonly Comparison[];
  /** Those of each family. */
  readonly all: readonly Comparison[];
  /** The names of the two, in short. */
  readonly names: Names;
  /** The names of those that the ratios are about. */
  readonly titles: Names;
}

/** Where the first family, which the ratios are about, just cannot tell what the others tell. */
function withTies(
  result: ScenarioResult,
  [own, joint]: readonly [readonly Comparison[], readonly Comparison[]],
  [one, other]: Names,
  nuance: string | undefined,
): string | undefined {
  const values = own
    .filter(({ order }, index) => order === "tie" && joint[index]!.order !== "tie")
    .map(({ value }) => value);
  if (values.length === 0) return nuance;
  const ties = `${one} and ${other} ${NOT_TOLD} ${atValues(result, values)}.`;
  return nuance === undefined ? ties : `${nuance.slice(0, -1)}; ${ties}`;
}

function fullNames(result: ScenarioResult, { contender, versus }: Pair): Names {
  return [contenderIn(result, contender).title, contenderIn(result, versus).title];
}

/** The names without what both have: "poll" and "epoll" for "C poll (2 threads)" and "C epoll (2 threads)". */
function shortNames(result: ScenarioResult, pair: Pair): Names {
  const [one, other] = [contenderIn(result, pair.contender), contenderIn(result, pair.versus)];
  const isWord = (text: string): boolean => /^[^ ]+( \(.*\))?$/.test(text);
  const words = [one, other].map(shortOf).every(isWord);
  if (!words || familyOf(one) !== familyOf(other)) return fullNames(result, pair);
  const remark = (text: string): string => / \(.*\)$/.exec(text)?.[0] ?? "";
  const [a, b] = [shortOf(one), shortOf(other)];
  if (remark(a) !== remark(b) || remark(a) === "") return [a, b];
  return [a.slice(0, -remark(a).length), b.slice(0, -remark(b).length)];
}

function haveSameNames(a: Names, b: Names): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** What the comparisons say. The shortest candidate has the claim alone, without a ratio. */
function draftOf(result: ScenarioResult, metric: Metric, told: Told): Draft {
  const { points, all, names, titles } = told;
  const orders = new Set(points.map(({ order }) => order));
  if (orders.has("ahead") && orders.has("behind"))
    return crossingDraft(result, metric, points, names, titles) ?? mixed(result, points, names);
  const [only] = points;
  const place = only && points.length === 1 ? ` ${atValues(result, [only.value])}` : "";
  const isNumeric = result.sweep.values.every((value) => typeof value === "number");
  const remark = isNumeric ? remarkOf(result) : undefined;
  const opening = remark === undefined ? "" : `with ${remark}, `;
  const order = directionOf(told);
  if (order === "tie") {
    const same = `${opening}${names.join(" and ")} ${NOT_TOLD}`;
    return { candidates: [`${same}${place}`, same], nuance: tieRange(points, titles) };
  }
  const inOrder = ([one, other]: Names): Names => (order === "ahead" ? [one, other] : [other, one]);
  const [winner, loser] = inOrder(names);
  const beats = { candidates: [`${opening}${winner} beats ${loser}${place}`] };
  if (points.every((point) => point.order === order))
    return { ...beats, nuance: marginOf(points, inOrder(titles), verbsOf(metric)) };
  // The nuance says where they tie, which differs from run to run.
  const where = orders.has(order)
    ? wherePart(result, points, [winner, loser])
    : tieRange(points, titles);
  if (isTold(points, order, all)) return { ...beats, nuance: where };
  if (all.some((point) => leansAgainst(point, order)))
    return whereItWins(result, points, [winner, loser]);
  return { candidates: [`${opening}${loser} never beats ${winner}`], nuance: where };
}

/** Who wins somewhere, if the other one wins nowhere. Of ties along a sweep, the side to which some of them lean far. */
function directionOf({ points, all }: Told): Order {
  const clear = points.find(({ order }) => order !== "tie");
  if (clear || points.length === 1) return clear?.order ?? "tie";
  const [lean, ...more] = new Set(all.map(farLeanOf).filter((order) => order !== "tie"));
  return lean === undefined || more.length > 0 ? "tie" : lean;
}

/** "epoll costs 1.2× to 1.7× as much as poll", for eight in ten samples. */
function marginOf(
  points: readonly Comparison[],
  [winner, loser]: Names,
  { takes, asMuch }: Verbs,
): string {
  const ratios = points.flatMap(({ ratio: { low, high }, order }) =>
    (order === "ahead" ? [1 / high, 1 / low] : [low, high]).map(twoDigits),
  );
  const range = fromTo(ratios, formatRound);
  return `${loser} ${takes} ${range} ${asMuch} as ${winner}.`;
}

/** The range of the ratios of a tie. */
function tieRange(points: readonly Comparison[], [one, other]: Names): string {
  const [low, high] = [
    Math.min(...points.map(({ ratio }) => ratio.low)),
    Math.max(...points.map(({ ratio }) => ratio.high)),
  ].map((ratio) => twoDigits(ratio).toString());
  return `Eight in ten samples put ${one} between ${low!}× and ${high!}× ${other}.`;
}

/** Where the one beats the other one. Elsewhere it may be the dearer one. */
function whereItWins(
  result: ScenarioResult,
  points: readonly Comparison[],
  [winner, loser]: Names,
): Draft {
  return {
    candidates: [
      `${winner} beats ${loser} ${whereOrder(result, points, false)}`,
      `neither ${winner} nor ${loser} wins everywhere`,
    ],
    nuance: wherePart(result, points, [winner, loser]),
  };
}

function wherePart(
  result: ScenarioResult,
  points: readonly Comparison[],
  [winner, loser]: Names,
): string {
  const ties = points.filter(({ order }) => order === "tie");
  const tie = areClose(ties) ? "tie" : NOT_TOLD;
  if (2 * ties.length < points.length)
    return `They ${tie} ${whereOrder(result, points, true)}; elsewhere, ${winner} beats ${loser}.`;
  return `${winner} beats ${loser} ${whereOrder(result, points, false)}; elsewhere, they ${tie}.`;
}

/** "at 10 and 100 pipes": where they tie, or where they do not. */
function whereOrder(result: ScenarioResult, points: readonly Comparison[], isTie: boolean): string {
  const chosen = points.filter(({ order }) => (order === "tie") === isTie);
  return atValues(
    result,
    chosen.map(({ value }) => value),
  );
}

function mixed(result: ScenarioResult, points: readonly Comparison[], [one, other]: Names): Draft {
  const at = (order: string): string =>
    atValues(
      result,
      points.filter((point) => point.order === order).map(({ value }) => value),
    );
  return {
    candidates: [`neither ${one} nor ${other} wins everywhere`],
    nuance: `${one} wins ${at("ahead")}, ${other} ${at("behind")}.`,
  };
}
