import { readFileSync } from "node:fs";
import {
  type AnyScenario,
  type Sample,
  type SweepValue,
  TIME,
  type Trial,
} from "../scenario/scenario.ts";

/** A sample, and whether the machine had time for it. */
export interface Taken {
  readonly sample: Sample;
  readonly starved: boolean;
}

/** One cell under measurement, in this process or in one of its own. */
export interface CellRunner {
  prepare(): Promise<void>;
  /** Finds out how often the work fits into a sample, which also warms it up. */
  calibrate(sampleMs: number): Promise<number>;
  sample(): Promise<Taken>;
  teardown(): Promise<void>;
  /** Ends it while it does something else, as far as that can be done. */
  kill(): Promise<void>;
}

// Neither side had a processor for more than this share of the time: somebody else had it.
const LEAST_BUSY = 0.7;
// The main thread could have run but did not get a processor.
const MOST_QUEUED = 0.1;
const MOST_TIMES = 1e9;
// So many samples' time is run before the first one counts.
const WARM_UP = 2;

/** A cell in this process: what never ends can only be left alone. */
export class LocalCell implements CellRunner {
  readonly #scenario: AnyScenario;
  readonly #contender: string;
  readonly #value: SweepValue;
  #trial: Trial | null = null;
  #times = 1;

  constructor(scenario: AnyScenario, contender: string, value: SweepValue) {
    this.#scenario = scenario;
    this.#contender = contender;
    this.#value = value;
  }

  async prepare(): Promise<void> {
    const trial: unknown = await this.#scenario.prepare(this.#contender, this.#value);
    if (!isTrial(trial)) {
      throw new TypeError(
        `prepare of ${this.#scenario.name} returned no trial, an object with run`,
      );
    }
    this.#trial = trial;
  }

  async calibrate(sampleMs: number): Promise<number> {
    if (this.#scenario.times !== undefined) return this.#warmUp(this.#scenario.times, sampleMs);
    const wanted = sampleMs * 1e6;
    const least = this.#trial?.leastTimes ?? 1;
    this.#times = least;
    // Cold, and perhaps late: what it takes says nothing.
    let { elapsed: warmed } = await this.#run();
    for (;;) {
      const { elapsed } = await this.#run();
      warmed += elapsed;
      const isEnough = elapsed >= wanted / 2;
      if (this.#times >= MOST_TIMES && !isEnough) throw tooShort(this.#times, elapsed);
      if (isEnough && warmed >= WARM_UP * wanted) {
        const fitting = Math.round((this.#times * wanted) / elapsed);
        this.#times = Math.min(MOST_TIMES, Math.max(least, fitting));
        return this.#times;
      }
      // The first runs are slow ones, and small numbers are rough: not more than tenfold.
      const factor = Math.min(10, (1.2 * wanted) / Math.max(elapsed, 1));
      if (factor > 2.4) this.#times = Math.min(MOST_TIMES, Math.ceil(this.#times * factor));
    }
  }

  /** What is done a fixed number of times is as cold as all else. */
  async #warmUp(times: number, sampleMs: number): Promise<number> {
    this.#times = times;
    const start = performance.now();
    do await this.#run();
    while (performance.now() - start < WARM_UP * sampleMs);
    return times;
  }

  async sample(): Promise<Taken> {
    const { sample, starved } = await this.#run();
    for (const { name } of this.#scenario.metrics ?? [TIME]) {
      const value = sample[name];
      // 0 is a value like any other: a server may hold no memory for a connection.
      if (!isMeasured(value)) throw nothing(name, value);
    }
    return { sample, starved };
  }

  async teardown(): Promise<void> {
    const trial = this.#trial;
    this.#trial = null;
    await trial?.teardown?.();
  }

  kill(): Promise<void> {
    return Promise.resolve();
  }

  async #run(): Promise<Taken & { readonly elapsed: number }> {
    if (!this.#trial) throw new Error("The cell is not prepared");
    const times = this.#times;
    const queuedBefore = queuedNs();
    const cpuBefore = process.cpuUsage();
    const start = process.hrtime.bigint();
    const pending = this.#trial.run(times);
    const returned = isThenable(pending) ? await pending : pending;
    const elapsed = Number(process.hrtime.bigint() - start);
    const { user, system } = process.cpuUsage(cpuBefore);
    const queued = (queuedNs() - queuedBefore) / elapsed;
    if (returned) {
      const { elapsed: own = elapsed, busy = 1, measured = times, ...sample } = returned;
      if (!(measured > 0)) throw nothing("measured", measured);
      if (!isMeasured(own)) throw nothing("elapsed", own);
      return { sample, elapsed: own, starved: busy < LEAST_BUSY };
    }
    const cpu = (user + system) * 1000;
    // Where its own threads had the processor, the main thread waited for nobody else.
    const starved = queued > MOST_QUEUED && cpu < (1 - MOST_QUEUED) * elapsed;
    return { sample: { time: elapsed / times, cpu: cpu / times }, elapsed, starved };
  }
}

function isTrial(value: unknown): value is Trial {
  const run = typeof value === "object" && value !== null && "run" in value ? value.run : undefined;
  return typeof run === "function";
}

function isThenable(
  value: ReturnType<Trial["run"]>,
): value is Extract<typeof value, PromiseLike<unknown>> {
  return typeof value === "object" && typeof value.then === "function";
}

function isMeasured(value: number | undefined): boolean {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}

function nothing(name: string, value: number | undefined): Error {
  return new Error(`Nothing was measured: ${name} is ${String(value)}`);
}

/** Of a run that does not do its work as often as it is told: the harness cannot lengthen it. */
function tooShort(times: number, elapsed: number): Error {
  const told = `${String(times)} times took ${String(elapsed)} ns`;
  return new Error(`Nothing was measured: ${told}, so run does not heed how often it is to work`);
}

/** How long the main thread has been kept waiting for a processor. */
function queuedNs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]);
  } catch {
    return 0;
  }
}
