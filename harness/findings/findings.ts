import { MIN_SAMPLES } from "../results/compare.ts";
import { type ScenarioResult, isStarved, summaryOf } from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { capitalized, formatQuantity } from "../wording/format.ts";
import { atValues } from "../wording/sweep.ts";
import { besideBaseline } from "./beside_baseline.ts";
import { extremes } from "./extremes.ts";
import type { Finding } from "./finding.ts";
import { growths } from "./growths.ts";
import { type Line, linesOf } from "./lines.ts";
import { pairFinding } from "./pairs.ts";

/**
 * What one metric of a scenario shows, as sentences made from its numbers. A difference that some pair of
 * samples contradicts is called a tie.
 *
 * @returns at least one finding, the most important one first
 */
export function findingsOf(result: ScenarioResult, metric: Metric): Finding[] {
  const lines = linesOf(result, metric);
  if (lines.length === 0) return [{ sentence: whyNone(result, metric), numbers: [] }];
  const findings = [
    ...extremes(result, metric, lines),
    growths(result, metric, lines),
    ...(result.pairs ?? []).map((pair) => pairFinding(result, metric, pair)),
    besideBaseline(result, metric, lines),
  ].filter((finding) => finding !== undefined);
  return (findings.length > 0 ? findings : alone(result, metric, lines)).map(
    ({ sentence, numbers }) => ({ sentence: capitalized(sentence), numbers }),
  );
}

function whyNone(result: ScenarioResult, metric: Metric): string {
  const sound = result.cells.filter((cell) => !isStarved(cell));
  const counts = sound.map((cell) => summaryOf(cell, metric.name)?.count ?? 0);
  const max = Math.max(0, ...counts);
  if (max === 0) {
    const hasStarved = sound.length < result.cells.length;
    return hasStarved ? "All cells are starved: nothing can be said." : "Nothing was measured.";
  }
  const samples = max === 1 ? "One sample per cell is" : `${String(max)} samples per cell are`;
  return `${samples} too few to tell a difference from noise: it takes ${String(MIN_SAMPLES)}.`;
}

/** Contenders that have no value in common cannot be compared: each has a sentence of its own. */
function alone(result: ScenarioResult, metric: Metric, lines: readonly Line[]): Finding[] {
  return lines.map(({ title, points }) => {
    const ends = [points[0]!, ...(points.length > 1 ? [points.at(-1)!] : [])];
    const told = ends.map(
      ([x, { median }]) => `${formatQuantity(median, metric.unit)} ${atValues(result, [x])}`,
    );
    return { sentence: `${title} has a ${metric.title} of ${told.join(" and ")}.`, numbers: [] };
  });
}
