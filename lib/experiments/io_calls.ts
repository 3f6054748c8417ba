import { readFileSync, readlinkSync } from "node:fs";
import type { Recorder, Shown } from "./experiment.ts";

/** Counts the calls of a model, and records those of its first read. */
export class Calls {
  readonly #out: Recorder;
  #made = 0;
  #recording = true;

  constructor(out: Recorder) {
    this.#out = out;
  }

  /** How many calls were made since {@link count}. */
  get made(): number {
    return this.#made;
  }

  /** Makes a call, as {@link Recorder.call} does. */
  make<T>(name: string, values: readonly Shown[], make: () => T, show?: (answer: T) => Shown): T {
    this.#made++;
    return this.#recording ? this.#out.call(name, values, make, show) : make();
  }

  /** From here on calls are counted, and no longer recorded. */
  count(): void {
    this.#made = 0;
    this.#recording = false;
  }
}

/** How often this thread slept and was woken. */
export function wakeUps(): number {
  const status = readFileSync("/proc/thread-self/status", "latin1");
  return Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)?.[1] ?? NaN);
}

/** The id of this thread: gettid(2). */
export function threadId(): number {
  return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
}

/** The median. */
export function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
