import {
  type OptionTable,
  aFunction,
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

/** Whatever a {@link Reactor} calls when its descriptor is ready. */
export interface Handler {
  /**
   * Called when the descriptor is ready, with READABLE, WRITABLE, … bits. `onError` of the reactor is told
   * when it throws, or when its promise is rejected. After 16 failures in a row the descriptor is no longer
   * watched: a level-triggered one would be reported, and fail, without end. It stays open.
   */
  onReady(events: number): void;
}

/** Options of a {@link Reactor}. */
export interface ReactorOptions {
  /**
   * Told of what a handler, a timer or a callback of a connection or listener has thrown, or a promise of
   * theirs was rejected with; the reactor goes on. Default: a process warning with the stack.
   */
  readonly onError?: OnError | undefined;
}

/** How {@link Reactor.run} is stopped. */
export interface RunOptions {
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
}

/** What is called may be an async function. */
interface AnyHandler {
  onReady(events: number): unknown;
}

/** The call of a multiplexer that is not epoll. */
const WAITS: Readonly<Record<string, Call>> = { select: "select", poll: "poll" };
const OPTIONS: OptionTable<ReactorOptions> = { onError: aFunction };
const RUN_OPTIONS: OptionTable<RunOptions> = { signal: checkSignal };

/**
 * An event loop on one thread and any multiplexer: hands each event to the handler that was added
 * with the descriptor, and runs timers. Handlers must not block. What one of them throws goes to
 * `onError`, and the others have their turn.
 */
export class Reactor implements Disposable {
  /** What it waits on. */
  readonly multiplexer: Multiplexer<Handler>;
  readonly #shared: Shared;
  readonly #timers = new Timers();
  readonly #dispatch: OnReady<Handler>;
  /** @returns milliseconds until the next timer, or `null` after {@link stop} */
  readonly #finishTurn = (): number | null => {
    this.#handling = true;
    this.#shared.smallMessages.run();
    this.#timers.run();
    this.#handling = false;
    return this.#stopped ? null : this.#timers.delayMs;
  };
  readonly #waitRepeatedly = (): Promise<number> =>
    this.multiplexer.waitRepeatedly(this.#timers.delayMs, this.#dispatch, this.#finishTurn);
  readonly #failing = new FailingHandlers();
  readonly #backoff = new Backoff();
  /** When the next wait is due, after one that has failed; 0 after one that has not. */
  #restUntilMs = 0;
  #endRest: (() => void) | null = null;
  /** @internal For other copies of this package. */
  readonly [TOLD]: OnError | undefined;
  /** Whether handlers or timers run: the next wait is told of all that they change. */
  #handling = false;
  #stopped = false;
  #running = false;

  /**
   * @param multiplexer - owned from now on: closed by {@link close}
   * @throws TypeError ERR_INVALID_ARG_VALUE: it is one-shot. Handlers do not arm again what they wait for
   */
  constructor(multiplexer: Multiplexer<Handler>, options: ReactorOptions = {}) {
    const { onError } = readOptions(options, OPTIONS);
    if (multiplexer.oneShot) {
      throw invalidArgValue("multiplexer", "one that is not one-shot", multiplexer);
    }
    this.multiplexer = multiplexer;
    this.#shared = new Shared(onError, true);
    share(this, this.#shared);
    this[TOLD] = onError;
    const { guard } = this.#shared;
    // Not by `guard.call`, which takes a function for each event.
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

  /** Changes what a descriptor is watched for: {@link Multiplexer.modify}. */
  modify(target: Target, interest: number): void {
    this.multiplexer.modify(target, interest);
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
    if (!this.#handling) this.#interrupt(); // a wait under way does not know of it
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
   * @returns how many descriptors were ready
   */
  turnSync(limitMs = Infinity): number {
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
        // Where a handler has ended the wait, what was queued before is still to be received.
        this.#shared.smallMessages.run();
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
    const timeoutMs = Math.min(limitMs, this.#timers.delayMs);
    const ready = await this.#wait(
      () => this.multiplexer.wait(timeoutMs, this.#dispatch),
      timeoutMs,
    );
    this.#finishTurn();
    return ready;
  }

  /**
   * Lets {@link runSync} or {@link run} return after the current turn; when neither runs, the next one at
   * once.
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

  /** A wait has failed. @throws what does not pass by itself */
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

  /** What ends when a handler fails again and again, unless it watches something else by then. */
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
  // The guard hears of it.
}
