import type { Reactor } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import { now } from "../runtime/timing.ts";

/** A timer of an `EventManager`: runs a callback once, or again and again. */
export class ManagerTimer {
  readonly #reactor: Reactor;
  readonly #periodMs: number;
  readonly #callback: () => unknown;
  readonly #repeats: boolean;
  #dueMs: number;
  readonly #first: Timer | null;
  #timer: Timer;

  /** @internal Made by the manager. @throws as `reactor.setTimer` */
  constructor(
    reactor: Reactor,
    periodMs: number,
    callback: () => unknown,
    repeats: boolean,
    immediately: boolean,
  ) {
    this.#reactor = reactor;
    this.#periodMs = periodMs;
    this.#callback = callback;
    this.#repeats = repeats;
    this.#dueMs = now() + periodMs;
    this.#timer = reactor.setTimer(periodMs, () => this.#run());
    this.#first = immediately ? reactor.setTimer(0, callback) : null;
  }

  /** Whether it will run: not after it has run, if it does not repeat, and not after `cancel`. */
  get pending(): boolean {
    return this.#timer.pending;
  }

  /** Cancels it, also from its own callback. */
  cancel(): void {
    this.#first?.cancel();
    this.#timer.cancel();
  }

  /** @returns what the callback returns; if that fails, the timer goes on */
  #run(): unknown {
    if (this.#repeats) {
      // By its own clock, so that delays do not add up. Times that were missed are left out.
      const dueMs = this.#dueMs + this.#periodMs;
      const nowMs = now();
      this.#dueMs = dueMs < nowMs ? nowMs + this.#periodMs : dueMs;
      this.#timer = this.#reactor.setTimer(this.#dueMs - nowMs, () => this.#run());
    }
    return this.#callback();
  }
}
