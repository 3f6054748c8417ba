import type { Metric, SweepValue } from "../scenario/scenario.ts";
import { costRatio } from "../statistics/cost_ratio.ts";
import type { Summary } from "../statistics/summary.ts";
import { commonRegime, inRegime } from "./regimes.ts";
import {
  type Results,
  type ScenarioResult,
  cellOf,
  isStarved,
  ratioBetween,
  summaryOf,
} from "./results.ts";

/**
 * How a cell has changed since an earlier run. `starved`: the machine had no time for it in one of the two
 * runs, so nothing can be said. `unlike`: the two runs have no {@link Sample.regime} in common.
 */
export type Verdict = "better" | "worse" | "within noise" | "starved" | "unlike";

/** One metric of one cell, in two runs. */
export interface Difference {
  /** The name of the scenario. */
  readonly scenario: string;
  /** The name of the contender. */
  readonly contender: string;
  /** The value of the sweep. */
  readonly value: SweepValue;
  /** The metric that is compared. */
  readonly metric: Metric;
  /** The earlier run. */
  readonly before: Summary;
  /** The later run. */
  readonly now: Summary;
  /**
   * The cost ratio `now` / `before`: 1.20 means that the cell now costs 1.20× as much. Beside a 0 it is
   * `Infinity` or 0.
   */
  readonly ratio: number;
  /** Whether the change is real. */
  readonly verdict: Verdict;
  /** The cell beside its baseline in each run; missing if one of the runs has no baseline for it. */
  readonly beside?: BesideDifference;
}

/**
 * The cost ratio of a cell to its baseline, in two runs. If the machine has become faster or slower, so has the
 * baseline: the ratio shows what else has changed.
 */
export interface BesideDifference {
  /** The name of the baseline. */
  readonly baseline: string;
  /** The cost ratio to the baseline in the earlier run. */
  readonly before: Summary;
  /** The cost ratio to the baseline in the later run. */
  readonly now: Summary;
  /** `now` / `before`: 1.20 means that the cell now costs 1.20× as much beside its baseline. */
  readonly ratio: number;
  /** Whether the change is real. */
  readonly verdict: Verdict;
}

/**
 * The fewest samples that tell a change. Where nothing has changed, the spreads of two and two samples do
 * not overlap 4 times in 10, those of five and five 1 time in 50, those of seven and seven 1 in 300.
 */
export const MIN_SAMPLES = 5;

/** The smallest change that counts. Memory layout alone makes two runs of one program differ by as much. */
export const MIN_CHANGE = 0.03;

/**
 * Compares two runs: each metric of each cell that both have measured. A change counts when both runs have
 * at least five samples, their spreads do not overlap, and their medians differ by 3 % or more. Everything
 * else is noise, except for starved cells, which are not judged. Only samples of the same regime are compared.
 *
 * {@link unmatched} lists the cells that only one run has; {@link doubtsOf} tells whether the two runs can
 * be compared at all.
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

/** The name of a cell. */
export interface CellName {
  /** The name of the scenario. */
  readonly scenario: string;
  /** The name of the contender. */
  readonly contender: string;
  /** The value of the sweep. */
  readonly value: SweepValue;
}

/** The cells that `run` has measured and `other` has not. */
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
      const regime = earlier && commonRegime(earlier, cell);
      const [then, later] =
        earlier && regime !== undefined
          ? [inRegime(earlier, regime), inRegime(cell, regime)]
          : [earlier, cell];
      const before = summaryOf(then, metric.name);
      const now = summaryOf(later, metric.name);
      const unit = old.metrics.find(({ name }) => name === metric.name)?.unit;
      if (!before || !now || unit !== metric.unit) return [];
      const ratio = costRatio(now.median, before.median, metric.better);
      const verdict = [earlier, cell].some(isStarved)
        ? "starved"
        : regime === undefined
          ? "unlike"
          : verdictOf(before, now, ratio);
      const beside = besideBaseline(old, result, metric, contender, value);
      return [
        {
          ...{ scenario: result.name, contender, value, metric, before, now, ratio, verdict },
          ...(beside && { beside }),
        },
      ];
    }),
  );
}

function besideBaseline(
  old: ScenarioResult,
  result: ScenarioResult,
  metric: Metric,
  contender: string,
  value: SweepValue,
): BesideDifference | undefined {
  const baseline = result.baseline[contender];
  if (baseline === undefined) return undefined;
  const [before, now] = [old, result].map((run) =>
    ratioBetween(run, metric, value, contender, baseline),
  );
  if (!before || !now) return undefined;
  const ratio = now.median / before.median;
  return { baseline, before, now, ratio, verdict: verdictOf(before, now, ratio) };
}

function verdictOf(before: Summary, now: Summary, ratio: number): Verdict {
  if (Math.min(before.count, now.count) < MIN_SAMPLES) return "within noise";
  const areApart = now.low > before.high || now.high < before.low;
  if (!areApart || Math.abs(ratio - 1) < MIN_CHANGE) return "within noise";
  return ratio < 1 ? "better" : "worse";
}
