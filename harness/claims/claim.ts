import { type ScenarioResult, cellOf, isStarved, summaryOf, titleOf } from "../results/results.ts";
import type { SweepValue } from "../scenario/scenario.ts";

/**
 * Whether a claim of one run is true in another one. `unknown`: the other run has not measured what it takes,
 * or its samples scatter too much to tell.
 */
export type Answer = "holds" | "differs" | "unknown";

/** A claim of one run, looked up in another run. */
export interface Checked {
  /** Whether it is true there. */
  readonly answer: Answer;
  /** The number of the other run, beside {@link Claim.number}; missing if there is none. */
  readonly number?: string;
  /** Why it is unknown. */
  readonly reason?: string;
}

/** A statement about the numbers of a scenario, which another run can confirm or contradict. */
export interface Claim {
  /** The same in each run that claims the same: "wait_one/cpu/crossing/poll/epoll". */
  readonly id: string;
  /** The claim in words. */
  readonly text: string;
  /** The number behind it: "2.2 watched pipes", "1.04×". */
  readonly number: string;
  /** The cells that another run must have to check it: each of these contenders at each of these values. */
  readonly needs: {
    /** Names of contenders. */
    readonly contenders: readonly string[];
    /** Values of the sweep. */
    readonly values: readonly SweepValue[];
  };
  /** Looks the claim up in another run of the same scenario. */
  holdsIn(other: ScenarioResult): Checked;
}

/** The answer when cells that a claim needs are missing in a run, with the reason. */
export function notMeasured(
  other: ScenarioResult,
  metric: string,
  { contenders, values }: Claim["needs"],
): Checked {
  for (const value of values) {
    for (const contender of contenders) {
      const cell = cellOf(other, contender, value);
      if (summaryOf(cell, metric) && !isStarved(cell)) continue;
      const where = `${titleOf(other, contender)} at ${String(value)}`;
      const failed = cell?.failed?.split("\n", 1)[0];
      const why = cell?.skipped ?? failed ?? (isStarved(cell) ? "starved" : "not measured");
      return { answer: "unknown", reason: `${where}: ${why}` };
    }
  }
  return { answer: "unknown", reason: "too few samples" };
}
