import type { Goal, Metric, Pair, Sample, SweepValue } from "../scenario/scenario.ts";
import type { Machine } from "../machine/machine.ts";
import { type Summary, ratioOf, summarize } from "../statistics/summary.ts";

/** What was measured of one contender at one value, or why not. */
export interface Cell {
  /** The contender. */
  readonly contender: string;
  /** The value of the sweep. */
  readonly value: SweepValue;
  /** Why it was not measured. */
  readonly skipped?: string;
  /** What went wrong. */
  readonly failed?: string;
  /** How often the work was done for each sample. */
  readonly times: number;
  /** Samples that were taken again because the machine was busy with something else. */
  readonly starved: number;
  /** Samples that were kept although they were starved each time: see {@link isStarved}. Older files lack it. */
  readonly starvedKept?: number;
  /** One for each round. */
  readonly samples: readonly Sample[];
}

/** The answer to one question. */
export interface ScenarioResult {
  /** What its file is called. */
  readonly name: string;
  /** What was asked. */
  readonly question: string;
  /** What a reader has to know. */
  readonly method: string;
  /** What was varied. */
  readonly sweep: { readonly name: string; readonly values: readonly SweepValue[] };
  /** Whether charts have a logarithmic x axis. */
  readonly logX: boolean;
  /** Who was asked. */
  readonly contenders: readonly { readonly name: string; readonly title: string }[];
  /** What was measured; the first one is charted. */
  readonly metrics: readonly Metric[];
  /** Which contender stands for 1.00 beside another one. */
  readonly baseline: Readonly<Record<string, string>>;
  /** What is to be reached. */
  readonly goals: readonly Goal[];
  /** Not in files of older versions. */
  readonly pairs?: readonly Pair[];
  /** What was measured of each contender at each value. */
  readonly cells: readonly Cell[];
}

/** A whole run, as it is written to a file. */
export interface Results {
  /** {@link FORMAT}. */
  readonly format: typeof FORMAT;
  /** ISO 8601. */
  readonly started: string;
  /** How long the run took. */
  readonly seconds: number;
  /** `false` when the run was cut short. */
  readonly complete: boolean;
  /** How it was measured. */
  readonly options: { readonly quick: boolean; readonly rounds: number; readonly sampleMs: number };
  /** Where it was measured. */
  readonly machine: Machine;
  /** The answers. */
  readonly scenarios: readonly ScenarioResult[];
}

/** The format of result files that this version writes. */
export const FORMAT = "pollux-bench/1";

/** The cell of a contender at a value of the sweep. */
export function cellOf(
  result: ScenarioResult,
  contender: string,
  value: SweepValue,
): Cell | undefined {
  return result.cells.find((cell) => cell.contender === contender && cell.value === value);
}

/**
 * Whether the machine had no time for a cell: it is shown, but no goal, finding or verdict counts it. One
 * bad sample among four good ones moves neither the median nor, beyond the spread, a comparison.
 */
export function isStarved(cell: Cell | undefined): boolean {
  return cell?.starvedKept !== undefined && cell.starvedKept > cell.samples.length / 4;
}

/** As {@link cellOf}, where what it says can be counted on. */
export function soundCellOf(
  result: ScenarioResult,
  contender: string,
  value: SweepValue,
): Cell | undefined {
  const cell = cellOf(result, contender, value);
  return isStarved(cell) ? undefined : cell;
}

/** The samples of one metric, as numbers. */
export function valuesOf(cell: Cell | undefined, metric: string): number[] {
  return (cell?.samples ?? [])
    .map((sample) => sample[metric])
    .filter((value) => value !== undefined);
}

/** The samples of one metric, in short; undefined without any. */
export function summaryOf(cell: Cell | undefined, metric: string): Summary | undefined {
  const values = valuesOf(cell, metric);
  return values.length === 0 ? undefined : summarize(values);
}

/**
 * How many times as good one contender is as another, above 1 when it is better; nothing where one
 * of them was not measured, or starved.
 */
export function ratioBetween(
  result: ScenarioResult,
  metric: Metric,
  value: SweepValue,
  contender: string,
  versus: string,
): Summary | undefined {
  return ratioOf(
    valuesOf(soundCellOf(result, contender, value), metric.name),
    valuesOf(soundCellOf(result, versus, value), metric.name),
    metric.better,
  );
}

/** A {@link Goal}, and what became of it. */
export interface GoalReached extends Goal {
  /** What was measured; undefined: nothing was. */
  readonly ratio: Summary;
  /** Whether the median of `ratio` reaches the goal. */
  readonly reached: boolean;
}

/** The goals whose two cells were measured, and neither starved. */
export function goalsOf(result: ScenarioResult): GoalReached[] {
  return result.goals.flatMap((goal) => {
    const metric = result.metrics.find(({ name }) => name === goal.metric);
    const ratio = metric && ratioBetween(result, metric, goal.value, goal.contender, goal.versus);
    return ratio ? [{ ...goal, ratio, reached: ratio.median >= goal.atLeast }] : [];
  });
}

/** The goals that a starved cell leaves open. */
export function starvedGoalsOf(result: ScenarioResult): Goal[] {
  return result.goals.filter(({ contender, versus, value }) => {
    const cells = [contender, versus].map((name) => cellOf(result, name, value));
    return cells.every((cell) => cell && cell.samples.length > 0) && cells.some(isStarved);
  });
}
