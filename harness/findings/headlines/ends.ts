import { MIN_SAMPLES } from "../../results/compare.ts";
import { commonRegime, inRegime } from "../../results/regimes.ts";
import { type ScenarioResult, soundCellOf, valuesOf } from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import { costRatios } from "../../statistics/cost_ratio.ts";
import type { Summary } from "../../statistics/summary.ts";
import { formatRound, ratioOver } from "../../wording/coarse.ts";
import { formatQuantity, formatValue } from "../../wording/format.ts";
import { nounOf, singularOf } from "../../wording/sweep.ts";
import { NOT_TOLD, type Verbs, verbsOf } from "../../wording/verbs.ts";
import { orderOf } from "../comparisons.ts";
import { type Line, at, linesOf } from "../lines.ts";
import type { Draft } from "./headline.ts";

/** Which end of the sweep costs more, where all contenders agree: "1 event per wait costs over 2× as much as 64". */
export function endsHeadline(result: ScenarioResult, metric: Metric): Draft | undefined {
  const { values } = result.sweep;
  const [first, last] = [values[0], values.at(-1)];
  if (typeof first !== "number" || typeof last !== "number" || first === last) return undefined;
  const lines = linesOf(result, metric);
  const falls = lines.map((line) => ratioOf(result, metric, line, first, last));
  const rises = lines.map((line) => ratioOf(result, metric, line, last, first));
  const nuance = `${lines.map((line) => quantities(line, metric, first, last)).join("; ")}.`;
  const draft = (dear: SweepValue, cheap: SweepValue, ratios: typeof falls): Draft | undefined => {
    const lows = ratios.flatMap((ratio) =>
      ratio && orderOf(ratio) === "behind" ? [ratio.low] : [],
    );
    if (lows.length === 0 || lows.length < ratios.length) return undefined;
    const noun = dear === 1 ? singularOf(result) : nounOf(result);
    const claim = isMoreText(verbsOf(metric), Math.min(...lows), dear === 1);
    return {
      candidates: [`${formatValue(dear)} ${noun} ${claim} ${formatValue(cheap)}`],
      nuance,
    };
  };
  const noun = first === 1 ? singularOf(result) : nounOf(result);
  const neither = `${formatValue(first)} ${noun} and ${formatValue(last)} ${NOT_TOLD}`;
  return (
    draft(first, last, falls) ?? draft(last, first, rises) ?? { candidates: [neither], nuance }
  );
}

function isMoreText(verbs: Verbs, low: number, isOne: boolean): string {
  const over = ratioOver(low);
  if (over === undefined) return `${isOne ? verbs.growOne : verbs.growMany} than`;
  return `${isOne ? verbs.takes : verbs.takeMany} over ${formatRound(over)} ${verbs.asMuch} as`;
}

/** What a contender costs at one value per what it costs at another one, in the same regime. */
function ratioOf(
  result: ScenarioResult,
  metric: Metric,
  { name }: Line,
  own: SweepValue,
  other: SweepValue,
): Summary | undefined {
  const [cell, base] = [own, other].map((value) => soundCellOf(result, name, value));
  const regime = cell && base && commonRegime(cell, base);
  if (regime === undefined) return undefined;
  const [costs, bases] = [cell!, base!].map((one) => valuesOf(inRegime(one, regime), metric.name));
  const ratio = costRatios(costs!, bases!, metric.better);
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
