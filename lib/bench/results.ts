import type { Goal, Metric, Pair, Sample, SweepValue } from "./contract.ts";
import type { Machine } from "./machine.ts";
import { type Summary, ratioOf, summarize } from "./statistics.ts";

/** What was measured of one contender at one value, or why not. */
export interface Cell {
  readonly contender: string;
  readonly value: SweepValue;
  readonly skipped?: string;
  readonly failed?: string;
  /** How often the work was done for each sample. */
  readonly times: number;
  /** Samples that were taken again because the machine was busy with something else. */
  readonly starved: number;
  readonly samples: readonly Sample[];
}

/** The answer to one question. */
export interface ScenarioResult {
  readonly name: string;
  readonly question: string;
  readonly method: string;
  readonly sweep: { readonly name: string; readonly values: readonly SweepValue[] };
  readonly logX: boolean;
  readonly contenders: readonly { readonly name: string; readonly title: string }[];
  readonly metrics: readonly Metric[];
  readonly baseline: Readonly<Record<string, string>>;
  readonly goals: readonly Goal[];
  /** Not in files of older versions. */
  readonly pairs?: readonly Pair[];
  readonly cells: readonly Cell[];
}

/** A whole run, as it is written to a file. */
export interface Results {
  readonly format: typeof FORMAT;
  /** ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  /** `false` when the run was cut short. */
  readonly complete: boolean;
  readonly options: { readonly quick: boolean; readonly rounds: number; readonly sampleMs: number };
  readonly machine: Machine;
  readonly scenarios: readonly ScenarioResult[];
}

export const FORMAT = "pollux-bench/1";

/**
 * Reads a results file.
 *
 * @throws TypeError: it is not one, or one of another version
 */
export function parseResults(text: string): Results {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new TypeError("This is not a results file: it is no JSON", { cause: error });
  }
  if (!isResults(parsed)) throw new TypeError(`This is not a results file of format ${FORMAT}`);
  return parsed;
}

function isResults(value: unknown): value is Results {
  if (typeof value !== "object" || value === null) return false;
  const { format, scenarios, machine } = value as Partial<Record<keyof Results, unknown>>;
  return format === FORMAT && typeof machine === "object" && Array.isArray(scenarios);
}

export function cellOf(
  result: ScenarioResult,
  contender: string,
  value: SweepValue,
): Cell | undefined {
  return result.cells.find((cell) => cell.contender === contender && cell.value === value);
}

export function valuesOf(cell: Cell | undefined, metric: string): number[] {
  return (cell?.samples ?? [])
    .map((sample) => sample[metric])
    .filter((value) => value !== undefined);
}

export function summaryOf(cell: Cell | undefined, metric: string): Summary | undefined {
  const values = valuesOf(cell, metric);
  return values.length === 0 ? undefined : summarize(values);
}

/** How many times as good one contender is as another, above 1 when it is better. */
export function ratioBetween(
  result: ScenarioResult,
  metric: Metric,
  value: SweepValue,
  contender: string,
  versus: string,
): Summary | undefined {
  return ratioOf(
    valuesOf(cellOf(result, contender, value), metric.name),
    valuesOf(cellOf(result, versus, value), metric.name),
    metric.better,
  );
}

export interface GoalReached extends Goal {
  readonly ratio: Summary;
  readonly reached: boolean;
}

/** The goals whose two cells were measured. */
export function goalsOf(result: ScenarioResult): GoalReached[] {
  return result.goals.flatMap((goal) => {
    const metric = result.metrics.find(({ name }) => name === goal.metric);
    const ratio = metric && ratioBetween(result, metric, goal.value, goal.contender, goal.versus);
    return ratio ? [{ ...goal, ratio, reached: ratio.median >= goal.atLeast }] : [];
  });
}
