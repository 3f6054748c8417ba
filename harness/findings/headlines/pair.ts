import { type ScenarioResult } from "../../results/results.ts";
import type { Metric, Pair } from "../../scenario/scenario.ts";
import { about, formatRound, ratioOver, twoDigits } from "../../wording/coarse.ts";
import { formatValue } from "../../wording/format.ts";
import { atValues, nounOf, remarkOf } from "../../wording/sweep.ts";
import { NOT_TOLD, type Verbs, verbsOf } from "../../wording/verbs.ts";
import { type Comparison, areClose, comparisonsOf, fromTo } from "../comparisons.ts";
import type { Draft, Focus } from "./headline.ts";
import { contenderIn, familyOf, shortOf } from "./names.ts";

// Who ties in no more of the cells, and is never the dearer one, is told to win.
const MAX_TIES = 1 / 3;

// Measured values that are farther apart do not say where the order changes between them.
const MAX_GAP = 3.5;

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
  const [first] = measured;
  if (!first) return undefined;
  const tell = (one: (typeof measured)[number], names: readonly [string, string]): Draft =>
    draftOf(result, metric, one.points, names);
  const short = shortNames(result, first.pair);
  const alike = measured.filter(({ pair }) => haveSameNames(shortNames(result, pair), short));
  // "poll beats epoll" speaks for all families, so it must hold for each that was measured.
  const drafts = alike.map((one) => tell(one, short));
  const holds = drafts.every(
    ({ candidates }) => candidates.at(-1) === drafts[0]!.candidates.at(-1),
  );
  const full = tell(first, fullNames(result, first.pair));
  // The numbers are those of the first family.
  return alike.length > 1 && holds ? { ...drafts[0]!, nuance: full.nuance } : full;
}

function fullNames(result: ScenarioResult, { contender, versus }: Pair): [string, string] {
  return [contenderIn(result, contender).title, contenderIn(result, versus).title];
}

/** The names without what both have: "poll" and "epoll" for "C poll (2 threads)" and "C epoll (2 threads)". */
function shortNames(result: ScenarioResult, pair: Pair): [string, string] {
  const [one, other] = [contenderIn(result, pair.contender), contenderIn(result, pair.versus)];
  const isWord = (text: string): boolean => /^[^ ]+( \(.*\))?$/.test(text);
  const words = [one, other].map(shortOf).every(isWord);
  if (!words || familyOf(one) !== familyOf(other)) return fullNames(result, pair);
  const remark = (text: string): string => / \(.*\)$/.exec(text)?.[0] ?? "";
  const [a, b] = [shortOf(one), shortOf(other)];
  if (remark(a) !== remark(b) || remark(a) === "") return [a, b];
  return [a.slice(0, -remark(a).length), b.slice(0, -remark(b).length)];
}

function haveSameNames(a: readonly [string, string], b: readonly [string, string]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

type Names = readonly [one: string, other: string];

/** What the comparisons say. The shortest candidate has the claim alone, without a ratio. */
function draftOf(
  result: ScenarioResult,
  metric: Metric,
  points: readonly Comparison[],
  [one, other]: Names,
): Draft {
  const verbs = verbsOf(metric);
  const orders = new Set(points.map(({ order }) => order));
  const [only] = points;
  const place = only && points.length === 1 ? ` ${atValues(result, [only.value])}` : "";
  const isNumeric = result.sweep.values.every((value) => typeof value === "number");
  const remark = isNumeric ? remarkOf(result) : undefined;
  const opening = remark === undefined ? "" : `with ${remark}, `;
  if (orders.size === 1 && orders.has("tie")) {
    const same = `${opening}${one} and ${other} ${NOT_TOLD}`;
    return { candidates: [`${same}${place}`, same], nuance: tieRange(points, one, other) };
  }
  const [winner, loser] = orders.has("ahead") ? [one, other] : [other, one];
  const beats = { candidates: [`${opening}${winner} beats ${loser}${place}`] };
  if (orders.size === 1) return { ...beats, nuance: marginOf(points, winner, loser, verbs) };
  if (!orders.has("behind") || !orders.has("ahead")) {
    const ties = points.filter(({ order }) => order === "tie");
    const leans = ({ ratio }: Comparison): boolean => ratio.median < 1 === (winner === one);
    // The nuance says where they tie, which differs from run to run.
    if (ties.length <= MAX_TIES * points.length && ties.every(leans))
      return { ...beats, nuance: wherePart(result, points, winner, loser) };
    if (!ties.every(leans) && !areClose(ties)) return whereItWins(result, points, winner, loser);
    const never = `${opening}${winner} ${verbs.neverExceeds} ${loser}`;
    return {
      candidates: [never],
      nuance: wherePart(result, points, winner, loser),
    };
  }
  return crossing(result, metric, points, [one, other]) ?? mixed(result, points, [one, other]);
}

/** "epoll costs 1.2× to 1.7× as much as poll." */
function marginOf(
  points: readonly Comparison[],
  winner: string,
  loser: string,
  { takes, asMuch }: Verbs,
): string {
  const ratios = points.map(({ ratio, order }) =>
    twoDigits(order === "ahead" ? 1 / ratio.median : ratio.median),
  );
  const range = fromTo(ratios, formatRound);
  return `${loser} ${takes} ${range} ${asMuch} as ${winner}.`;
}

/** The range of the ratios of a tie. */
function tieRange(points: readonly Comparison[], one: string, other: string): string {
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
  winner: string,
  loser: string,
): Draft {
  return {
    candidates: [
      `${winner} beats ${loser} ${whereOrder(result, points, false)}`,
      `${winner} mostly beats ${loser}`,
    ],
    nuance: `They ${NOT_TOLD} ${whereOrder(result, points, true)}.`,
  };
}

function wherePart(
  result: ScenarioResult,
  points: readonly Comparison[],
  winner: string,
  loser: string,
): string {
  const ties = points.filter(({ order }) => order === "tie").length;
  if (2 * ties < points.length)
    return `They tie ${whereOrder(result, points, true)}; elsewhere, ${winner} beats ${loser}.`;
  return `${winner} beats ${loser} ${whereOrder(result, points, false)}; elsewhere, they tie.`;
}

/** "at 10 and 100 pipes": where they tie, or where they do not. */
function whereOrder(result: ScenarioResult, points: readonly Comparison[], isTie: boolean): string {
  const chosen = points.filter(({ order }) => (order === "tie") === isTie);
  return atValues(
    result,
    chosen.map(({ value }) => value),
  );
}

/** The order changes once: between which values, and how much it matters at the end. */
function crossing(
  result: ScenarioResult,
  metric: Metric,
  points: readonly Comparison[],
  [one, other]: Names,
): Draft | undefined {
  const clear = points.filter(({ order }) => order !== "tie");
  const change = clear.findIndex(({ order }) => order !== clear[0]!.order);
  const [below, above] = [clear.slice(0, change), clear.slice(change)];
  const [last, first, end] = [below.at(-1), above[0], above.at(-1)];
  if (!last || !first || !end || above.some(({ order }) => order !== first.order)) return undefined;
  if (typeof last.value !== "number" || typeof first.value !== "number") return undefined;
  const [from, to] = [below.filter(isRound).at(-1) ?? last, above.find(isRound) ?? first];
  const [low, high] = last.order === "ahead" ? [one, other] : [other, one];
  const opening = `${low} beats ${high} ${upTo(points, from)} ${formatValue(from.value)} ${nounOf(result)}`;
  const on = above.length > 1 ? " on" : "";
  const start = `${on === "" ? "at" : "from"} ${formatValue(to.value)}${on}`;
  return {
    candidates: [
      `${opening}; ${start}, ${high} wins`,
      `${opening}; ${start}, it loses`,
      `${low} wins ${atValues(result, [from.value])}, ${high} ${start}`,
    ],
    nuance: crossingNuance(result, metric, [last, first, end], [low, high]),
  };
}

// Powers of ten: where two runs differ in which of the values between them are ties, they still name the same ones.
function isRound({ value }: Comparison): boolean {
  return typeof value === "number" && Number.isInteger(Math.log10(value));
}

function upTo(points: readonly Comparison[], from: Comparison): string {
  return points[0] === from ? "at" : "up to";
}

/** "They change places near 20 pipes; at 10,000, poll costs over 200× as much as epoll." */
function crossingNuance(
  result: ScenarioResult,
  metric: Metric,
  [last, first, end]: readonly [Comparison, Comparison, Comparison],
  [low, high]: Names,
): string | undefined {
  const [from, to] = [Number(last.value), Number(first.value)];
  const noun = nounOf(result);
  const isNear = from > 0 && to / from <= MAX_GAP;
  const near = about(Math.sqrt(from * to)).toLocaleString("en-US");
  const places = isNear ? [`They change places near ${near} ${noun}`] : [];
  const over = ratioOver(end.order === "behind" ? end.ratio.low : 1 / end.ratio.high);
  const { takes, asMuch } = verbsOf(metric);
  const where = isNear ? `at ${formatValue(end.value)}` : atValues(result, [end.value]);
  const much =
    over === undefined
      ? []
      : [`${where}, ${low} ${takes} over ${formatRound(over)} ${asMuch} as ${high}`];
  const told = [...places, ...much];
  return told.length === 0 ? undefined : `${told.join("; ")}.`;
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
