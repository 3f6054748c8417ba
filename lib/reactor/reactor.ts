import {
  type OptionTable,
  aFunction,
  aTimeLimit,
  checkObject,
  invalidArgType,
  invalidArgValue,
  invalidState,
  readOptions,
} from "../arguments.ts";
import type { Target } from "../descriptors/descriptor.ts";
import { Backoff } from "../failures/backoff.ts";
import { type Call, isOfClass } from "../failures/classes.ts";
import type { Multiplexer, OnReady } from "../multiplexer/multiplexer.ts";
import { checkSignal, throwIfAborted } from "../runtime/abort.ts";
import { type Concerned, isThenable, type OnError } from "../runtime/guard.ts";
import { clearTimeout, now, setTimeout, sleep } from "../runtime/timing.ts";
import { FailingHandlers } from "./failing_handlers.ts";
import { Shared, TOLD, share } from "./shared.ts";
import { type Timer, Timers } from "./timers.ts";

/** What a {@link Reactor} calls when a descriptor is ready. */
export interface Handler {
  /**
   * Called when the descriptor is ready, with READABLE, WRITABLE, … bits. If it throws, or its promise is
   * rejected, `onError` of the reactor is called. After 16 failures in a row the descriptor is no longer
   * watched, because a level-triggered one would be reported and fail without end. It stays open.
   */
  onReady(events: number): void;
}

/** Options of a {@link Reactor}. */
export interface ReactorOptions {
  /**
   * Called with every error that a handler, timer or callback throws or rejects with; the reactor goes on.
   * Default: a process warning with the stack.
   */
  readonly onError?: OnError | undefined;
}

/** How {@link Reactor.run} is stopped. */
export interface RunOptions {
  /** Stops the reactor when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** As {@link Handler}; it may return a promise. */
interface AnyHandler {
  onReady(events: number): unknown;
}

/** The system call of a multiplexer other than epoll. */
const WAITS: Readonly<Record<string, Call>> = { select: "select", poll: "poll" };
const OPTIONS: OptionTable<ReactorOptions> = { onError: aFunction };
const RUN_OPTIONS: OptionTable<RunOptions> = { signal: checkSignal };

/**
 * An event loop on one thread and any multiplexer: hands each event to the handler that was added
 * with the descriptor, and runs timers. Handlers must not block. An error that one of them throws goes to
 * `onError`, and the others still run.
 */
export class Reactor implements Disposable {
  /** The multiplexer that it waits with. */
  readonly multiplexer: Multiplexer<Handler>;
  readonly #shared: Shared;
  readonly #timers = new Timers();
  readonly #dispatch: OnReady<Handler>;
  /** @returns milliseconds until the next timer, or `null` after {@link stop} */
  readonly #finishTurn = (): number | null => {
    this.#handling = true;
    this.#shared.runBatches();
    this.#timers.run();
    this.#handling = false;
    return this.#stopped ? null : this.#timers.delayMs;
  };
  readonly #waitRepeatedly = (): Promise<number> =>
    this.multiplexer.waitRepeatedly(this.#timers.delayMs, this.#dispatch, this.#finishTurn);
  readonly #failing = new FailingHandlers();
  readonly #backoff = new Backoff();
  /** When the next wait is due, if the last one failed; otherwise 0. */
  #restUntilMs = 0;
  #endRest: (() => void) | null = null;
  /** @internal Other copies of this package read it. */
  readonly [TOLD]: OnError | undefined;
  /** Whether handlers or timers run: the wait after them starts with all that they change. */
  #handling = false;
  #stopped = false;
  #running = false;

  /**
   * @param multiplexer - belongs to the reactor from now on: {@link close} closes it
   * @throws TypeError ERR_INVALID_ARG_TYPE: it is no object. ERR_INVALID_ARG_VALUE: it is one-shot. Handlers do not re-arm one-shot descriptors
   */
  constructor(multiplexer: Multiplexer<Handler>, options: ReactorOptions = {}) {
    const { onError } = readOptions(options, OPTIONS);
    checkObject(multiplexer, "multiplexer", "a Multiplexer");
    if (multiplexer.oneShot) {
      throw invalidArgValue("multiplexer", "one that is not one-shot", multiplexer);
    }
    this.multiplexer = multiplexer;
    this.#shared = new Shared(onError, true);
    share(this, this.#shared);
    this[TOLD] = onError;
    const { guard } = this.#shared;
    // Not through `guard.call`, which would need a new function for each event.
    this.#dispatch = (fd, events, handler: AnyHandler) => {
      this.#handling = true;
      try {
        const result = handler.onReady(events);
        if (result !== undefined) this.#await(result, fd, handler);
        else this.#failing.goWell(handler);
      } catch (error) {
        guard.fail(error, this.#watchOf(fd, handler));
      }
    };
  }

  /** Watches a descriptor, and calls `handler` when it is ready: {@link Multiplexer.add}. */
  add(target: Target, interest: number, handler: Handler): void {
    this.multiplexer.add(target, interest, handler);
  }

  /** Changes what a descriptor is watched for, and, if given, its handler: {@link Multiplexer.modify}. */
  modify(target: Target, interest: number, handler?: Handler): void {
    this.multiplexer.modify(target, interest, handler);
  }

  /** Stops watching a descriptor: {@link Multiplexer.remove}. */
  remove(target: Target): boolean {
    return this.multiplexer.remove(target);
  }

  /**
   * Runs `callback` once, on this thread.
   *
   * @param delayMs - milliseconds, fractions allowed; never runs early
   */
  setTimer(delayMs: number, callback: () => unknown): Timer {
    if (typeof callback !== "function") throw invalidArgType("callback", "a function", callback);
    const timer = this.#timers.add(delayMs, () => {
      this.#shared.guard.call(callback);
    });
    if (!this.#handling) this.#interrupt(); // a pending wait does not know of the timer
    return timer;
  }

  /** Handles events and timers until {@link stop}. Blocks the JavaScript thread. */
  runSync(): void {
    while (!this.#stopped) this.turnSync();
    this.#stopped = false;
  }

  /**
   * Waits for events or the next timer, and handles them. Blocks the JavaScript thread.
   *
   * @param limitMs - milliseconds to wait at most
   * @returns how many descriptors were ready; 0 if the time passed
   * @throws TypeError, RangeError: `limitMs` is no number, negative or NaN
   */
  turnSync(limitMs = Infinity): number {
    aTimeLimit(limitMs, "limitMs");
    const timeoutMs = Math.min(limitMs, this.#timers.delayMs);
    const ready = this.#waitSync(timeoutMs);
    this.#finishTurn();
    return ready;
  }

  /**
   * As {@link runSync}, with this thread free for Node's own event loop meanwhile.
   *
   * @throws the reason of `signal`, which stops it
   */
  async run(options: RunOptions = {}): Promise<void> {
    const { signal } = readOptions(options, RUN_OPTIONS);
    if (this.#running) throw invalidState("the reactor is running");
    throwIfAborted(signal);
    const onAbort = (): void => {
      this.stop();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#running = true;
    try {
      while (!this.#stopped) {
        await this.#wait(this.#waitRepeatedly);
        if (this.#restUntilMs > 0) this.#timers.run();
        // If a handler ended the wait, messages that were queued before still have to be received.
        this.#shared.runBatches();
        this.#handling = false;
      }
    } finally {
      this.#running = false;
      this.#stopped = false;
      signal?.removeEventListener("abort", onAbort);
    }
    throwIfAborted(signal);
  }

  /** As {@link turnSync}, with this thread free meanwhile. */
  async turn(limitMs = Infinity): Promise<number> {
    aTimeLimit(limitMs, "limitMs");
    const timeoutMs = Math.min(limitMs, this.#timers.delayMs);
    const ready = await this.#wait(
      () => this.multiplexer.wait(timeoutMs, this.#dispatch),
      timeoutMs,
    );
    this.#finishTurn();
    return ready;
  }

  /**
   * Lets {@link runSync} or {@link run} return after the current turn. If neither runs, the next one to be
   * called returns immediately.
   */
  stop(): void {
    this.#stopped = true;
    this.#interrupt();
  }

  /** Stops, and closes the multiplexer. */
  close(): void {
    this.stop();
    this.multiplexer.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #waitSync(timeoutMs: number): number {
    if (this.#restUntilMs > 0) {
      const restMs = this.#restUntilMs - now();
      if (restMs > 0) sleep(Math.min(restMs, timeoutMs));
      if (restMs > timeoutMs) return 0;
    }
    try {
      const ready = this.multiplexer.waitSync(timeoutMs, this.#dispatch);
      if (this.#restUntilMs > 0) this.#recover();
      return ready;
    } catch (error) {
      this.#survive(error);
      return 0;
    }
  }

  async #wait(wait: () => Promise<number>, limitMs = Infinity): Promise<number> {
    if (this.#restUntilMs > 0 && !(await this.#rest(limitMs))) return 0;
    try {
      const ready = await wait();
      this.#recover();
      return ready;
    } catch (error) {
      this.#survive(error);
      return 0;
    }
  }

  /** @returns whether the next wait is due: not when a timer, the limit or {@link stop} comes first */
  async #rest(limitMs: number): Promise<boolean> {
    const restMs = Math.min(this.#restUntilMs - now(), limitMs, this.#timers.delayMs);
    if (restMs > 0) {
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, Math.ceil(restMs));
        this.#endRest = () => {
          clearTimeout(timeout);
          resolve();
        };
      });
      this.#endRest = null;
    }
    return now() >= this.#restUntilMs && !this.#stopped;
  }

  /** A wait has failed. @throws the error, if it does not pass by itself */
  #survive(error: unknown): void {
    if (!isOfClass(error, WAITS[this.multiplexer.name] ?? "epoll_wait", "pause")) throw error;
    this.#restUntilMs = now() + this.#backoff.fail();
    this.#shared.guard.tell(error);
  }

  #recover(): void {
    this.#restUntilMs = 0;
    this.#backoff.reset();
  }

  #interrupt(): void {
    this.multiplexer.interrupt();
    this.#endRest?.();
  }

  #await(result: unknown, fd: number, handler: AnyHandler): void {
    if (isThenable(result)) result.then(() => this.#failing.goWell(handler), ignore);
    this.#shared.guard.watch(result, this.#watchOf(fd, handler));
  }

  /** Stops watching a descriptor whose handler fails again and again, if it still has that handler. */
  #watchOf(fd: number, handler: AnyHandler): Concerned {
    return {
      close: () => {
        if (!this.#failing.fail(handler)) return;
        if (this.multiplexer.get(fd)?.data === handler) this.multiplexer.remove(fd);
      },
    };
  }
}

function ignore(): void {
  // The guard handles the rejection.
}
