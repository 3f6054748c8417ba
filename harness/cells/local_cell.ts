import { readFileSync } from "node:fs";
import { type AnyScenario, type SweepValue, TIME, type Trial } from "../scenario/scenario.ts";
import type { CellRunner, Taken } from "./cell_runner.ts";

// A sample is starved if the busiest process had a processor for a smaller share of the time.
const MIN_BUSY = 0.7;
// It is also starved if the main thread waited for a processor for a larger share of the time.
const MAX_QUEUED = 0.1;
const MAX_TIMES = 1e9;
// The length of the warm-up, in samples.
const WARM_UP = 2;

/** A cell in this process. One that never ends cannot be killed, only left alone. */
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
        `prepare of ${this.#scenario.name} must return a trial, an object with a method run`,
      );
    }
    this.#trial = trial;
  }

  async calibrate(sampleMs: number): Promise<number> {
    if (this.#scenario.times !== undefined) return this.#warmUp(this.#scenario.times, sampleMs);
    const wanted = sampleMs * 1e6;
    const min = this.#trial?.minTimes ?? 1;
    this.#times = min;
    // The first run is cold, so its time says nothing.
    let { elapsed: warmed } = await this.#run();
    for (;;) {
      const { elapsed } = await this.#run();
      warmed += elapsed;
      const isEnough = elapsed >= wanted / 2;
      if (this.#times >= MAX_TIMES && !isEnough) throw tooShort(this.#times, elapsed);
      if (isEnough && warmed >= WARM_UP * wanted) {
        const fitting = Math.round((this.#times * wanted) / elapsed);
        this.#times = Math.min(MAX_TIMES, Math.max(min, fitting));
        return this.#times;
      }
      // Early runs are slow, and short ones are imprecise: never grow more than tenfold at once.
      const factor = Math.min(10, (1.2 * wanted) / Math.max(elapsed, 1));
      if (factor > 2.4) this.#times = Math.min(MAX_TIMES, Math.ceil(this.#times * factor));
    }
  }

  /** A fixed number of repetitions needs a warm-up as well. */
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
      // 0 is valid: a server may need no memory for a connection.
      if (!isMeasured(value)) throw nothingMeasured(name, value);
    }
    // A results file cannot hold anything else, so that it could not be read again.
    for (const [name, value] of Object.entries(sample)) {
      if (name !== "regime" && value !== undefined && !isMeasured(value))
        throw nothingMeasured(name, value);
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
    if (!this.#trial) throw new Error("The cell must be prepared first");
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
      if (!(measured > 0)) throw nothingMeasured("measured", measured);
      if (!isMeasured(own)) throw nothingMeasured("elapsed", own);
      return { sample, elapsed: own, starved: busy < MIN_BUSY };
    }
    const cpu = (user + system) * 1000;
    // If this process kept its processor busy, the main thread waited for its own other threads.
    const starved = queued > MAX_QUEUED && cpu < (1 - MAX_QUEUED) * elapsed;
    const sample = {
      ...{ time: elapsed / times, cpu: cpu / times },
      ...{ user: (user * 1000) / times, system: (system * 1000) / times },
    };
    return { sample, elapsed, starved };
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

function isMeasured(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function nothingMeasured(name: string, value: unknown): Error {
  return new Error(`Nothing was measured: ${name} is ${String(value)}`);
}

/** `run` ignores how many repetitions it is told, so the harness cannot make it longer. */
function tooShort(times: number, elapsed: number): Error {
  const took = `${String(times)} repetitions took ${String(elapsed)} ns`;
  return new Error(`Nothing was measured: ${took}, so run ignores its argument times`);
}

/** How long the main thread has waited for a processor so far, in nanoseconds; 0 where it is not known. */
function queuedNs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]);
  } catch {
    return 0;
  }
}
