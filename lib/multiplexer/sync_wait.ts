import { isSystemError } from "../errors.ts";
import { LoopWatch } from "./loop_watch.ts";
import { checkWait, toOptions } from "./checks.ts";
import type { OnReady, WaitOptions } from "./multiplexer.ts";

/** What a {@link SyncWait} needs of its multiplexer. */
export interface SyncSource<D> {
  isClosed(): boolean;
  /**
   * Whether the multiplexer may be watched itself. Its watch on the loop ends with each wait then: it
   * would report every turn of the loop to the outside, and keep the loop from watching it (ELOOP).
   */
  isExposed(): boolean;
  /** Waits once for up to `timeoutMs` and collects what is ready. */
  harvest(timeoutMs: number): void;
  /** Reports what was collected. */
  deliver(onReady: OnReady<D>): number;
  /** Watches a descriptor that users do not see. */
  attach(fd: number, onReady: () => void): void;
  detach(fd: number): void;
}

const OPTIONS = ["timeoutMs", "restart"];

/** The blocking wait of a multiplexer: deadlines, signals, and the thread's own event loop. */
export class SyncWait<D> {
  readonly #source: SyncSource<D>;
  #loop: LoopWatch | null = null;

  constructor(source: SyncSource<D>) {
    this.#source = source;
  }

  run(options: number | WaitOptions | undefined, onReady: OnReady<D>): number {
    const { timeoutMs = Infinity, restart = false }: WaitOptions = toOptions(options, OPTIONS);
    checkWait(timeoutMs, onReady);
    const source = this.#source;
    const leftOver = source.deliver(onReady);
    if (leftOver > 0 || source.isClosed()) return leftOver;
    try {
      return this.#wait(timeoutMs, restart, onReady);
    } finally {
      if (source.isExposed()) this.unwatchLoop();
    }
  }

  /** Looks away from the thread's event loop, until the next run. */
  unwatchLoop(): void {
    if (!this.#loop) return;
    this.#source.detach(this.#loop.fd);
    this.#loop.release(this);
    this.#loop = null;
  }

  /** @param restart - goes on with the time that is left when a signal arrives */
  #wait(timeoutMs: number, restart: boolean, onReady: OnReady<D>): number {
    const source = this.#source;
    const limited = timeoutMs > 0 && timeoutMs < Infinity;
    const deadlineMs = limited ? performance.now() + timeoutMs : timeoutMs;
    // Around again after a wake-up by Node's loop: a termination that waits takes effect right here.
    for (let leftMs = timeoutMs; ; leftMs = limited ? deadlineMs - performance.now() : timeoutMs) {
      if (limited && leftMs <= 0) return 0;
      // A handler that waited itself may have made this one look away.
      if (timeoutMs > 0) this.#watchLoop();
      const interrupted = !this.#harvest(leftMs);
      const reported = source.deliver(onReady);
      if (reported > 0 || timeoutMs === 0 || source.isClosed()) return reported;
      if (interrupted && !restart) return 0;
    }
  }

  /** @returns `false` when a signal cut it short */
  #harvest(timeoutMs: number): boolean {
    try {
      this.#source.harvest(timeoutMs);
      return true;
    } catch (error) {
      if (isSystemError(error, "EINTR")) return false;
      throw error;
    }
  }

  #watchLoop(): void {
    if (this.#loop) return;
    const loop = LoopWatch.acquire(this);
    if (!loop) return;
    try {
      this.#attach(loop);
    } catch (error) {
      // Node's loop watches this multiplexer, or one that watches it: the wait goes without.
      if (isSystemError(error, "ELOOP")) return;
      if (!isSystemError(error, "EINVAL") || !loop.evictOthers(this)) throw error;
      this.#attach(loop);
    } finally {
      if (!this.#loop) loop.release(this);
    }
  }

  #attach(loop: LoopWatch): void {
    this.#source.attach(loop.fd, () => {
      loop.harvest();
    });
    this.#loop = loop;
  }
}
