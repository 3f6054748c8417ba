import { createMultiplexer, type MultiplexerName } from "../multiplexer/create.ts";
import type { Multiplexer } from "../multiplexer/multiplexer.ts";
import type { Target } from "../descriptors/descriptor.ts";
import { queueMicrotask, setImmediate } from "../runtime/timing.ts";

/** What a {@link Loop} calls when a descriptor is ready. */
export interface Watcher {
  /** @param events - READABLE, WRITABLE, … */
  onReady(events: number): void;
  /** The descriptor is not watched any more: no event will come. */
  onFailed(error: Error): void;
}

// What node:net's callbacks have between them: the ticks and microtasks of one run before the next. libuv
// calls each from C++; here one call delivers all that is ready. This is what Node itself calls between two timers.
const tickCallback: unknown = Reflect.get(process, "_tickCallback");
const runTicks: () => void = isFunction(tickCallback) ? tickCallback : () => undefined;

// A server has more descriptors than the 1,024 of an fd_set in C. A wait looks only as far as the highest one.
const SELECT_CAPACITY = 65_536;

const loops = new Map<MultiplexerName, Loop>();

/** The loop of this thread that waits with the multiplexer of this name. */
export function loopOf(name: MultiplexerName): Loop {
  let loop = loops.get(name);
  if (!loop) loops.set(name, (loop = new Loop(name)));
  return loop;
}

/**
 * Waits for the sockets of one thread with one multiplexer, inside Node's own event loop. Holds no descriptor
 * while nothing is watched.
 */
export class Loop {
  readonly name: MultiplexerName;
  #multiplexer: Multiplexer<Watcher> | null = null;
  #watched = 0;
  /** How many watched descriptors keep the process alive. */
  #awaited = 0;
  /** Whether a handler of the current turn has run. */
  #midTurn = false;
  #later: (() => void)[] = [];

  constructor(name: MultiplexerName) {
    this.name = name;
  }

  add(target: Target, interest: number, watcher: Watcher): void {
    (this.#multiplexer ??= this.#start()).add(target, interest, watcher);
    this.#watched++;
  }

  modify(target: Target, interest: number): void {
    this.#multiplexer?.modify(target, interest);
  }

  remove(target: Target): void {
    this.#multiplexer?.remove(target);
    if (--this.#watched === 0) setImmediate(this.#rest).unref();
  }

  /** Keeps the process alive until as many calls of {@link leave}. */
  await(): void {
    if (++this.#awaited === 1) this.#multiplexer?.ref();
  }

  leave(): void {
    if (--this.#awaited === 0) this.#multiplexer?.unref();
  }

  /**
   * Calls back after the ticks of this turn and before the next turn, as libuv ends shutdowns, writes and handles. Not just
   * by `setImmediate`: the next turn may be an immediate that was set before.
   */
  later(callback: () => void): void {
    if (this.#later.push(callback) === 1) setImmediate(this.#runLater);
  }

  #start(): Multiplexer<Watcher> {
    const options = this.name === "select" ? { capacity: SELECT_CAPACITY } : {};
    const multiplexer = createMultiplexer<Watcher>(this.name, options);
    if (this.#awaited === 0) multiplexer.unref();
    multiplexer.waitRepeatedly(Infinity, this.#dispatch, this.#onTurn).catch((error: unknown) => {
      this.#fail(multiplexer, toError(error));
    });
    return multiplexer;
  }

  /** Waiting has failed: whoever is watched must know that no event will come. */
  #fail(multiplexer: Multiplexer<Watcher>, error: Error): void {
    const registrations = [...multiplexer];
    if (this.#multiplexer === multiplexer) this.#multiplexer = null;
    this.#watched -= registrations.length;
    multiplexer.close();
    for (const { data } of registrations) {
      try {
        data.onFailed(error);
      } catch (thrown) {
        raise(thrown);
      }
    }
  }

  readonly #dispatch = (_fd: number, events: number, watcher: Watcher): void => {
    if (this.#midTurn) settle();
    else if (this.#later.length > 0) {
      this.#runLater();
      settle();
    }
    this.#midTurn = true;
    try {
      watcher.onReady(events);
    } catch (error) {
      raise(error);
      settle();
    }
  };

  readonly #onTurn = (): number => {
    this.#midTurn = false;
    return Infinity;
  };

  readonly #runLater = (): void => {
    // Those that these bring wait for the next time.
    const callbacks = this.#later;
    this.#later = [];
    forEachAlone(callbacks, (callback) => {
      callback();
    });
  };

  readonly #rest = (): void => {
    if (this.#watched > 0) return;
    this.#multiplexer?.close();
    this.#multiplexer = null;
  };
}

/** Calls `call` for each as libuv would: alone, with its ticks and microtasks, whatever one of the others throws. */
export function forEachAlone<T>(items: readonly T[], call: (item: T) => void): void {
  for (const [index, item] of items.entries()) {
    if (index > 0) settle();
    try {
      call(item);
    } catch (error) {
      raise(error);
    }
  }
}

/**
 * Runs ticks and microtasks, as Node does after each callback of libuv. What one of them throws is an uncaught exception;
 * the others still run.
 */
export function settle(): void {
  for (;;) {
    try {
      runTicks();
      return;
    } catch (error) {
      raise(error);
    }
  }
}

/** Makes it an uncaught exception, without ending the turn: other sockets are ready, too. */
function raise(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** What was thrown, as an Error. */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isFunction(value: unknown): value is () => void {
  return typeof value === "function";
}
