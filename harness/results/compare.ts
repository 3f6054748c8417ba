import type { Metric, SweepValue } from "../scenario/scenario.ts";
import { type Results, type ScenarioResult, cellOf, isStarved, summaryOf } from "./results.ts";
import type { Summary } from "../statistics/summary.ts";

/** `starved`: the machine had no time for the cell in one of the runs, so nothing can be said. */
export type Verdict = "better" | "worse" | "within noise" | "starved";

/** One metric of one cell, in two runs. */
export interface Difference {
  /** The name of the scenario. */
  readonly scenario: string;
  /** The contender. */
  readonly contender: string;
  /** The value of the sweep. */
  readonly value: SweepValue;
  /** What was measured. */
  readonly metric: Metric;
  /** In the earlier run. */
  readonly before: Summary;
  /** In the later run. */
  readonly now: Summary;
  /** How many times as good it is now, above 1 when it is better; `Infinity` or 0 beside a 0. */
  readonly ratio: number;
  /** Whether that counts. */
  readonly verdict: Verdict;
}

// Fewer samples lie apart by chance: where nothing has changed, the spreads of two and two do so 4 times
// in 10, of five and five 1 in 50, of seven and seven 1 in 300.
export const LEAST_SAMPLES = 5;
// Two runs differ by so much even where nothing has changed: memory lies elsewhere.
export const LEAST_CHANGE = 0.03;

/**
 * What has changed between two runs, for each cell that both have measured. A change counts when
 * both have at least five samples, the two spreads do not touch each other and the medians are 3 % apart;
 * all else is noise, but for starved cells, of which nothing is said. See {@link unmatched} for the cells
 * that only one run has, and {@link doubtsOf} for whether the two can be compared at all.
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

/** A cell, for a list of them. */
export interface CellName {
  /** The name of the scenario. */
  readonly scenario: string;
  /** The contender. */
  readonly contender: string;
  /** The value of the sweep. */
  readonly value: SweepValue;
}

/** What of `run` the other one has not measured. */
export function unmatched(
  run: Results | ScenarioResult,
  other: Results | ScenarioResult,
): CellName[] {
  const others = scenariosOf(other);
  return scenariosOf(run).flatMap((result) => {
    const counterpart = others.find(({ name }) => name === result.name);
    return result.cells
      .filter((cell) => cell.samples.length > 0)
      .filter(({ contender, value }) => {
        const cell = counterpart && cellOf(counterpart, contender, value);
        return (cell?.samples.length ?? 0) === 0;
      })
      .map(({ contender, value }) => ({ scenario: result.name, contender, value }));
  });
}

function differences(old: ScenarioResult, result: ScenarioResult): Difference[] {
  return result.cells.flatMap((cell) =>
    result.metrics.flatMap((metric) => {
      const { contender, value } = cell;
      const earlier = cellOf(old, contender, value);
      const before = summaryOf(earlier, metric.name);
      const now = summaryOf(cell, metric.name);
      const unit = old.metrics.find(({ name }) => name === metric.name)?.unit;
      if (!before || !now || unit !== metric.unit) return [];
      const ratio = ratioOf(before.median, now.median, metric);
      const verdict = [earlier, cell].some(isStarved) ? "starved" : verdictOf(before, now, ratio);
      return [{ scenario: result.name, contender, value, metric, before, now, ratio, verdict }];
    }),
  );
}

function ratioOf(before: number, now: number, { better }: Metric): number {
  if (before === now) return 1; // 0 is equal to 0
  return better === "lower" ? before / now : now / before;
}

function verdictOf(before: Summary, now: Summary, ratio: number): Verdict {
  if (Math.min(before.count, now.count) < LEAST_SAMPLES) return "within noise";
  const apart = now.low > before.high || now.high < before.low;
  if (!apart || Math.abs(ratio - 1) < LEAST_CHANGE) return "within noise";
  return ratio > 1 ? "better" : "worse";
}
