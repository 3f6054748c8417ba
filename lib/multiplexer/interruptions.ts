import { Backoff } from "../failures/backoff.ts";
import { MAX_ATTEMPTS } from "../failures/classes.ts";
import { now } from "../runtime/timing.ts";

// Signals come seldom, and a wait that is interrupted goes on at once. A wait that is interrupted so many
// times in so short a time (16 in 4 ms) fails whenever it is called.
const STREAK_MS = 4;

/** Tells signals from a wait that fails with EINTR at once, again and again, which is called after a pause. */
export class Interruptions {
  readonly #backoff = new Backoff();
  #count = 0;
  #firstMs = 0;

  /** A wait was interrupted. @returns how many milliseconds to pause before the next */
  add(): number {
    const nowMs = now();
    if (this.#count === 0) this.#firstMs = nowMs;
    this.#count++;
    if (this.#count < MAX_ATTEMPTS) return 0;
    if (nowMs - this.#firstMs >= STREAK_MS) {
      this.reset();
      return 0;
    }
    // One more at once, and it pauses again.
    const pauseMs = this.#backoff.fail();
    this.#count = MAX_ATTEMPTS - 1;
    this.#firstMs = nowMs + pauseMs;
    return pauseMs;
  }

  /** A wait was not interrupted. */
  reset(): void {
    this.#count = 0;
    this.#backoff.reset();
  }
}
