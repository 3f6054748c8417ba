import type { ScenarioResult } from "../../results/results.ts";
import type { Metric } from "../../scenario/scenario.ts";
import { about, formatRound, ratioOver } from "../../wording/coarse.ts";
import { formatValue, listOf } from "../../wording/format.ts";
import { atValues, nounOf } from "../../wording/sweep.ts";
import { verbsOf } from "../../wording/verbs.ts";
import type { Comparison } from "../comparisons.ts";
import type { Draft } from "./headline.ts";

type Names = readonly [one: string, other: string];

// Measured values that are farther apart do not say where the order changes between them.
const MAX_GAP = 3.5;

/**
 * The order changes once: between which values, and how much it matters at the end.
 *
 * @param names - of the two, in short
 * @param titles - of those that the ratios are about
 */
export function crossingDraft(
  result: ScenarioResult,
  metric: Metric,
  points: readonly Comparison[],
  names: Names,
  titles: Names,
): Draft | undefined {
  const clear = points.filter(({ order }) => order !== "tie");
  const change = clear.findIndex(({ order }) => order !== clear[0]!.order);
  const [below, above] = [clear.slice(0, change), clear.slice(change)];
  const [last, first, end] = [below.at(-1), above[0], above.at(-1)];
  if (!last || !first || !end || above.some(({ order }) => order !== first.order)) return undefined;
  if (typeof last.value !== "number" || typeof first.value !== "number") return undefined;
  const [from, to] = [below.filter(isRound).at(-1) ?? last, above.find(isRound) ?? first];
  const inOrder = ([one, other]: Names): Names =>
    last.order === "ahead" ? [one, other] : [other, one];
  const [low, high] = inOrder(names);
  const opening = `${low} beats ${high} ${upTo(points, from)} ${nounOf(result)}`;
  const start = onFrom(points, to);
  const from1 = atValues(result, [from.value]);
  return {
    candidates: [
      `${opening}; ${start}, ${high} wins`,
      `${opening}; ${start}, it loses`,
      `${low} wins ${from1}, ${high} ${start}`,
      `${low} wins ${from1}, ${high} at ${formatValue(end.value)}`,
    ],
    nuance: crossingNuance(result, metric, [last, first, end], inOrder(titles)),
  };
}

// Powers of ten: where two runs differ in which of the values between them are ties, they still name the same ones.
function isRound({ value }: Comparison): boolean {
  return typeof value === "number" && Number.isInteger(Math.log10(value));
}

/** "up to 100", or each value if one of them is a tie. */
function upTo(points: readonly Comparison[], from: Comparison): string {
  const all = points.slice(0, points.indexOf(from) + 1);
  if (all.length === 1 || all.some(isTie)) return atEach(all);
  return `up to ${formatValue(from.value)}`;
}

/** "from 100 on", or each value if one of them is a tie. */
function onFrom(points: readonly Comparison[], to: Comparison): string {
  const all = points.slice(points.indexOf(to));
  if (all.length === 1 || all.some(isTie)) return atEach(all);
  return `from ${formatValue(to.value)} on`;
}

function isTie({ order }: Comparison): boolean {
  return order === "tie";
}

function atEach(points: readonly Comparison[]): string {
  const told = points.filter((point) => !isTie(point));
  return `at ${listOf(told.map(({ value }) => formatValue(value)))}`;
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
