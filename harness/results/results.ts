import type { Machine } from "../machine/machine.ts";
import type { Goal, Metric, Pair, Sample, SweepValue } from "../scenario/scenario.ts";
import { costRatios } from "../statistics/cost_ratio.ts";
import { type Summary, summarize } from "../statistics/summary.ts";
import { commonRegime, inRegime } from "./regimes.ts";

/** One contender at one value of the sweep: its samples, or the reason why there are none. */
export interface Cell {
  /** The name of the contender. */
  readonly contender: string;
  /** The value of the sweep. */
  readonly value: SweepValue;
  /** The reason why the cell was not measured. */
  readonly skipped?: string;
  /** The error that ended the cell. */
  readonly failed?: string;
  /** How many repetitions a sample has. */
  readonly times: number;
  /** How many samples were discarded and taken again because the machine was busy with something else. */
  readonly starved: number;
  /** How many of `samples` were starved in every attempt; see {@link isStarved}. Older files lack it. */
  readonly starvedKept?: number;
  /** One sample per round, in the order in which they were taken. */
  readonly samples: readonly Sample[];
}

/** The answer to one question: the scenario as it was asked, and its cells. */
export interface ScenarioResult {
  /** The name of the scenario. */
  readonly name: string;
  /** The question that the scenario answers. */
  readonly question: string;
  /** What a reader must know to understand the numbers; empty if there is nothing to say. */
  readonly method: string;
  /** What was varied, and the values that were measured. */
  readonly sweep: {
    /** What the values count, in plural. */
    readonly name: string;
    /** The values that were measured, in order. */
    readonly values: readonly SweepValue[];
  };
  /** Whether charts have a logarithmic x axis. */
  readonly logX: boolean;
  /** The contenders that were measured, in order. */
  readonly contenders: readonly {
    /** The name in cells, goals and pairs. */
    readonly name: string;
    /** The name in tables and charts. */
    readonly title: string;
    /** Its family, which charts give a color to. Older files lack it. */
    readonly family?: string;
    /** The version of what it is made with: "Go 1.19.8". Older files lack it. */
    readonly version?: string;
  }[];
  /** What was measured. Reports draw the first two. */
  readonly metrics: readonly Metric[];
  /** For each contender, the one that its cost ratio is taken against. */
  readonly baseline: Readonly<Record<string, string>>;
  /** The goals of the scenario, whether their cells were measured or not. */
  readonly goals: readonly Goal[];
  /** Contenders to compare with each other. Older files lack it. */
  readonly pairs?: readonly Pair[];
  /** The cells that were measured, skipped or failed. */
  readonly cells: readonly Cell[];
}

/** A whole run, as it is written to a results file. */
export interface Results {
  /** The version of the file format. */
  readonly format: typeof FORMAT;
  /** When the run started, in ISO 8601. */
  readonly started: string;
  /** How long the run took, in seconds. */
  readonly seconds: number;
  /** `false` if the run was interrupted. */
  readonly complete: boolean;
  /** How it was measured. */
  readonly options: {
    /** Whether it was a quick run, which shows that everything works but not how fast. */
    readonly quick: boolean;
    /** Samples per cell. */
    readonly rounds: number;
    /** The length of a sample, in milliseconds. */
    readonly sampleMs: number;
    /** The name of the preset, if the run had all settings of one: "published". */
    readonly preset?: string;
  };
  /** Where it was measured. */
  readonly machine: Machine;
  /** The answers, in the order in which the questions were asked. */
  readonly scenarios: readonly ScenarioResult[];
}

/**
 * The version of the file format that this version writes; its JSON Schema is `pollux/bench/results.schema.json`.
 * {@link parseResults} reads older ones too.
 */
export const FORMAT = "pollux-bench/3";

// How many metrics of a scenario are drawn; tables have all of them.
const DRAWN = 2;

/** The metrics of a scenario that reports draw and make sentences of: its first two. */
export function drawnMetrics({ metrics }: Pick<ScenarioResult, "metrics">): readonly Metric[] {
  return metrics.slice(0, DRAWN);
}

/** The cell of a contender at a value of the sweep. */
export function cellOf(
  result: ScenarioResult,
  contender: string,
  value: SweepValue,
): Cell | undefined {
  return result.cells.find((cell) => cell.contender === contender && cell.value === value);
}

/**
 * Whether more than a quarter of a cell's samples are starved: the machine had no time for it. Reports
 * show such a cell, but no goal, ratio or finding counts it. One bad sample among four good ones
 * changes neither the median nor the outcome of a comparison.
 */
export function isStarved(cell: Cell | undefined): boolean {
  return cell?.starvedKept !== undefined && cell.starvedKept > cell.samples.length / 4;
}

/** As {@link cellOf}, without starved cells. */
export function soundCellOf(
  result: ScenarioResult,
  contender: string,
  value: SweepValue,
): Cell | undefined {
  const cell = cellOf(result, contender, value);
  return isStarved(cell) ? undefined : cell;
}

/** The values of one metric in a cell's samples, in the order in which they were taken. */
export function valuesOf(cell: Cell | undefined, metric: string): number[] {
  return (cell?.samples ?? [])
    .map((sample) => sample[metric])
    .filter((value) => typeof value === "number");
}

/** The summary of one metric of a cell, or `undefined` if there are no samples. */
export function summaryOf(cell: Cell | undefined, metric: string): Summary | undefined {
  const values = valuesOf(cell, metric);
  return values.length === 0 ? undefined : summarize(values);
}

/** The cells of two contenders at one value, with their samples of one regime only. */
export interface LikeCells {
  /** The regime; `""` if the trial names none. */
  readonly regime: string;
  /** The cell of the contender. */
  readonly own: Cell;
  /** The cell of the contender that it is compared with. */
  readonly other: Cell;
}

/**
 * What can be compared of two contenders at one value of the sweep.
 *
 * @returns `undefined` if one of them was not measured or is starved; `"unlike"` if both were measured, but have no
 * regime in common
 */
export function likeCells(
  result: ScenarioResult,
  value: SweepValue,
  contender: string,
  versus: string,
): LikeCells | "unlike" | undefined {
  const own = soundCellOf(result, contender, value);
  const other = soundCellOf(result, versus, value);
  if (!own || !other || own.samples.length === 0 || other.samples.length === 0) return undefined;
  const regime = commonRegime(own, other);
  if (regime === undefined) return "unlike";
  return { regime, own: inRegime(own, regime), other: inRegime(other, regime) };
}

/**
 * What one contender costs at several values of the sweep, in the regime of which all have the most samples.
 *
 * @returns a list for each value; `undefined` if one of them was not measured or is starved, or they have no regime in
 * common
 */
export function likeCosts(
  result: ScenarioResult,
  metric: Metric,
  contender: string,
  values: readonly SweepValue[],
): readonly (readonly number[])[] | undefined {
  const cells = values
    .flatMap((value) => soundCellOf(result, contender, value) ?? [])
    .filter(({ samples }) => samples.length > 0);
  const [first, ...others] = cells;
  if (!first || cells.length < values.length) return undefined;
  const regime = commonRegime(first, ...others);
  if (regime === undefined) return undefined;
  return cells.map((cell) => valuesOf(inRegime(cell, regime), metric.name));
}

/**
 * The cost ratio of two contenders at one value of the sweep: 1.04 means that `contender` costs 1.04× as
 * much as `versus`. Lower is better, also for a rate, where the cost is the time per unit. Only samples of the same
 * {@link Sample.regime} are compared.
 *
 * @returns `undefined` if one of them was not measured or is starved, or they have no regime in common
 */
export function ratioBetween(
  result: ScenarioResult,
  metric: Metric,
  value: SweepValue,
  contender: string,
  versus: string,
): Summary | undefined {
  const cells = likeCells(result, value, contender, versus);
  if (cells === undefined || cells === "unlike") return undefined;
  const [own, other] = [cells.own, cells.other].map((cell) => valuesOf(cell, metric.name));
  return costRatios(own!, other!, metric.better);
}

/** The title of a contender, or its name if the result does not have it. */
export function titleOf(result: ScenarioResult, contender: string): string {
  return result.contenders.find(({ name }) => name === contender)?.title ?? contender;
}
