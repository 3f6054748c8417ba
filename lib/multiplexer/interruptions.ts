import { Backoff } from "../failures/backoff.ts";
import { MAX_ATTEMPTS } from "../failures/classes.ts";
import { now } from "../runtime/timing.ts";

// Signals are rare: an interrupted wait is called again immediately. A wait that is interrupted 16 times
// within 10 ms may fail with EINTR each time it is called; profilers send a signal every millisecond, or more.
const STREAK_MS = 10;
// On a busy machine, a pause ends late.
const OVERSHOOT_MS = 50;

/** Tells signals from a wait that fails with EINTR each time, which is called again after a pause. */
export class Interruptions {
  readonly #backoff = new Backoff();
  readonly #streakMs: number;
  #count = 0;
  #firstMs = 0;

  /** @param streakMs - longer where a wait has to go through a thread, or Node's loop, to be called again */
  constructor(streakMs = STREAK_MS) {
    this.#streakMs = streakMs;
  }

  /** A wait was interrupted. @returns how many milliseconds to pause before the next */
  add(): number {
    const nowMs = now();
    if (this.#count === 0) this.#firstMs = nowMs;
    this.#count++;
    if (this.#count < MAX_ATTEMPTS) return 0;
    if (nowMs - this.#firstMs >= this.#streakMs) {
      this.reset();
      return 0;
    }
    // The next interruption pauses again.
    const pauseMs = this.#backoff.fail();
    this.#count = MAX_ATTEMPTS - 1;
    this.#firstMs = nowMs + pauseMs + OVERSHOOT_MS;
    return pauseMs;
  }

  /** A wait was not interrupted. */
  reset(): void {
    this.#count = 0;
    this.#backoff.reset();
  }
}
