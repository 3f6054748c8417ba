import type { Direction } from "../statistics/cost_ratio.ts";

/** One value of a sweep: a number of descriptors, connections or bytes, or a name. */
export type SweepValue = number | string;

/**
 * What a scenario varies, and the values that it takes.
 *
 * @typeParam V - the type of the values
 */
export interface Sweep<V extends SweepValue = SweepValue> {
  /** What the values count, in plural: "connections". It labels the x axis. */
  readonly name: string;
  /** The values of a full run, in the order in which they are measured. */
  readonly values: readonly V[];
  /** The values of a quick run. Default: the first of `values`. */
  readonly quick?: readonly V[];
  /**
   * Reads a value from the command line. Default: if all `values` are numbers, one of them or any
   * whole number from 1 up; otherwise one of `values`.
   *
   * @throws RangeError `text` is not a value of this sweep
   */
  parse?(text: string): V;
}

/** A quantity that each sample has one number for. */
export interface Metric {
  /** Its key in a {@link Sample}. */
  readonly name: string;
  /** "ns", "µs", "bytes", "messages/s". Large values of the first three are shown in larger units. */
  readonly unit: string;
  /** Which values are better. */
  readonly better: Direction;
  /** Its name in sentences: "time per wait". */
  readonly title: string;
  /** For a percentile of a latency: which one, from 0 to 100. Reports show percentiles side by side. */
  readonly percentile?: number;
}

/** One measurement: for each metric, by name, a number from 0 up. */
export interface Sample {
  /**
   * The regime in which the sample was taken, such as "busy" or "woken", if the same program costs more in one than
   * in another. Only samples of the same regime are compared.
   */
  readonly regime?: string;
  /** The number of a metric, by its name. Names that no metric has are kept in the results, but not reported. What is no number from 0 up fails the cell. */
  readonly [metric: string]: number | string | undefined;
}

/** What {@link Trial.run} measured: one number for each metric, and what the harness must know about the sample. */
export interface Measurement extends Sample {
  /** How long the work took, in nanoseconds, without setup done in this call. Default: as long as the call. */
  readonly elapsed?: number;
  /**
   * The share of `elapsed` in which the busiest process involved had a processor. Below 0.7, the sample counts as
   * starved and is taken again.
   */
  readonly busy?: number;
  /** How many repetitions were seen to be done. 0 fails the cell. */
  readonly measured?: number;
}

/** A cell (one contender at one value of the sweep) that is ready to be measured. */
export interface Trial {
  /**
   * Does the work `times` times.
   *
   * If it returns nothing, the harness measures it: `time`, `cpu` (processor time), `user` and `system`
   * (its two parts), in nanoseconds per repetition.
   *
   * @param times - how many repetitions to do; the harness chooses it
   */
  // oxlint-disable-next-line typescript/no-invalid-void-type -- that is what `() => { … }` returns
  run(times: number): Measurement | void | PromiseLike<Measurement | void>;
  /** The smallest useful `times`, for example one per connection. Default: 1. */
  readonly minTimes?: number;
  /** Releases what `prepare` acquired. Throws if nothing was measured, or not what the question asks. */
  teardown?(): void | Promise<void>;
}

/**
 * A ratio to reach: the cost of `contender` is at most `atMost` times the cost of `versus`. Each full run
 * checks it.
 *
 * @typeParam V - the type of the values of the sweep
 */
export interface Goal<V extends SweepValue = SweepValue> {
  /** The contender that has the goal. */
  readonly contender: string;
  /** The contender that it is compared with. */
  readonly versus: string;
  /** The value of the sweep at which they are compared. */
  readonly value: V;
  /** The name of the metric that is compared. */
  readonly metric: string;
  /** The largest acceptable cost ratio: 1.05 allows 1.05× the cost of `versus`. */
  readonly atMost: number;
}

/**
 * Two contenders to compare at each value of the sweep: which one wins where.
 *
 * @typeParam C - the names of the contenders
 */
export interface Pair<C extends string = string> {
  /** The contender that the sentence is about. */
  readonly contender: C;
  /** The contender that it is compared with. */
  readonly versus: C;
  /** What sets `contender` apart, as a relative clause: "which reads until EAGAIN". */
  readonly trait?: string;
}

/**
 * One question, asked of each contender at each value of a sweep.
 *
 * @typeParam C - the names of the contenders
 * @typeParam V - the values of the sweep
 */
export interface Scenario<C extends string = string, V extends SweepValue = SweepValue> {
  /** A short name for command lines and files: "wait_ten". */
  readonly name: string;
  /** The question that the scenario answers. It heads the section of the report. */
  readonly question: string;
  /** What is varied. */
  readonly sweep: Sweep<V>;
  /** The contenders' names, in the order in which they are measured. */
  readonly contenders: readonly C[];
  /** The contenders of a run that names none. Default: all of them. */
  readonly defaultContenders?: readonly C[];
  /** The contenders' names in tables and charts. Default: `contenders`. */
  readonly titles?: Readonly<Partial<Record<C, string>>>;
  /** The contenders' families, such as their languages: charts give each a color. Default: none. */
  readonly families?: Readonly<Partial<Record<C, string>>>;
  /** What is measured. Reports draw the first two. Default: {@link TIME}. */
  readonly metrics?: readonly Metric[];
  /** For each contender, the one that its cost ratio is taken against. Default: none. */
  readonly baseline?: Readonly<Partial<Record<C, C>>>;
  /** Ratios to reach. Default: none. */
  readonly goals?: readonly Goal<V>[];
  /** Contenders to compare with each other. Default: none. */
  readonly pairs?: readonly Pair<C>[];
  /** What a reader must know to understand the numbers, in one or two sentences. */
  readonly method?: string;
  /**
   * A fixed number of repetitions for each call of {@link Trial.run}. Default: as many as take
   * {@link MeasureOptions.sampleMs}.
   */
  readonly times?: number;
  /** Whether charts have a logarithmic x axis. Default: whether all values of the sweep are numbers. */
  readonly logX?: boolean;
  /** The version of what a contender is made with, "Go 1.19.8", or `undefined`. Asked after `setup`; may throw. */
  versionOf?(contender: C): string | undefined;
  /**
   * Builds what the cells need. Runs once, in the process that calls `measure`, and has
   * {@link MeasureOptions.setupLimitMs}.
   *
   * @param contenders - those that the run measures
   */
  setup?(contenders: readonly C[]): void | Promise<void>;
  /** The reason why a cell cannot be measured, or `undefined` if it can. Reports list the reasons. */
  skip?(contender: C, value: V): string | undefined;
  /** Sets up a cell. This is not timed, but counts towards {@link MeasureOptions.limitMs}. */
  prepare(contender: C, value: V): Trial | Promise<Trial>;
}

/** The default metric of a scenario: nanoseconds per repetition. */
export const TIME: Metric = { name: "time", unit: "ns", better: "lower", title: "time per run" };

/** A scenario whose contenders and values are not known at compile time. */
// oxlint-disable-next-line typescript/no-explicit-any -- `prepare` takes what its own lists hold
export type AnyScenario = Scenario<any, any>;
