import { invalidState } from "../arguments.ts";
import type { Target } from "../descriptors/descriptor.ts";
import type { Multiplexer } from "../multiplexer/multiplexer.ts";
import { Transfers } from "./small_messages.ts";
import { type Timer, Timers } from "./timers.ts";

/** Whatever a {@link Reactor} calls when its descriptor is ready. */
export interface Handler {
  onReady(events: number): void;
}

export interface RunOptions {
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
}

const SCRATCH_SIZE = 64 * 1024;

/**
 * An event loop on one thread and any multiplexer: hands each event to the handler that was added
 * with the descriptor, and runs timers. Handlers must not block.
 */
export class Reactor implements Disposable {
  readonly multiplexer: Multiplexer<Handler>;
  /** Memory for what is received and used within one event; shared by all connections. */
  readonly scratch = new Uint8Array(SCRATCH_SIZE);
  /** Small messages of many connections in few calls. */
  readonly transfers = new Transfers();
  readonly #timers = new Timers();
  /** @returns milliseconds until the next timer, or `null` after {@link stop} */
  readonly #finishTurn = (): number | null => {
    this.transfers.run();
    this.#timers.run();
    return this.#stopped ? null : this.#timers.delayMs;
  };
  #stopped = false;
  #running = false;

  /** @param multiplexer - owned from now on: closed by {@link close} */
  constructor(multiplexer: Multiplexer<Handler>) {
    this.multiplexer = multiplexer;
  }

  add(target: Target, interest: number, handler: Handler): void {
    this.multiplexer.add(target, interest, handler);
  }

  modify(target: Target, interest: number): void {
    this.multiplexer.modify(target, interest);
  }

  remove(target: Target): boolean {
    return this.multiplexer.remove(target);
  }

  /**
   * Runs `callback` once, on this thread.
   *
   * @param delayMs - milliseconds, fractions allowed; never runs early
   */
  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = this.#timers.add(delayMs, callback);
    // A turn under way does not know of it.
    this.multiplexer.interrupt();
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
    const ready = this.multiplexer.waitSync(timeoutMs, dispatch);
    this.#finishTurn();
    return ready;
  }

  /**
   * As {@link runSync}, with this thread free for Node's own event loop meanwhile.
   *
   * @throws the reason of `signal`, which stops it
   */
  async run({ signal }: RunOptions = {}): Promise<void> {
    if (this.#running) throw invalidState("the reactor is running");
    signal?.throwIfAborted();
    const onAbort = (): void => {
      this.stop();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#running = true;
    try {
      while (!this.#stopped) {
        const { delayMs } = this.#timers;
        await this.multiplexer.waitRepeatedly(delayMs, dispatch, this.#finishTurn);
        // Where a handler has ended the wait, what was noted before is still to be received.
        this.transfers.run();
      }
    } finally {
      this.#running = false;
      this.#stopped = false;
      signal?.removeEventListener("abort", onAbort);
    }
    signal?.throwIfAborted();
  }

  /** As {@link turnSync}, with this thread free meanwhile. */
  async turn(limitMs = Infinity): Promise<number> {
    const timeoutMs = Math.min(limitMs, this.#timers.delayMs);
    const ready = await this.multiplexer.wait(timeoutMs, dispatch);
    this.#finishTurn();
    return ready;
  }

  /**
   * Lets {@link runSync} or {@link run} return after the current turn; when neither runs, the next one at
   * once.
   */
  stop(): void {
    this.#stopped = true;
    this.multiplexer.interrupt();
  }

  close(): void {
    this.stop();
    this.multiplexer.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function dispatch(_fd: number, events: number, handler: Handler): void {
  handler.onReady(events);
}
