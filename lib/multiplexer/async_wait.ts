import { invalidState } from "../errors.ts";
import type { OnReady } from "./multiplexer.ts";

/** What an {@link AsyncWait} needs of its multiplexer. */
export interface AsyncSource<D> {
  /** Sees to it that {@link AsyncWait.look} runs when something may be ready, or after `leftMs`. */
  arm(leftMs: number): void;
  /** Sees to it that it runs no more. */
  disarm(): void;
  /** Whether what is armed keeps the process alive. */
  keepAlive(alive: boolean): void;
  /** Reports what is ready, without blocking. */
  harvestNow(onReady: OnReady<D>): number;
}

interface Pending<D> {
  readonly onReady: OnReady<D>;
  readonly deadlineMs: number;
  readonly resolve: (reported: number) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

// Whoever waits must not be collected, also when nobody else holds the multiplexer.
const waiting = new Set<object>();

/** The one pending `wait()` of a multiplexer. */
export class AsyncWait<D> {
  readonly #source: AsyncSource<D>;
  #pending: Pending<D> | null = null;
  #referenced = true;
  #refreshing = false;

  constructor(source: AsyncSource<D>) {
    this.#source = source;
  }

  get pending(): boolean {
    return this.#pending !== null;
  }

  start(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    onReady: OnReady<D>,
  ): Promise<number> {
    if (this.#pending) throw invalidState("a wait is pending");
    signal?.throwIfAborted();
    this.#source.arm(timeoutMs);
    return new Promise((resolve, reject) => {
      const deadlineMs = performance.now() + timeoutMs;
      const onAbort = (): void => {
        this.#end();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#begin({ onReady, deadlineMs, resolve, reject, signal, onAbort });
    });
  }

  /** Something may be ready, or the time has passed. */
  look(): void {
    const pending = this.#end();
    if (!pending) {
      this.#source.disarm();
      return;
    }
    // Handlers run with their own wait over, so that they may start the next.
    try {
      const reported = this.#source.harvestNow(pending.onReady);
      const leftMs = pending.deadlineMs - performance.now();
      if (reported > 0 || leftMs <= 0) {
        pending.resolve(reported);
      } else {
        this.#source.arm(leftMs);
        pending.signal?.addEventListener("abort", pending.onAbort, { once: true });
        this.#begin(pending);
      }
    } catch (error) {
      pending.reject(error);
    }
  }

  /** What is watched has changed: a pending wait is to wait for that. */
  refresh(): void {
    if (!this.#pending || this.#refreshing) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      if (this.#pending) this.#source.arm(this.#pending.deadlineMs - performance.now());
    });
  }

  /** Ends a pending wait with nothing to report. */
  finish(): void {
    this.#end()?.resolve(0);
  }

  /** Whether a pending wait keeps the process alive. */
  reference(referenced: boolean): void {
    this.#referenced = referenced;
    if (this.#pending) this.#source.keepAlive(referenced);
  }

  #begin(pending: Pending<D>): void {
    this.#pending = pending;
    waiting.add(this);
    if (this.#referenced) this.#source.keepAlive(true);
  }

  #end(): Pending<D> | null {
    const pending = this.#pending;
    if (!pending) return null;
    this.#pending = null;
    waiting.delete(this);
    pending.signal?.removeEventListener("abort", pending.onAbort);
    this.#source.keepAlive(false);
    return pending;
  }
}
