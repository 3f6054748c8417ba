import { LEAST_SAMPLES } from "../results/compare.ts";
import type { Goal } from "../scenario/scenario.ts";
import {
  type GoalReached,
  type Results,
  type ScenarioResult,
  cellOf,
  goalsOf,
  starvedGoalsOf,
} from "../results/results.ts";
import { formatRatio, formatValue } from "../wording/format.ts";

/** A goal as a row of a table. */
export interface GoalRow {
  readonly scenario: string;
  readonly value: string;
  readonly what: string;
  readonly metric: string;
  readonly goal: string;
  /** Nothing where it was not measured, too seldom, or starved. */
  readonly ratio: string;
  readonly spread: string;
  readonly verdict: string;
  readonly reached: boolean | undefined;
}

/** All goals that were asked for; none of a quick run, which says nothing about them. */
export function goalRows(results: Results): GoalRow[] {
  if (results.options.quick) return [];
  return results.scenarios.flatMap((result) => {
    const starved = starvedGoalsOf(result);
    return [
      ...goalsOf(result).map((goal) =>
        isTooFew(goal)
          ? open(result, goal, "too few samples")
          : { ...about(result, goal), ...outcome(goal) },
      ),
      ...starved.map((goal) => open(result, goal, "open: starved")),
      ...unmeasured(result)
        .filter((goal) => !starved.includes(goal))
        .map((goal) => open(result, goal, "not measured")),
    ];
  });
}

function about(result: ScenarioResult, { contender, versus, value, metric, atLeast }: Goal) {
  const titleOf = (name: string): string =>
    result.contenders.find((own) => own.name === name)?.title ?? name;
  return {
    scenario: result.name,
    value: formatValue(value),
    what: `${titleOf(contender)} beside ${titleOf(versus)}`,
    metric: result.metrics.find(({ name }) => name === metric)?.title ?? metric,
    goal: `≥ ${formatRatio(atLeast)}`,
  };
}

/** Of so few samples nothing is judged. */
export function isTooFew({ ratio }: GoalReached): boolean {
  return ratio.count < LEAST_SAMPLES;
}

export function verdictOf({ ratio, reached, atLeast }: GoalReached): string {
  if (reached) return "reached";
  return ratio.high >= atLeast ? "missed by less than the spread" : "missed";
}

function outcome(goal: GoalReached) {
  const { median, low, high } = goal.ratio;
  return {
    ratio: formatRatio(median),
    spread: `${formatRatio(low)} – ${formatRatio(high)}`,
    verdict: verdictOf(goal),
    reached: goal.reached,
  };
}

function open(result: ScenarioResult, goal: Goal, verdict: string): GoalRow {
  return { ...about(result, goal), ratio: "", spread: "", verdict, reached: undefined };
}

/** Those of which a cell was skipped or has failed. */
function unmeasured(result: ScenarioResult): Goal[] {
  return result.goals.filter(({ contender, versus, value }) => {
    const cells = [contender, versus].map((name) => cellOf(result, name, value));
    return cells.every((cell) => cell) && cells.some((cell) => cell!.samples.length === 0);
  });
}
