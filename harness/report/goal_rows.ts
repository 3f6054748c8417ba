import {
  type MeasuredGoal,
  goalsOf,
  hasTooFewSamples,
  starvedGoalsOf,
  unlikeGoalsOf,
  unmeasuredGoalsOf,
  verdictOf,
} from "../results/goals.ts";
import { type Results, type ScenarioResult, titleOf } from "../results/results.ts";
import type { Goal } from "../scenario/scenario.ts";
import { formatRatio, formatValue } from "../wording/format.ts";
import { costOf } from "../wording/sweep.ts";

/** What the tables of goals say above. */
export const GOALS_EXPLAINED =
  "A ratio is the cost of the first contender per cost of the second: 1.04× is 4 % more, and lower is better.";

/** A goal as a row of a table. */
export interface GoalRow {
  readonly scenario: string;
  readonly value: string;
  /** The two contenders: "pollux epoll / C epoll". */
  readonly what: string;
  /** What is compared: "processor time per message". */
  readonly cost: string;
  readonly goal: string;
  /** Empty if the goal cannot be judged. */
  readonly ratio: string;
  readonly spread: string;
  readonly verdict: string;
  /** `undefined` if the goal cannot be judged. */
  readonly reached: boolean | undefined;
}

/** All goals of a run; none of a quick run, which is too short to judge. */
export function goalRows(results: Results): GoalRow[] {
  if (results.options.quick) return [];
  return results.scenarios.flatMap((result) => {
    const starved = starvedGoalsOf(result);
    return [
      ...goalsOf(result).map((goal) =>
        hasTooFewSamples(goal)
          ? openRow(result, goal, "too few samples")
          : { ...about(result, goal), ...outcome(goal) },
      ),
      ...starved.map((goal) => openRow(result, goal, "open: starved")),
      ...unlikeGoalsOf(result).map((goal) => openRow(result, goal, "open: no regime in common")),
      ...unmeasuredGoalsOf(result).map((goal) => openRow(result, goal, "not measured")),
    ];
  });
}

function about(result: ScenarioResult, { contender, versus, value, metric, atMost }: Goal) {
  const found = result.metrics.find(({ name }) => name === metric);
  return {
    scenario: result.name,
    value: formatValue(value),
    what: `${titleOf(result, contender)} / ${titleOf(result, versus)}`,
    cost: found ? costOf(found) : metric,
    goal: `≤ ${formatRatio(atMost)}`,
  };
}

function outcome(goal: MeasuredGoal) {
  const { median, low, high } = goal.ratio;
  return {
    ratio: formatRatio(median),
    spread: `${formatRatio(low)} – ${formatRatio(high)}`,
    verdict: verdictOf(goal),
    reached: goal.reached,
  };
}

function openRow(result: ScenarioResult, goal: Goal, verdict: string): GoalRow {
  return { ...about(result, goal), ratio: "", spread: "", verdict, reached: undefined };
}
