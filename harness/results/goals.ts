import type { Goal } from "../scenario/scenario.ts";
import type { Summary } from "../statistics/summary.ts";
import { MIN_SAMPLES } from "./compare.ts";
import {
  type Cell,
  type ScenarioResult,
  cellOf,
  isStarved,
  likeCells,
  ratioBetween,
} from "./results.ts";

/** A goal whose two cells were measured. */
export interface MeasuredGoal extends Goal {
  /** The cost ratio of the two contenders; lower is better. */
  readonly ratio: Summary;
  /** Whether the median of the ratio is at most {@link Goal.atMost}. */
  readonly reached: boolean;
}

/** The goals of a scenario whose two cells were measured, are not starved, and have a regime in common. */
export function goalsOf(result: ScenarioResult): MeasuredGoal[] {
  return result.goals.flatMap((goal) => {
    const metric = result.metrics.find(({ name }) => name === goal.metric);
    const ratio = metric && ratioBetween(result, metric, goal.value, goal.contender, goal.versus);
    return ratio ? [{ ...goal, ratio, reached: ratio.median <= goal.atMost }] : [];
  });
}

/** The goals that cannot be judged because one of their cells is starved. */
export function starvedGoalsOf(result: ScenarioResult): Goal[] {
  return result.goals.filter((goal) => {
    const cells = cellsOf(result, goal);
    return cells.every((cell) => cell && cell.samples.length > 0) && cells.some(isStarved);
  });
}

/** The goals that cannot be judged because their two cells have no {@link Sample.regime} in common. */
export function unlikeGoalsOf(result: ScenarioResult): Goal[] {
  return result.goals.filter(
    ({ contender, versus, value }) => likeCells(result, value, contender, versus) === "unlike",
  );
}

/** The goals of which a cell was skipped or has failed. */
export function unmeasuredGoalsOf(result: ScenarioResult): Goal[] {
  return result.goals.filter((goal) => {
    const cells = cellsOf(result, goal);
    return cells.every((cell) => cell) && cells.some((cell) => cell?.samples.length === 0);
  });
}

function cellsOf(result: ScenarioResult, { contender, versus, value }: Goal): (Cell | undefined)[] {
  return [contender, versus].map((name) => cellOf(result, name, value));
}

/** Whether there are too few samples to judge a goal. */
export function hasTooFewSamples({ ratio }: MeasuredGoal): boolean {
  return ratio.count < MIN_SAMPLES;
}

/** The verdict on a goal, in words. */
export function verdictOf({ ratio, reached, atMost }: MeasuredGoal): string {
  if (reached) return "reached";
  return ratio.low <= atMost ? "missed, within the spread" : "missed";
}
