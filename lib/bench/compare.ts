import type { Metric, SweepValue } from "./contract.ts";
import { type Results, type ScenarioResult, cellOf, summaryOf } from "./results.ts";
import type { Summary } from "./statistics.ts";

export type Verdict = "better" | "worse" | "within noise";

/** One metric of one cell, in two runs. */
export interface Difference {
  readonly scenario: string;
  readonly contender: string;
  readonly value: SweepValue;
  readonly metric: Metric;
  readonly before: Summary;
  readonly now: Summary;
  /** How many times as good it is now, above 1 when it is better. */
  readonly ratio: number;
  readonly verdict: Verdict;
}

// Fewer samples lie apart by chance: one in three pairs with two of them, one in two hundred with seven.
export const LEAST_SAMPLES = 5;
// Two runs differ by so much even where nothing has changed: memory lies elsewhere.
export const LEAST_CHANGE = 0.03;

/**
 * What has changed between two runs, for each cell that both have measured. A change counts when
 * both have at least five samples, the two spreads do not touch each other and the medians are 3 % apart;
 * all else is noise.
 */
export function compare(
  before: Results | ScenarioResult,
  now: Results | ScenarioResult,
): Difference[] {
  const earlier = scenariosOf(before);
  return scenariosOf(now).flatMap((result) => {
    const old = earlier.find(({ name }) => name === result.name);
    return old ? differences(old, result) : [];
  });
}

function scenariosOf(run: Results | ScenarioResult): readonly ScenarioResult[] {
  return "scenarios" in run ? run.scenarios : [run];
}

function differences(old: ScenarioResult, result: ScenarioResult): Difference[] {
  return result.cells.flatMap((cell) =>
    result.metrics.flatMap((metric) => {
      const { contender, value } = cell;
      const before = summaryOf(cellOf(old, contender, value), metric.name);
      const now = summaryOf(cell, metric.name);
      if (!before || !now) return [];
      const ratio =
        metric.better === "lower" ? before.median / now.median : now.median / before.median;
      const verdict = verdictOf(before, now, ratio);
      return [{ scenario: result.name, contender, value, metric, before, now, ratio, verdict }];
    }),
  );
}

function verdictOf(before: Summary, now: Summary, ratio: number): Verdict {
  if (Math.min(before.count, now.count) < LEAST_SAMPLES) return "within noise";
  const apart = now.low > before.high || now.high < before.low;
  if (!apart || Math.abs(ratio - 1) < LEAST_CHANGE) return "within noise";
  return ratio > 1 ? "better" : "worse";
}
