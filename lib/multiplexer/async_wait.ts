import { invalidState } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { checkAgain, checkSignal, checkTimeout, checkWait, toOptions } from "./checks.ts";
import type { AsyncWaitOptions, OnReady } from "./multiplexer.ts";
import type { Notifier } from "./notifier.ts";

/** What an {@link AsyncWait} needs of its multiplexer. */
export interface AsyncSource<D> {
  /** Makes what will call `look` when a harvest is worth it. */
  connect(look: () => void): Notifier;
  /** Starts it, for what is watched now and for `leftMs`. */
  notify(leftMs: number): void;
  /** Whether there is something to report of which no notifier tells. */
  isReady(): boolean;
  isClosed(): boolean;
  /** Waits once for up to `timeoutMs` and collects what is ready. */
  harvest(timeoutMs: number): void;
  /** Reports what was collected. */
  deliver(onReady: OnReady<D>): number;
}

interface Pending<D> {
  readonly onReady: OnReady<D>;
  readonly again: AsyncWaitOptions["again"];
  deadlineMs: number;
  readonly resolve: (reported: number) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

const OPTIONS = ["timeoutMs", "signal", "again"];

// So many turns of the microtask queue lie between two waits of a loop, and one to spare.
const LOOP_TURNS = 4;

// Whoever waits must not be collected, also when nobody else holds the multiplexer.
const waiting = new Set<object>();

/** The one pending `wait()` of a multiplexer. */
export class AsyncWait<D> {
  readonly #source: AsyncSource<D>;
  readonly #look: () => void;
  #notifier: Notifier | null = null;
  #pending: Pending<D> | null = null;
  #referenced = true;
  #refreshing = false;
  /** The wait whose handlers run while it stays pending, and how it ends once they have run. */
  #repeating: Pending<D> | null = null;
  #outcome: (() => void) | null = null;
  #alive = false;

  constructor(source: AsyncSource<D>) {
    this.#source = source;
    // Whoever waits is held by `waiting`, and whoever does not may be collected.
    const weak = new WeakRef(this);
    this.#look = () => weak.deref()?.look();
  }

  get pending(): boolean {
    return this.#pending !== null;
  }

  run(options: number | AsyncWaitOptions | undefined, onReady: OnReady<D>): Promise<number> {
    return new Promise((resolve, reject) => {
      const { timeoutMs = Infinity, signal, again }: AsyncWaitOptions = toOptions(options, OPTIONS);
      if (this.#source.isClosed()) throw invalidState("the multiplexer is closed");
      checkWait(timeoutMs, onReady);
      checkSignal(signal);
      checkAgain(again);
      if (this.#pending) throw invalidState("a wait is pending");
      signal?.throwIfAborted();
      this.#arm(timeoutMs);
      const deadlineMs = fromNow(timeoutMs);
      const onAbort = (): void => {
        this.#conclude(() => {
          reject(signal?.reason as Error);
        });
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#begin({ onReady, again, deadlineMs, resolve, reject, signal, onAbort });
    });
  }

  /** Something may be ready, or the time has passed. */
  look(): void {
    const pending = this.#pending;
    if (!pending) this.stop();
    else if (pending.again) this.#repeat(pending, pending.again);
    else this.#lookOnce(pending);
  }

  #lookOnce(pending: Pending<D>): void {
    this.#end();
    // Handlers run with their own wait over, so that they may start the next.
    try {
      const reported = this.#harvest(pending.onReady);
      const leftMs = reported > 0 ? 0 : pending.deadlineMs - performance.now();
      if (leftMs <= 0) {
        pending.resolve(reported);
      } else {
        this.#arm(leftMs);
        pending.signal?.addEventListener("abort", pending.onAbort, { once: true });
        this.#begin(pending);
      }
    } catch (error) {
      pending.reject(error);
    }
  }

  // Pending all the while: no promise for each time, and nothing to prepare anew.
  #repeat(pending: Pending<D>, again: (reported: number) => number | null): void {
    this.#repeating = pending;
    try {
      const reported = this.#harvest(pending.onReady);
      if (this.#pending === pending) this.#goOn(pending, reported, again);
      this.#outcome?.();
    } catch (error) {
      if (this.#pending === pending) this.#giveUp();
      pending.reject(error);
    } finally {
      this.#repeating = null;
      this.#outcome = null;
    }
  }

  // Woken for nothing, it does not ask: it is not time yet.
  #goOn(pending: Pending<D>, reported: number, again: (reported: number) => number | null): void {
    let leftMs: number | null = reported > 0 ? 0 : pending.deadlineMs - performance.now();
    if (leftMs <= 0) leftMs = again(reported);
    if (this.#pending !== pending) return;
    if (leftMs === null) {
      this.#giveUp();
      pending.resolve(reported);
      return;
    }
    checkTimeout(leftMs);
    pending.deadlineMs = fromNow(leftMs);
    this.#arm(leftMs);
  }

  /** What is watched has changed: a pending wait is to wait for that. */
  refresh(): void {
    // One that goes on asks anew after its handlers anyway.
    if (!this.#pending || this.#refreshing || this.#pending === this.#repeating) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      if (this.#pending) this.#arm(this.#pending.deadlineMs - performance.now());
    });
  }

  /** Is told of nothing more until the next {@link run}. */
  stop(): void {
    this.#notifier?.stop();
  }

  /** Gives back the thread, or the place in the loop; the next {@link run} makes a new one. */
  disconnect(): void {
    this.#notifier?.close();
    this.#notifier = null;
    this.#alive = false;
  }

  /** Ends a pending wait with nothing to report. */
  finish(): void {
    const pending = this.#pending;
    this.#conclude(() => pending?.resolve(0));
  }

  /** Whether a pending wait keeps the process alive. */
  reference(referenced: boolean): void {
    this.#referenced = referenced;
    if (this.#pending) this.#keepAlive(referenced);
  }

  /** @returns how many are ready now, and were reported */
  #harvest(onReady: OnReady<D>): number {
    const source = this.#source;
    const leftOver = source.deliver(onReady);
    if (leftOver > 0 || source.isClosed()) return leftOver;
    try {
      source.harvest(0);
    } catch (error) {
      // A signal arrived meanwhile: the wait goes on, and asks again.
      if (!isSystemError(error, "EINTR")) throw error;
    }
    return source.deliver(onReady);
  }

  #arm(leftMs: number): void {
    this.#notifier ??= this.#source.connect(this.#look);
    // Also for one that was made anew under a wait that goes on.
    if (this.#pending) this.#keepAlive(this.#referenced);
    if (leftMs > 0 && !this.#source.isReady()) {
      this.#source.notify(leftMs);
      return;
    }
    const immediate = setImmediate(this.#look);
    if (!this.#referenced) immediate.unref();
  }

  #begin(pending: Pending<D>): void {
    this.#pending = pending;
    waiting.add(this);
    this.#keepAlive(this.#referenced);
  }

  #end(): Pending<D> | null {
    const pending = this.#pending;
    if (!pending) return null;
    this.#pending = null;
    pending.signal?.removeEventListener("abort", pending.onAbort);
    void this.#release();
    return pending;
  }

  // A thread would keep what it waits for open, and a loop keep looking.
  #giveUp(): Pending<D> | null {
    const pending = this.#end();
    if (pending) this.stop();
    return pending;
  }

  // Whoever waits in a loop begins the next wait at once: nothing is let go for that.
  async #release(): Promise<void> {
    for (let turn = 0; turn < LOOP_TURNS; turn++) {
      await Promise.resolve();
      if (this.#pending) return;
    }
    waiting.delete(this);
    this.#keepAlive(false);
  }

  // What its own handlers throw after they have ended it is to be heard: so its promise waits for them.
  #conclude(outcome: () => void): void {
    const pending = this.#giveUp();
    if (pending !== null && pending === this.#repeating) this.#outcome = outcome;
    else if (pending !== null) outcome();
  }

  #keepAlive(alive: boolean): void {
    if (alive === this.#alive) return;
    this.#alive = alive;
    this.#notifier?.keepAlive(alive);
  }
}

function fromNow(ms: number): number {
  return ms === Infinity ? Infinity : performance.now() + ms;
}
