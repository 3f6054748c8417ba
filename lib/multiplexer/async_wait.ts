import { type OptionTable, aBoolean, aTimeLimit, invalidState } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { checkSignal, reasonOf, throwIfAborted } from "../runtime/abort.ts";
import { now, queueMicrotask, setImmediate, setTimeout } from "../runtime/timing.ts";
import { checkNext, checkTimeout, checkWait, toOptions } from "./checks.ts";
import type { Core } from "./core.ts";
import { Interruptions } from "./interruptions.ts";
import { KeepAlive } from "./keep_alive.ts";
import type { AsyncWaitOptions, OnReady, WaitEnd } from "./multiplexer.ts";
import type { Notifier } from "./notifier.ts";

/** Returns how many milliseconds to go on waiting, or `null` to end the wait. */
type Next = (reported: number) => number | null;

interface Wait<D> {
  readonly onReady: OnReady<D>;
  /** `null` for a wait that ends with its first result. */
  readonly next: Next | null;
  deadlineMs: number;
  readonly untilEmpty: boolean;
  readonly resolve: (reported: number) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/**
 * `waiting`: for the notifier's call. `delivering`: a repeated wait runs its handlers; if one of them ends it,
 * `end` settles its promise after they have run. A single wait is over before its handlers run, so that they
 * may start the next one.
 */
type State<D> =
  { readonly name: "idle" } | { readonly name: "waiting"; readonly wait: Wait<D> } | Delivering<D>;

interface Delivering<D> {
  readonly name: "delivering";
  readonly wait: Wait<D>;
  end: (() => void) | null;
}

const IDLE = { name: "idle" } as const;
const OPTIONS: OptionTable<AsyncWaitOptions> = {
  timeoutMs: aTimeLimit,
  signal: checkSignal,
  untilEmpty: aBoolean,
};

// A turn of Node's loop, or the way to a thread and back, takes less than a sixteenth of this.
const STREAK_MS = 100;

/** The one pending `wait()` of a multiplexer. */
export class AsyncWait<D> {
  readonly #core: Core<D>;
  readonly #look: () => void;
  #notifier: Notifier | null = null;
  #state: State<D> = IDLE;
  readonly #keepAlive = new KeepAlive(this);
  #refreshing = false;
  readonly #interruptions = new Interruptions(STREAK_MS);
  /** How long to rest before it asks again, after calls that were interrupted again and again. */
  #restMs = 0;

  constructor(core: Core<D>) {
    this.#core = core;
    // During a wait, KeepAlive holds this object. Otherwise it may be collected.
    const weak = new WeakRef(this);
    this.#look = () => weak.deref()?.look();
  }

  get pending(): boolean {
    return this.#state.name !== "idle";
  }

  run(
    options: number | AsyncWaitOptions | undefined,
    onReady: OnReady<D>,
    next: Next | null,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const checked: AsyncWaitOptions = toOptions(options, OPTIONS);
      const { timeoutMs = Infinity, signal, untilEmpty = false } = checked;
      this.#core.checkOpen();
      checkWait(timeoutMs, onReady);
      if (this.pending) throw invalidState("another wait is pending");
      if (signal?.aborted) this.#core.endedBy = "interrupt";
      throwIfAborted(signal);
      if (untilEmpty && this.#core.table.isEmpty) {
        this.#core.endedBy = "empty";
        resolve(0);
        return;
      }
      // Node's loop cannot watch an epoll that watches Node's loop (ELOOP).
      this.#core.blockingWait.unwatchLoop();
      try {
        this.#arm(timeoutMs);
      } catch (error) {
        this.#core.endedBy = undefined;
        throw error;
      }
      const deadlineMs = now() + timeoutMs;
      const onAbort = (): void => {
        this.#end("interrupt", () => {
          reject(reasonOf(signal));
        });
      };
      this.#begin({ onReady, next, deadlineMs, untilEmpty, resolve, reject, signal, onAbort });
    });
  }

  async runRepeatedly(
    options: number | AsyncWaitOptions | undefined,
    onReady: OnReady<D>,
    next: Next,
  ): Promise<number> {
    checkNext(next);
    return await this.run(options, onReady, next);
  }

  /** Called by the notifier: something may be ready, or the time has passed. */
  look(): void {
    const state = this.#state;
    if (state.name !== "waiting") this.#notifier?.stop();
    else if (state.wait.next) this.#deliver(state.wait, state.wait.next);
    else this.#deliverOnce(state.wait);
  }

  /** What is watched has changed: a pending wait has to start again with it. */
  refresh(): void {
    // A wait that delivers arms again afterwards anyway.
    if (this.#refreshing || this.#state.name !== "waiting") return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      if (this.#state.name !== "waiting") return;
      const { wait } = this.#state;
      if (this.#isOver(wait)) this.#endEmpty(wait, 0);
      else this.#armAnew(wait);
    });
  }

  /** Ends a pending wait with nothing to report. */
  interrupt(): void {
    const state = this.#state;
    if (state.name === "idle") return;
    this.#end("interrupt", () => {
      state.wait.resolve(0);
    });
  }

  /** Whether a pending wait keeps the process alive. */
  reference(referenced: boolean): void {
    this.#keepAlive.reference(referenced);
  }

  /** Stops the notifier until the next wait. */
  pause(): void {
    this.#notifier?.stop();
  }

  /** Closes the notifier; the next wait creates a new one. */
  release(): void {
    this.#notifier?.close();
  }

  #deliverOnce(wait: Wait<D>): void {
    this.#leave(wait);
    try {
      const reported = this.#report(wait.onReady);
      const leftMs = reported > 0 ? 0 : wait.deadlineMs - now();
      if (leftMs > 0 && !this.#isOver(wait)) {
        this.#arm(leftMs);
        this.#begin(wait);
      } else {
        this.#core.endedBy = reported > 0 ? "ready" : leftMs > 0 ? "empty" : "time";
        wait.resolve(reported);
      }
    } catch (error) {
      this.#core.endedBy = undefined;
      wait.reject(error);
    }
  }

  // A repeated wait needs no promise and no set-up for each round.
  #deliver(wait: Wait<D>, next: Next): void {
    const delivering: Delivering<D> = { name: "delivering", wait, end: null };
    this.#state = delivering;
    try {
      const reported = this.#report(wait.onReady);
      if (delivering.end === null) this.#goOn(wait, reported, next);
      delivering.end?.();
    } catch (error) {
      // An error that a handler throws after it has ended the wait must not be lost.
      if (this.#isOf(wait)) this.#end(undefined, () => undefined);
      this.#core.endedBy = undefined;
      wait.reject(error);
    }
  }

  // If nothing was ready and the time has not passed, it waits on without calling `next`.
  #goOn(wait: Wait<D>, reported: number, next: Next): void {
    let leftMs: number | null = reported > 0 ? 0 : wait.deadlineMs - now();
    if (leftMs <= 0) leftMs = next(reported);
    if (!this.#isOf(wait)) return;
    if (leftMs === null) {
      this.#end(reported > 0 ? "ready" : "time", () => {
        wait.resolve(reported);
      });
      return;
    }
    checkTimeout(leftMs);
    if (this.#isOver(wait)) {
      this.#endEmpty(wait, reported);
      return;
    }
    wait.deadlineMs = leftMs === Infinity ? Infinity : now() + leftMs;
    this.#state = { name: "waiting", wait };
    this.#arm(leftMs);
  }

  /** Whether nothing is watched any more that the wait is for. */
  #isOver(wait: Wait<D>): boolean {
    return wait.untilEmpty && this.#core.table.isEmpty;
  }

  #endEmpty(wait: Wait<D>, reported: number): void {
    this.#end("empty", () => {
      wait.resolve(reported);
    });
  }

  /** @returns how many ready descriptors were reported */
  #report(onReady: OnReady<D>): number {
    const core = this.#core;
    const leftOver = core.ready.deliver(onReady);
    if (leftOver > 0 || core.closed) return leftOver;
    try {
      core.harvest(0);
      this.#interruptions.reset();
    } catch (error) {
      // A signal arrived meanwhile: the wait goes on, and harvests again.
      if (!isSystemError(error, "EINTR")) throw error;
      this.#restMs = this.#interruptions.add();
    }
    return core.ready.deliver(onReady);
  }

  #arm(leftMs: number): void {
    if (this.#notifier?.closed !== false) this.#connect();
    if (this.#restMs > 0) {
      this.#rest(Math.min(this.#restMs, leftMs));
      return;
    }
    if (leftMs > 0 && !this.#core.isReady()) {
      this.#core.backend.notify(leftMs);
      return;
    }
    const immediate = setImmediate(this.#look);
    if (!this.#keepAlive.referenced) immediate.unref();
  }

  /** Asks again after a pause only. The timer is a wait's own: another one may have begun by then. */
  #rest(restMs: number): void {
    this.#restMs = 0;
    this.#notifier?.stop();
    const timeout = setTimeout(this.#look, Math.ceil(restMs));
    if (!this.#keepAlive.referenced) timeout.unref();
  }

  #armAnew(wait: Wait<D>): void {
    try {
      this.#arm(wait.deadlineMs - now());
    } catch (error) {
      this.#end(undefined, () => {
        wait.reject(error);
      });
    }
  }

  #connect(): void {
    this.#notifier = this.#core.backend.createNotifier(this.#look);
    this.#keepAlive.follow(this.#notifier);
    // It may have dropped closed numbers, and nothing may be left to wait for.
    queueMicrotask(() => {
      if (this.#state.name === "waiting" && this.#isOver(this.#state.wait))
        this.#endEmpty(this.#state.wait, 0);
    });
  }

  #begin(wait: Wait<D>): void {
    this.#state = { name: "waiting", wait };
    wait.signal?.addEventListener("abort", wait.onAbort, { once: true });
    this.#keepAlive.begin();
  }

  /** Ends the pending wait; `outcome` settles its promise. */
  #end(endedBy: WaitEnd | undefined, outcome: () => void): void {
    const state = this.#state;
    if (state.name === "idle") return;
    this.#core.endedBy = endedBy;
    this.#leave(state.wait);
    // The notifier too: a thread would keep its files open, and the loop would go on polling.
    this.pause();
    // The promise is settled after the handlers have run, so that their errors are not lost.
    if (state.name === "delivering") state.end = outcome;
    else outcome();
  }

  #leave(wait: Wait<D>): void {
    this.#state = IDLE;
    wait.signal?.removeEventListener("abort", wait.onAbort);
    void this.#keepAlive.endSoon();
  }

  #isOf(wait: Wait<D>): boolean {
    return this.#state.name !== "idle" && this.#state.wait === wait;
  }
}
