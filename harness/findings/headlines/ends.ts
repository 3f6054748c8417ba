import { MIN_SAMPLES } from "../../results/compare.ts";
import { type ScenarioResult, likeCosts } from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import { costRatios } from "../../statistics/cost_ratio.ts";
import type { Summary } from "../../statistics/summary.ts";
import { formatRound, ratioOver } from "../../wording/coarse.ts";
import { formatQuantity, formatValue } from "../../wording/format.ts";
import { nounOf, singularOf } from "../../wording/sweep.ts";
import { NOT_TOLD, verbsOf } from "../../wording/verbs.ts";
import { areClose, orderOf } from "../comparisons.ts";
import { type Line, at, linesOf } from "../lines.ts";
import type { Draft } from "./headline.ts";

// The smallest ratio that headlines name. What stays below it is told as "under 2×", whether the samples can tell which
// end is dearer or not: that differs from run to run.
const LEAST = 2;

/** How much more the dearer end of the sweep costs: "1 event per wait costs over 2× as much as 64". */
export function endsHeadline(result: ScenarioResult, metric: Metric): Draft | undefined {
  const { values } = result.sweep;
  const [first, last] = [values[0], values.at(-1)];
  if (typeof first !== "number" || typeof last !== "number" || first === last) return undefined;
  const lines = linesOf(result, metric);
  const ratios = lines.map((line) => ratioOf(result, metric, line, first, last));
  const known = ratios.filter((ratio) => ratio !== undefined);
  const told = known.length < lines.length ? undefined : endsText(result, metric, known);
  return {
    candidates: [told ?? `${countOf(result, first)} and ${formatValue(last)} ${NOT_TOLD}`],
    nuance: `${lines.map((line) => quantities(line, metric, first, last)).join("; ")}.`,
  };
}

/** @param ratios - of the first end to the last one, one for each contender */
function endsText(
  result: ScenarioResult,
  metric: Metric,
  ratios: readonly Summary[],
): string | undefined {
  const { values } = result.sweep;
  const [first, last] = [Number(values[0]), Number(values.at(-1))];
  const verbs = verbsOf(metric);
  const orders = new Set(ratios.map(orderOf));
  if (orders.has("ahead") && orders.has("behind")) return undefined;
  if (orders.size === 1 && orders.has("tie") && areClose(ratios.map((ratio) => ({ ratio }))))
    return `${countOf(result, first)} and ${formatValue(last)} ${verbs.areSame}`;
  // Of ties, on which side most of them are.
  const mean = ratios.reduce((sum, { median }) => sum + Math.log(median), 0);
  const isFirst = orders.has("behind") || (!orders.has("ahead") && mean >= 0);
  const [dear, cheap] = isFirst ? [first, last] : [last, first];
  const [least, most] = isFirst
    ? [Math.min(...ratios.map(({ low }) => low)), Math.max(...ratios.map(({ high }) => high))]
    : [
        1 / Math.max(...ratios.map(({ high }) => high)),
        1 / Math.min(...ratios.map(({ low }) => low)),
      ];
  const [takes, grows] =
    dear === 1 ? [verbs.takes, verbs.growOne] : [verbs.takeMany, verbs.growMany];
  const size = (text: string): string =>
    `${countOf(result, dear)} ${takes} ${text} ${verbs.asMuch} as ${formatValue(cheap)}`;
  if (most < LEAST) return size(`under ${formatRound(LEAST)}`);
  if (orders.has("tie")) return undefined;
  const over = ratioOver(least);
  return over === undefined
    ? `${countOf(result, dear)} ${grows} than ${formatValue(cheap)}`
    : size(`over ${formatRound(over)}`);
}

/** "1 event per wait", "64 events per wait". */
function countOf(result: ScenarioResult, value: number): string {
  return `${formatValue(value)} ${value === 1 ? singularOf(result) : nounOf(result)}`;
}

/** What a contender costs at one value per what it costs at another one, in the same regime. */
function ratioOf(
  result: ScenarioResult,
  metric: Metric,
  { name }: Line,
  own: SweepValue,
  other: SweepValue,
): Summary | undefined {
  const costs = likeCosts(result, metric, name, [own, other]);
  const ratio = costs && costRatios(costs[0]!, costs[1]!, metric.better);
  return ratio && ratio.count >= MIN_SAMPLES ? ratio : undefined;
}

/** "C epoll: 6.2 µs at 1, 5.1 µs at 1,024". */
function quantities(line: Line, { unit }: Metric, ...ends: readonly SweepValue[]): string {
  const told = ends.flatMap((value) => {
    const summary = at(line, value);
    if (!summary) return [];
    return [`${formatQuantity(summary.median, unit, 2)} at ${formatValue(value)}`];
  });
  return `${line.title}: ${told.join(", ")}`;
}
