import {
  goalsOf,
  hasTooFewSamples,
  starvedGoalsOf,
  unlikeGoalsOf,
  verdictOf,
} from "../../results/goals.ts";
import type { Results, ScenarioResult } from "../../results/results.ts";
import type { Goal } from "../../scenario/scenario.ts";
import { formatRatio } from "../../wording/format.ts";
import { costOf } from "../../wording/sweep.ts";

/** The goals whose cells were measured, one line each; none for a quick run, which is too short to judge. */
export function goalLines(results: Results): string[] {
  if (results.options.quick) return [];
  return results.scenarios.flatMap((result) => {
    const measured = goalsOf(result).map((goal) => {
      const atMost = `goal ≤ ${formatRatio(goal.atMost)}`;
      if (hasTooFewSamples(goal)) return `  ?    ${what(result, goal)} too few samples, ${atMost}`;
      const { median, low, high } = goal.ratio;
      const spread = `${formatRatio(low)} – ${formatRatio(high)}`;
      const verdict = goal.reached ? "" : `, ${verdictOf(goal)}`;
      const mark = goal.reached ? "yes" : "NO ";
      return `  ${mark}  ${what(result, goal)} ${formatRatio(median)} (${spread}), ${atMost}${verdict}`;
    });
    const starved = starvedGoalsOf(result).map(
      (goal) => `  ?    ${what(result, goal)} starved, goal ≤ ${formatRatio(goal.atMost)}`,
    );
    const unlike = unlikeGoalsOf(result).map(
      (goal) =>
        `  ?    ${what(result, goal)} no regime in common, goal ≤ ${formatRatio(goal.atMost)}`,
    );
    return [...measured, ...starved, ...unlike];
  });
}

function what(result: ScenarioResult, { contender, versus, value, metric }: Goal): string {
  const found = result.metrics.find(({ name }) => name === metric);
  const cost = found ? costOf(found) : metric;
  return `${result.name} at ${String(value)}: ${contender} / ${versus}, ${cost}`.padEnd(70);
}
