import TinyQueue from "tinyqueue";
import { invalidArgType, outOfRange } from "../arguments.ts";
import { now as monotonicMs } from "../runtime/timing.ts";

/** One pending callback: `Reactor.setTimer`. */
export class Timer {
  /** When it is due, on the clock of `performance.now()`, in milliseconds. */
  readonly dueMs: number;
  /** Sequence number; timers with equal times run in this order. */
  readonly number: number;
  readonly #onCancel: () => void;
  #callback: (() => void) | null;

  constructor(dueMs: number, number: number, callback: () => void, onCancel: () => void) {
    this.dueMs = dueMs;
    this.number = number;
    this.#callback = callback;
    this.#onCancel = onCancel;
  }

  /** Whether it has neither run nor been cancelled. */
  get pending(): boolean {
    return this.#callback !== null;
  }

  /** Cancels the timer. Does nothing if it has run or was cancelled. */
  cancel(): void {
    if (!this.pending) return;
    this.#callback = null;
    this.#onCancel();
  }

  /** @internal Called by the reactor when it is due. */
  run(): void {
    const callback = this.#callback;
    this.#callback = null;
    callback?.();
  }
}

const MIN_CANCELLED = 64;

function byDue(a: Timer, b: Timer): number {
  return a.dueMs - b.dueMs || a.number - b.number;
}

/** Pending callbacks, ordered by the time when they are due, on the monotonic clock. */
export class Timers {
  #queue = new TinyQueue<Timer>([], byDue);
  readonly #now: () => number;
  #started = 0;
  #cancelled = 0;

  /** @param now - the clock, in milliseconds */
  constructor(now = monotonicMs) {
    this.#now = now;
  }

  /** @param delayMs - milliseconds from now, fractions allowed */
  add(delayMs: number, callback: () => void): Timer {
    if (typeof callback !== "function") throw invalidArgType("callback", "a function", callback);
    checkDelay(delayMs, "delayMs");
    const timer = new Timer(this.#now() + delayMs, this.#started++, callback, () => {
      this.#onCancel();
    });
    this.#queue.push(timer);
    return timer;
  }

  /** Milliseconds until the next timer is due; 0 if one is due, `Infinity` if there is none. */
  get delayMs(): number {
    const next = this.#next();
    return next ? Math.max(0, next.dueMs - this.#now()) : Infinity;
  }

  /** Runs the timers that are due. Those added meanwhile run with the next call, even without a delay. */
  run(): void {
    if (this.#queue.length === 0) return;
    const nowMs = this.#now();
    const started = this.#started;
    for (let timer = this.#next(); timer && timer.dueMs <= nowMs; timer = this.#next()) {
      // Added during this call, as are all that follow it.
      if (timer.number >= started) return;
      this.#queue.pop();
      timer.run();
    }
  }

  // A heap removes only its first entry: cancelled timers further down would accumulate.
  #onCancel(): void {
    this.#cancelled++;
    if (this.#cancelled < MIN_CANCELLED || this.#cancelled * 2 < this.#queue.length) return;
    this.#queue = new TinyQueue(
      this.#queue.data.filter(({ pending }) => pending),
      byDue,
    );
    this.#cancelled = 0;
  }

  #next(): Timer | undefined {
    let timer = this.#queue.peek();
    while (timer && !timer.pending) {
      this.#queue.pop();
      timer = this.#queue.peek();
    }
    return timer;
  }
}

/** Checks a time in milliseconds. @throws TypeError, RangeError: not a number, or negative */
export function checkDelay(delayMs: unknown, name: string): void {
  if (typeof delayMs !== "number") throw invalidArgType(name, "a number", delayMs);
  if (!(delayMs >= 0)) throw outOfRange(name, ">= 0", delayMs);
}
