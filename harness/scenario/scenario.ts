/** What is varied within a scenario: descriptors, connections, bytes, or names. */
export type SweepValue = number | string;

/** What is varied within a scenario, and through which values. */
export interface Sweep<V extends SweepValue = SweepValue> {
  /** What the values are: "connections". */
  readonly name: string;
  /** In the order of measurement. */
  readonly values: readonly V[];
  /** The values of a quick run. Default: the first. */
  readonly quick?: readonly V[];
  /**
   * A value from how it is written on a command line; throws a RangeError when it is none. Default: a
   * whole number from 1 up where `values` are numbers, else one of `values`.
   */
  parse?(text: string): V;
}

/** Something that is measured. */
export interface Metric {
  /** Its key in a {@link Sample}. */
  readonly name: string;
  /** Such as "ns" or "messages/s". */
  readonly unit: string;
  /** Which of two numbers is the better one. */
  readonly better: "lower" | "higher";
  /** How it is called in sentences: "time per wait". */
  readonly title: string;
  /** Of a latency: so many in a hundred are at most as long. Reports show these side by side. */
  readonly percentile?: number;
}

/** One measurement: a number for each metric, from 0 up. */
export type Sample = Readonly<Record<string, number>>;

/** A cell that is ready to be measured. */
export interface Trial {
  /**
   * Does the work `times` times. Returns nothing, and its time is taken; or what it has measured
   * itself: a number for each metric, and optionally
   * - `elapsed`: nanoseconds that the work took, without what this function did around it
   * - `busy`: the share of `elapsed` that the busiest process had a processor, to tell starved runs
   * - `measured`: how many times the work was seen to be done; the cell fails when that is 0
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- that is what `() => { … }` returns
  run(times: number): Sample | void | PromiseLike<Sample | void>;
  /** With fewer times it would be another question. Default: 1. */
  readonly leastTimes?: number;
  /** Gives back what `prepare` took. Throws when nothing, or something else, was measured. */
  teardown?(): void | Promise<void>;
}

/** "At least so many times as good": a ratio that is looked at after each run. */
export interface Goal<V extends SweepValue = SweepValue> {
  /** Whose result it is about. */
  readonly contender: string;
  /** What it is held against. */
  readonly versus: string;
  /** Where in the sweep. */
  readonly value: V;
  /** The name of a {@link Metric}. */
  readonly metric: string;
  /** The ratio to reach. */
  readonly atLeast: number;
}

/** Two whose order at each value of the sweep is told: who is better where, and where that changes. */
export interface Pair<C extends string = string> {
  /** The one. */
  readonly contender: C;
  /** The other. */
  readonly versus: C;
  /** What sets the first one apart, as it goes on after its name: "which reads until EAGAIN". */
  readonly trait?: string;
}

/** One question, asked of each contender at each value of the sweep. */
export interface Scenario<C extends string = string, V extends SweepValue = SweepValue> {
  /** What its file is called. */
  readonly name: string;
  /** What is asked, in one sentence. */
  readonly question: string;
  /** What is varied. */
  readonly sweep: Sweep<V>;
  /** Who is asked. */
  readonly contenders: readonly C[];
  /** How contenders are called in tables and charts. Default: their names. */
  readonly titles?: Readonly<Partial<Record<C, string>>>;
  /** The first one is charted. Default: `time`, nanoseconds per run, which the harness takes. */
  readonly metrics?: readonly Metric[];
  /** Which contender stands for 1.00 beside another one. */
  readonly baseline?: Readonly<Partial<Record<C, C>>>;
  /** What is to be reached. Default: nothing. */
  readonly goals?: readonly Goal<V>[];
  /** Whose order is told. Default: nobody's. */
  readonly pairs?: readonly Pair<C>[];
  /** What a reader has to know, in one or two sentences. */
  readonly method?: string;
  /** How often `run` is to do its work at a time, in warm-up runs too. Default: until it takes {@link MeasureOptions.sampleMs}. */
  readonly times?: number;
  /** Whether charts have a logarithmic x axis. Default: when the sweep has numbers. */
  readonly logX?: boolean;
  /** Called once, in the process that measures: builds what cells need. */
  setup?(): void | Promise<void>;
  /** Why a cell cannot be measured. It is listed with this reason. */
  skip?(contender: C, value: V): string | undefined;
  /** Nothing in here is timed; it counts for {@link MeasureOptions.limitMs} only. */
  prepare(contender: C, value: V): Trial | Promise<Trial>;
}

/** What the harness measures itself. */
export const TIME: Metric = { name: "time", unit: "ns", better: "lower", title: "time per run" };

/** A scenario whose contenders and values are not known by type: one of a list, or of a file. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `prepare` takes what its own lists hold
export type AnyScenario = Scenario<any, any>;
