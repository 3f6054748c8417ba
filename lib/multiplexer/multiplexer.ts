import type { Target } from "../descriptors/descriptor.ts";

/** Reading would not block: data, end of stream, a connection to accept, or an error. */
export const READABLE = 1;
/** Writing would not block: room, a finished connect, or an error. */
export const WRITABLE = 2;
/** Something exceptional: out-of-band data on TCP. */
export const PRIORITY = 4;
/** Result only: the descriptor has an error. Both directions that are watched are ready as well. */
export const ERROR = 8;
/** Result only: both directions are shut. Both directions that are watched are ready as well. */
export const HANGUP = 16;

/**
 * Of epoll, for the reactor: beside READABLE in an interest it asks for, and in a result it tells, that
 * the peer will send no more. What is behind the data would be no edge of its own.
 */
export const PEER_ENDED = 32;

/** Receives one ready descriptor: its number, what it is ready for, and the data given to `add`. */
export type OnReady<D> = (fd: number, events: number, data: D) => void;

/** How long {@link Multiplexer.waitSync} waits. */
export interface WaitOptions {
  /** Milliseconds, fractions allowed; never ends early. `undefined` or `Infinity`: without limit. */
  readonly timeoutMs?: number | undefined;
  /** Goes on with the time that is left when a signal has a handler to run. Default: ends early with 0. */
  readonly restart?: boolean;
}

/** How long {@link Multiplexer.wait} waits. */
export interface AsyncWaitOptions {
  /** Milliseconds, fractions allowed; never ends early. `undefined` or `Infinity`: without limit. */
  readonly timeoutMs?: number | undefined;
  /** Gives the wait up: its promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Why a wait ended: something was ready, its time had passed, a signal has a handler to run, or it was
 * ended from outside (`interrupt`, `close`, its AbortSignal).
 */
export type WaitEnd = "ready" | "time" | "signal" | "interrupt";

/** One watched descriptor, as `selectors` calls a key. */
export interface Watch<D> {
  /** The descriptor. */
  readonly fd: number;
  /** What it is watched for: READABLE, WRITABLE, PRIORITY. */
  readonly interest: number;
  /** What was given to {@link Multiplexer.add}. */
  readonly data: D;
}

/** One ready descriptor, as {@link OnReady} receives it. */
export interface Ready<D> {
  /** The descriptor. */
  readonly fd: number;
  /** What it is ready for: READABLE, WRITABLE, PRIORITY, ERROR, HANGUP. */
  readonly events: number;
  /** What was given to {@link Multiplexer.add}. */
  readonly data: D;
}

/**
 * What select, poll and epoll have in common. All three watch level-triggered by default: a
 * descriptor is reported by each wait for as long as it is ready.
 *
 * - Error and hang-up wake both directions, as far as they are watched.
 * - An interest of 0 keeps the descriptor, and reports nothing of it.
 * - A descriptor that is closed while watched is dropped: it never fails a wait and never spins. A
 *   number that was reused meanwhile does not get events of the old one, also within one wait. For
 *   that, add the object that owns the descriptor, or call `remove` before a bare number is closed.
 * - An object that has closed its descriptor, or given it away, gets no more events.
 * - Regular files and directories are always ready.
 * - When `onReady` throws, the rest of what is ready is delivered by the next wait.
 *
 * What differs is in docs/multiplexers.md.
 */
export interface Multiplexer<D = undefined> extends Disposable, Iterable<Watch<D>> {
  /** "select", "poll" or "epoll". */
  readonly name: string;

  /** Whether it reports each change once, by default, instead of for as long as it is ready. */
  readonly edge: boolean;

  /** Whether it reports each descriptor once, by default, and then nothing until `modify`. */
  readonly oneShot: boolean;

  /** How many descriptors are watched. Looks at each. */
  readonly size: number;

  /** Whether {@link close} was called. */
  readonly closed: boolean;

  /** Why the last wait ended; `undefined` before the first has. */
  readonly endedBy: WaitEnd | undefined;

  /**
   * Watches a descriptor.
   *
   * @param interest - any of READABLE, WRITABLE, PRIORITY, or 0
   * @param data - handed to `onReady` with each event; give it wherever `D` is not `undefined`
   * @throws SystemError EEXIST: it is watched. EBADF: it is not open. Nothing is changed then
   */
  add(target: Target, interest: number, data?: D): void;

  /**
   * Changes what a descriptor is watched for.
   *
   * @throws SystemError ENOENT: it is not watched. EBADF: it was closed, and is watched no more
   */
  modify(target: Target, interest: number): void;

  /**
   * Stops watching a descriptor, open or closed. Never throws for one that is not watched.
   *
   * @returns whether it was watched
   */
  remove(target: Target): boolean;

  /** Whether a descriptor is watched. */
  has(target: Target): boolean;

  /** What a descriptor is watched for, with its data; `undefined` when it is not watched. */
  get(target: Target): Watch<D> | undefined;

  /** All that is watched, as {@link get} has it. */
  [Symbol.iterator](): IterableIterator<Watch<D>>;

  /**
   * Waits until a watched descriptor is ready, and calls `onReady` for each that is. Blocks the
   * JavaScript thread; `worker.terminate()` and `process.exit()` end it at once all the same.
   *
   * In the main thread of a program that listens to signals (`process.on("SIGTERM", …)`), it also ends when
   * Node's event loop has something new to dispatch, which may be a signal that arrived before or meanwhile:
   * let the loop turn, and the handler runs. Signals that nobody listens to end nothing.
   *
   * @param options - milliseconds, or {@link WaitOptions}
   * @returns how many were reported; 0 when the time passed, or early for a signal: {@link endedBy} tells
   * @throws RangeError: the time is negative or NaN. ERR_INVALID_STATE: closed
   */
  waitSync(options: number | WaitOptions | undefined, onReady: OnReady<D>): number;

  /**
   * As {@link waitSync}, with this thread free meanwhile: epoll waits in Node's own event loop, select
   * and poll in a thread of their own. Keeps the process alive, unless {@link unref} was called. What
   * is added, modified or removed meanwhile counts at once; {@link close} ends the wait with 0.
   * Handlers run in the async context of the first wait: bind them (`AsyncResource.bind`) where the
   * stores of AsyncLocalStorage matter.
   *
   * @param options - milliseconds, or {@link AsyncWaitOptions}
   * @returns a promise of how many were reported; 0 when the time passed
   * @throws as `waitSync`, as a rejection. ERR_INVALID_STATE: another wait is pending. SystemError
   * EMFILE, ENFILE, EAGAIN: the first wait found no descriptor or thread
   */
  wait(options: number | AsyncWaitOptions | undefined, onReady: OnReady<D>): Promise<number>;

  /**
   * As {@link wait}, again and again in one: it stays pending, which saves a promise each time. Handlers
   * cannot wait themselves meanwhile.
   *
   * @param options - for the first time
   * @param next - called after each time, with how many were reported (0: the time had passed); returns how
   * many milliseconds to wait on, or `null` to end the wait
   * @returns a promise of how many were reported the last time
   * @throws as `wait`, as a rejection; what `next` throws
   */
  waitRepeatedly(
    options: number | AsyncWaitOptions | undefined,
    onReady: OnReady<D>,
    next: (reported: number) => number | null,
  ): Promise<number>;

  /** Ends a pending {@link wait} with 0; without one it does nothing. */
  interrupt(): void;

  /** Waits again and again: `for await (const list of multiplexer)`. Ends when it is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<Ready<D>[], void, undefined>;

  /** Lets a pending {@link wait} keep the process alive, as it does at first. */
  ref(): this;

  /** Lets the process end in spite of a pending {@link wait}. */
  unref(): this;

  /** Forgets all descriptors, without closing them. The second time does nothing. */
  close(): void;
}
