import { LEAST_SAMPLES } from "../results/compare.ts";
import type { Metric } from "../scenario/scenario.ts";
import { type ScenarioResult, isStarved, summaryOf } from "../results/results.ts";
import { formatQuantity } from "../wording/format.ts";
import { besideBaseline } from "./beside_baseline.ts";
import { extremes } from "./extremes.ts";
import { growths } from "./growths.ts";
import { type Line, atValues, capitalized, linesOf } from "./lines.ts";
import { pairSentence } from "./pairs.ts";

/** What a chart shows, in sentences that are made from its numbers, and say no more than the spread allows. */
export function findingsOf(result: ScenarioResult, metric: Metric): string[] {
  const lines = linesOf(result, metric);
  if (lines.length === 0) return [tooLittle(result, metric)];
  const sentences = [
    ...extremes(result, metric, lines),
    growths(result, metric, lines),
    ...(result.pairs ?? []).map((pair) => pairSentence(result, metric, pair)),
    besideBaseline(result, metric, lines),
  ].filter((sentence) => sentence !== undefined);
  return (sentences.length > 0 ? sentences : alone(result, metric, lines)).map(capitalized);
}

function tooLittle(result: ScenarioResult, metric: Metric): string {
  const sound = result.cells.filter((cell) => !isStarved(cell));
  const counts = sound.map((cell) => summaryOf(cell, metric.name)?.count ?? 0);
  const most = Math.max(0, ...counts);
  if (most === 0) {
    const starved = sound.length < result.cells.length;
    return starved ? "The machine had no time for it: all were starved." : "Nothing was measured.";
  }
  return `${most === 1 ? "One sample" : `${String(most)} samples`} of each are too few to tell a difference from noise: ${String(LEAST_SAMPLES)} are needed.`;
}

/** Of contenders that have no value in common: what each was found to be. */
function alone(result: ScenarioResult, metric: Metric, lines: readonly Line[]): string[] {
  return lines.map(({ title, points }) => {
    const values = [points[0]!, ...(points.length > 1 ? [points.at(-1)!] : [])].map(
      ([x, { median }]) => `${formatQuantity(median, metric.unit)} ${atValues(result, [x])}`,
    );
    return `${title} has a ${metric.title} of ${values.join(", and of ")}.`;
  });
}
