import { type OptionTable, aTimeLimit, invalidState } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { checkSignal, reasonOf, throwIfAborted } from "../runtime/abort.ts";
import { nextTick, now, queueMicrotask, setImmediate } from "../runtime/timing.ts";
import { checkNext, checkTimeout, checkWait, toOptions } from "./checks.ts";
import type { Core } from "./core.ts";
import type { AsyncWaitOptions, OnReady, WaitEnd } from "./multiplexer.ts";
import type { Notifier } from "./notifier.ts";

/** Says how many milliseconds to wait on, or `null` to end the wait. */
type Next = (reported: number) => number | null;

interface Wait<D> {
  readonly onReady: OnReady<D>;
  /** Of a wait that goes on. */
  readonly next: Next | null;
  deadlineMs: number;
  readonly resolve: (reported: number) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/**
 * `waiting`: for the notifier's call. `delivering`: a wait that goes on runs its handlers; `end` says how it
 * ends once they have run, where one of them has ended it. A wait for one time is over before its handlers
 * run, so that they may start the next.
 */
type State<D> =
  { readonly name: "idle" } | { readonly name: "waiting"; readonly wait: Wait<D> } | Delivering<D>;

interface Delivering<D> {
  readonly name: "delivering";
  readonly wait: Wait<D>;
  end: (() => void) | null;
}

const IDLE = { name: "idle" } as const;
const OPTIONS: OptionTable<AsyncWaitOptions> = { timeoutMs: aTimeLimit, signal: checkSignal };

// So many microtasks lie between two waits of a loop with `await`, and one to spare.
const LOOP_TURNS = 4;

// Whoever waits must not be collected, also when nobody else holds the multiplexer.
const waiting = new Set<object>();

/** The one pending `wait()` of a multiplexer. */
export class AsyncWait<D> {
  readonly #core: Core<D>;
  readonly #look: () => void;
  #notifier: Notifier | null = null;
  #state: State<D> = IDLE;
  #referenced = true;
  #alive = false;
  #refreshing = false;

  constructor(core: Core<D>) {
    this.#core = core;
    // Whoever waits is held by `waiting`, and whoever does not may be collected.
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
      const { timeoutMs = Infinity, signal }: AsyncWaitOptions = toOptions(options, OPTIONS);
      this.#core.checkOpen();
      checkWait(timeoutMs, onReady);
      checkSignal(signal);
      if (this.pending) throw invalidState("a wait is pending");
      throwIfAborted(signal);
      // Node's loop cannot watch what watches Node's loop.
      this.#core.blockingWait.unwatchLoop();
      this.#arm(timeoutMs);
      const deadlineMs = now() + timeoutMs;
      const onAbort = (): void => {
        this.#end("interrupt", () => {
          reject(reasonOf(signal));
        });
      };
      this.#begin({ onReady, next, deadlineMs, resolve, reject, signal, onAbort });
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

  /** Something may be ready, or the time has passed. */
  look(): void {
    const state = this.#state;
    if (state.name !== "waiting") this.#notifier?.stop();
    else if (state.wait.next) this.#deliver(state.wait, state.wait.next);
    else this.#deliverOnce(state.wait);
  }

  /** What is watched has changed: a pending wait is to wait for that. */
  refresh(): void {
    // One that delivers arms anew afterwards anyway.
    if (this.#refreshing || this.#state.name !== "waiting") return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      if (this.#state.name === "waiting") this.#armAnew(this.#state.wait);
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
    this.#referenced = referenced;
    if (this.pending) this.#keepAlive(referenced);
  }

  /** Is told of nothing more until the next wait. */
  pause(): void {
    this.#notifier?.stop();
  }

  /** Gives back the thread, or the place in the loop; the next wait makes a new one. */
  release(): void {
    this.#notifier?.close();
  }

  #deliverOnce(wait: Wait<D>): void {
    this.#leave(wait);
    try {
      const reported = this.#report(wait.onReady);
      const leftMs = reported > 0 ? 0 : wait.deadlineMs - now();
      if (leftMs > 0) {
        this.#arm(leftMs);
        this.#begin(wait);
      } else {
        this.#core.endedBy = reported > 0 ? "ready" : "time";
        wait.resolve(reported);
      }
    } catch (error) {
      wait.reject(error);
    }
  }

  // No promise for each time, and nothing to prepare anew.
  #deliver(wait: Wait<D>, next: Next): void {
    const delivering: Delivering<D> = { name: "delivering", wait, end: null };
    this.#state = delivering;
    try {
      const reported = this.#report(wait.onReady);
      if (delivering.end === null) this.#goOn(wait, reported, next);
      delivering.end?.();
    } catch (error) {
      // What its own handlers throw after they have ended it is to be heard all the same.
      if (this.#isOf(wait)) this.#stop(wait, "ready");
      wait.reject(error);
    }
  }

  // Woken for nothing, it does not ask: it is not time yet.
  #goOn(wait: Wait<D>, reported: number, next: Next): void {
    let leftMs: number | null = reported > 0 ? 0 : wait.deadlineMs - now();
    if (leftMs <= 0) leftMs = next(reported);
    if (!this.#isOf(wait)) return;
    if (leftMs === null) {
      this.#stop(wait, reported > 0 ? "ready" : "time");
      wait.resolve(reported);
      return;
    }
    checkTimeout(leftMs);
    wait.deadlineMs = now() + leftMs;
    this.#state = { name: "waiting", wait };
    this.#arm(leftMs);
  }

  /** @returns how many are ready now, and were reported */
  #report(onReady: OnReady<D>): number {
    const core = this.#core;
    const leftOver = core.deliver(onReady);
    if (leftOver > 0 || core.closed) return leftOver;
    try {
      core.harvest(0);
    } catch (error) {
      // A signal arrived meanwhile: the wait goes on, and asks again.
      if (!isSystemError(error, "EINTR")) throw error;
    }
    return core.deliver(onReady);
  }

  #arm(leftMs: number): void {
    if (this.#notifier?.closed !== false) this.#connect();
    if (leftMs > 0 && !this.#core.isReady()) {
      this.#core.backend.notify(leftMs);
      return;
    }
    const immediate = setImmediate(this.#look);
    if (!this.#referenced) immediate.unref();
  }

  #armAnew(wait: Wait<D>): void {
    try {
      this.#arm(wait.deadlineMs - now());
    } catch (error) {
      this.#stop(wait, "interrupt");
      wait.reject(error);
    }
  }

  #connect(): void {
    this.#notifier = this.#core.backend.createNotifier(this.#look);
    this.#alive = false;
    // Also under a wait that goes on.
    if (this.pending) this.#keepAlive(this.#referenced);
  }

  #begin(wait: Wait<D>): void {
    this.#state = { name: "waiting", wait };
    wait.signal?.addEventListener("abort", wait.onAbort, { once: true });
    waiting.add(this);
    this.#keepAlive(this.#referenced);
  }

  /** Ends the pending wait, as far as it depends on this side; `outcome` tells the other. */
  #end(endedBy: WaitEnd, outcome: () => void): void {
    const state = this.#state;
    if (state.name === "idle") return;
    this.#stop(state.wait, endedBy);
    // What the handlers that still run throw is to be heard: its promise waits for them.
    if (state.name === "delivering") state.end = outcome;
    else outcome();
  }

  // A thread would keep what it waits for open, and a loop keep looking.
  #stop(wait: Wait<D>, endedBy: WaitEnd): void {
    this.#core.endedBy = endedBy;
    this.#leave(wait);
    this.pause();
  }

  #leave(wait: Wait<D>): void {
    this.#state = IDLE;
    wait.signal?.removeEventListener("abort", wait.onAbort);
    void this.#letGoSoon();
  }

  /**
   * Nothing is let go for who waits in a loop, and begins the next wait once the promise has been heard.
   * That is mostly a few microtasks from here: to see it there costs less than a tick. Others are waited
   * for until all microtasks are done, which run before the tick that one of them asks for.
   */
  async #letGoSoon(): Promise<void> {
    for (let turn = 0; turn < LOOP_TURNS; turn++) {
      await Promise.resolve();
      if (this.pending) return;
    }
    nextTick(this.#letGo);
  }

  readonly #letGo = (): void => {
    if (this.pending) return;
    waiting.delete(this);
    this.#keepAlive(false);
  };

  #isOf(wait: Wait<D>): boolean {
    return this.#state.name !== "idle" && this.#state.wait === wait;
  }

  #keepAlive(alive: boolean): void {
    if (alive === this.#alive || this.#notifier?.closed !== false) return;
    this.#alive = alive;
    this.#notifier.keepAlive(alive);
  }
}
