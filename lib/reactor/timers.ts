import TinyQueue from "tinyqueue";
import { invalidArgType, outOfRange } from "../arguments.ts";
import { now as monotonicMs } from "../runtime/timing.ts";

/** One pending callback: `Reactor.setTimer`. */
export class Timer {
  /** When it is due, on the clock of `performance.now()`, in milliseconds. */
  readonly dueMs: number;
  /** Which one it is, of all; a later one of the same moment runs later. */
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

  /** Does nothing when it has run or was cancelled. */
  cancel(): void {
    if (!this.pending) return;
    this.#callback = null;
    this.#onCancel();
  }

  /** Called by the reactor when it is due. */
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

/** Callbacks by the time when they are due, on the monotonic clock. */
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

  /** Milliseconds until the next one is due; 0 when it is, `Infinity` when there is none. */
  get delayMs(): number {
    const next = this.#next();
    return next ? Math.max(0, next.dueMs - this.#now()) : Infinity;
  }

  /** Runs what is due now. What is added meanwhile waits for the next call, also with no delay. */
  run(): void {
    if (this.#queue.length === 0) return;
    const nowMs = this.#now();
    const started = this.#started;
    for (let timer = this.#next(); timer && timer.dueMs <= nowMs; timer = this.#next()) {
      // Added meanwhile, in the same moment; so are all that come after it.
      if (timer.number >= started) return;
      this.#queue.pop();
      timer.run();
    }
  }

  // A queue gives up only what is at its top: cancelled timers that lie deeper would pile up.
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

/** A time in milliseconds, or the error that says what it is instead. */
export function checkDelay(delayMs: unknown, name: string): void {
  if (typeof delayMs !== "number") throw invalidArgType(name, "a number", delayMs);
  if (!(delayMs >= 0)) throw outOfRange(name, ">= 0", delayMs);
}
