/** The longest pause before a failed call is made again. */
const MAX_PAUSE_MS = 1000;
const FIRST_PAUSE_MS = 10;

/** How long to pause before a failed call is made again: twice as long each time. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #nextMs: number;

  constructor(firstMs = FIRST_PAUSE_MS, maxMs = MAX_PAUSE_MS) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#nextMs = firstMs;
  }

  /** Whether the call has failed since it last succeeded. */
  get failing(): boolean {
    return this.#nextMs > this.#firstMs;
  }

  /** The call has failed. @returns how many milliseconds to pause */
  fail(): number {
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(2 * pauseMs, this.#maxMs);
    return pauseMs;
  }

  /** The call has succeeded. */
  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}
