import type { Cell } from "../results/results.ts";
import type { Sample, SweepValue } from "../scenario/scenario.ts";
import type { CellRunner } from "./cell_runner.ts";
import { messageOf } from "./error_message.ts";

// How often a starved sample is taken again.
const REPEATS = 3;
const QUICK_REPEATS = 1;
// The longest timer of Node.js.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A cell under measurement: its time limit, its starved samples, its error. One that fails harms no other. */
export class RunningCell {
  readonly contender: string;
  readonly value: SweepValue;
  readonly #runner: CellRunner;
  readonly #limitMs: number;
  readonly #repeats: number;
  readonly #samples: Sample[] = [];
  #usedMs = 0;
  #times = 0;
  #starved = 0;
  #starvedKept = 0;
  #failed: string | undefined;

  constructor(
    contender: string,
    value: SweepValue,
    runner: CellRunner,
    { limitMs, quick }: { readonly limitMs: number; readonly quick: boolean },
  ) {
    this.contender = contender;
    this.value = value;
    this.#runner = runner;
    this.#limitMs = limitMs;
    this.#repeats = quick ? QUICK_REPEATS : REPEATS;
  }

  /** Sets the cell up. */
  prepare(): Promise<void> {
    return this.#attempt(() => this.#limited(() => this.#runner.prepare()));
  }

  /** Warms the cell up, and finds how many repetitions make a sample. */
  calibrate(sampleMs: number): Promise<void> {
    return this.#attempt(async () => {
      this.#times = await this.#limited(() => this.#runner.calibrate(sampleMs));
    });
  }

  /** Takes one sample, again if it is starved. */
  takeSample(): Promise<void> {
    return this.#attempt(async () => {
      for (let repeat = 0; ; repeat++) {
        const { sample, starved } = await this.#limited(() => this.#runner.sample());
        if (!starved || repeat === this.#repeats) {
          if (starved) this.#starvedKept++;
          this.#samples.push(sample);
          return;
        }
        this.#starved++;
      }
    });
  }

  /** Releases what `prepare` acquired, also after a failure. */
  teardown(): Promise<void> {
    return this.#attempt(async () => {
      const ending = this.#limited(() => this.#runner.teardown());
      // Interrupted before its first sample, it is right to complain that nothing was measured.
      if (this.#samples.length > 0) await ending;
      else await ending.catch(() => undefined);
    }, true);
  }

  /** The cell; `undefined` if it was interrupted before its first sample. */
  result(): Cell | undefined {
    const { contender, value } = this;
    const counts = { times: this.#times, starved: this.#starved, starvedKept: this.#starvedKept };
    if (this.#failed !== undefined) {
      return { contender, value, failed: this.#failed, ...counts, samples: [] };
    }
    if (this.#samples.length === 0) return undefined;
    return { contender, value, ...counts, samples: this.#samples };
  }

  async #attempt(step: () => Promise<void>, always = false): Promise<void> {
    if (this.#failed !== undefined && !always) return;
    try {
      await step();
    } catch (error) {
      this.#failed ??= messageOf(error);
    }
  }

  async #limited<T>(step: () => Promise<T>): Promise<T> {
    const start = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      const leftMs = this.#limitMs - this.#usedMs;
      timer = setTimeout(resolve, Math.min(leftMs, MAX_TIMER_MS), "late");
    });
    try {
      const done = step().then((result) => ({ result }));
      const first = await Promise.race([done, late]);
      if (first !== "late") return first.result;
      await this.#runner.kill();
      throw new Error(`stopped after ${String(this.#limitMs / 1000)} s, the limit for a cell`);
    } finally {
      clearTimeout(timer);
      this.#usedMs += performance.now() - start;
    }
  }
}
