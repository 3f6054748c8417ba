import type { Target } from "../descriptors/descriptor.ts";

/** Reading would not block: data, end of stream, a connection to accept, or an error. */
export const READABLE = 1;
/** Writing would not block: room, a finished connect, or an error. */
export const WRITABLE = 2;
/** Something exceptional: out-of-band data on TCP. */
export const PRIORITY = 4;
/** Result only: the descriptor has an error. The watched directions are ready as well. */
export const ERROR = 8;
/** Result only: both directions are shut. The watched directions are ready as well. */
export const HANGUP = 16;

/**
 * Sockets only: the peer will send no more, or this side has shut its reading direction (POLLRDHUP, EPOLLRDHUP). What
 * was sent before is still to be read, and writing may go on. Result: together with READABLE, where that is
 * watched; select never reports it. Interest: wakes by itself, also where READABLE is not watched. It lasts,
 * so level-triggered each wait reports it until `modify` takes it out of the interest.
 *
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export const READ_CLOSED = 32;

/**
 * Receives one ready descriptor: its number, what it is ready for, the data given to `add`, and the number or
 * object that was added.
 */
export type OnReady<D> = (fd: number, events: number, data: D, target: Target) => void;

/** How long {@link Multiplexer.waitSync} waits. */
export interface WaitOptions {
  /** Milliseconds, fractions allowed; never ends early. `undefined` or `Infinity`: without limit. */
  readonly timeoutMs?: number | undefined;
  /** Whether to wait on when a signal's handler has to run. Default: `false`, the wait ends early with 0. */
  readonly restart?: boolean;
  /** Whether the wait also ends when nothing is watched, with 0. Default: `false`. */
  readonly untilEmpty?: boolean;
}

/** How long {@link Multiplexer.wait} waits. */
export interface AsyncWaitOptions {
  /** Milliseconds, fractions allowed; never ends early. `undefined` or `Infinity`: without limit. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the wait: its promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the wait also ends, with 0, when nothing is watched any more: after `remove`, or when a `Descriptor`, such
   * as a `Socket`, was closed or detached. Call `remove` for what is none: its close cannot be noticed at once.
   * Default: `false`.
   */
  readonly untilEmpty?: boolean;
}

/** How {@link Multiplexer.readyLists} waits. */
export interface ReadyListOptions {
  /** Cancels the iteration, which throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the iteration also ends when nothing is watched any more. Default: `false`. */
  readonly untilEmpty?: boolean;
}

/**
 * Why a wait ended: something was ready, its time had passed, a signal's handler has to run, a call ended it
 * (`interrupt`, `close`, its AbortSignal), or nothing is watched, with `untilEmpty`.
 */
export type WaitEnd = "ready" | "time" | "signal" | "interrupt" | "empty";

/** One watched descriptor, as a key of Python's `selectors`. */
export interface Watch<D> {
  /** The descriptor. */
  readonly fd: number;
  /** The number or object that was added. */
  readonly target: Target;
  /** What it is watched for: READABLE, WRITABLE, PRIORITY, READ_CLOSED. */
  readonly interest: number;
  /** The data given to {@link Multiplexer.add} or {@link Multiplexer.modify}. */
  readonly data: D;
}

/** One ready descriptor, as {@link OnReady} receives it. */
export interface Ready<D> {
  /** The descriptor. */
  readonly fd: number;
  /** The number or object that was added. */
  readonly target: Target;
  /** What it is ready for: READABLE, WRITABLE, PRIORITY, READ_CLOSED, ERROR, HANGUP. */
  readonly events: number;
  /** The data given to {@link Multiplexer.add} or {@link Multiplexer.modify}. */
  readonly data: D;
}

/**
 * The common interface of select, poll and epoll. All three are level-triggered by default: each wait reports
 * a descriptor for as long as it is ready.
 *
 * - Errors and hang-ups wake both directions, if they are watched.
 * - With an interest of 0 a descriptor stays watched, but nothing is reported.
 * - A descriptor that is closed while it is watched is dropped: it never makes a wait fail or spin. If its
 *   number is reused, also within one wait, the new file does not get events of the old one. For this,
 *   add the object that owns the descriptor, or call `remove` before you close a bare number.
 * - A `Descriptor`, such as a `Socket`, that is closed or detached leaves its multiplexers at once. Any other
 *   object gets no more events once its `fd` has changed. A number that is closed by itself, as by `sys.close`, cannot be
 *   noticed at once.
 * - Regular files and directories are always ready.
 * - If `onReady` throws, the next wait reports the remaining ready descriptors.
 *
 * docs/multiplexers.md describes the differences.
 */
export interface Multiplexer<D = undefined> extends Disposable, Iterable<Watch<D>> {
  /** "select", "poll" or "epoll". */
  readonly name: string;

  /** Whether it reports each change once, by default, instead of for as long as it is ready. */
  readonly edge: boolean;

  /** Whether it reports each descriptor once, by default, and then nothing until `modify`. */
  readonly oneShot: boolean;

  /** Whether descriptors are added with EPOLLEXCLUSIVE by default. Only epoll has it. */
  readonly exclusive?: boolean;

  /** How many descriptors are watched. Takes time in proportion to the number. */
  readonly size: number;

  /** Whether {@link close} was called. */
  readonly closed: boolean;

  /**
   * Why the last wait ended; `undefined` before the first one has ended, and after one that failed. A call that is
   * refused, for its arguments or because another wait is pending, changes nothing.
   */
  readonly endedBy: WaitEnd | undefined;

  /**
   * Watches a descriptor.
   *
   * @param interest - any of READABLE, WRITABLE, PRIORITY, READ_CLOSED, or 0
   * @param data - passed to `onReady` with each event; required unless `D` is `undefined`
   * @throws SystemError EEXIST: it is already watched. EBADF: it is not open. In both cases nothing changes
   */
  add(target: Target, interest: number, data?: D): void;

  /**
   * Changes what a descriptor is watched for, and its data.
   *
   * @param data - replaces the data; left out or `undefined`, the data stays. Where there may be none, use
   * `null` for it
   * @throws SystemError ENOENT: it is not watched. EBADF: it was closed, and is no longer watched. In both
   * cases the data stays
   */
  modify(target: Target, interest: number, data?: D): void;

  /**
   * Stops watching a descriptor, open or closed. Does nothing if it is not watched.
   *
   * @returns whether it was watched
   */
  remove(target: Target): boolean;

  /** Whether a descriptor is watched. */
  has(target: Target): boolean;

  /** The interest and data of a descriptor; `undefined` if it is not watched. */
  get(target: Target): Watch<D> | undefined;

  /** All watched descriptors, as {@link get} returns them. */
  [Symbol.iterator](): IterableIterator<Watch<D>>;

  /**
   * Waits until a watched descriptor is ready, and calls `onReady` for each that is. Blocks the
   * JavaScript thread; `worker.terminate()` and `process.exit()` end it immediately.
   *
   * In the main thread of a program that listens to signals (`process.on("SIGTERM", …)`), the wait also ends
   * when Node's event loop has something new to dispatch. This may be a signal that arrived before or during
   * the wait: return to the event loop, and its handler runs. Signals without a listener do not end the wait.
   *
   * @param options - milliseconds, or {@link WaitOptions}
   * @returns how many were reported; 0 if the time passed, or if a signal ended the wait: see {@link endedBy}
   * @throws RangeError: the time is negative or NaN. ERR_INVALID_STATE: the multiplexer is closed
   */
  waitSync(options: number | WaitOptions | undefined, onReady: OnReady<D>): number;

  /** As above, and returns what was ready instead of calling a handler; an empty list if nothing was. */
  waitSync(options?: number | WaitOptions): Ready<D>[];

  /**
   * As {@link waitSync}, with this thread free meanwhile: epoll waits in Node's own event loop, select
   * and poll wait in a separate thread. Keeps the process alive, unless {@link unref} was called. Calls of
   * `add`, `modify` and `remove` take effect during the wait; {@link close} ends it with 0. Handlers run in
   * the async context of the first wait: bind them with `AsyncResource.bind` if they use AsyncLocalStorage.
   *
   * @param options - milliseconds, or {@link AsyncWaitOptions}
   * @returns a promise of how many were reported; 0 if the time passed
   * @throws as {@link waitSync}, as a rejection. ERR_INVALID_STATE: another wait is pending. SystemError
   * EMFILE, ENFILE, EAGAIN: the first wait found no free descriptor or thread
   */
  wait(options: number | AsyncWaitOptions | undefined, onReady: OnReady<D>): Promise<number>;

  /** As above, with a promise of what was ready instead of a handler; an empty list if nothing was. */
  wait(options?: number | AsyncWaitOptions): Promise<Ready<D>[]>;

  /**
   * As {@link wait}, in repeated rounds: the wait stays pending, which saves a promise for each round.
   * Handlers cannot start another wait meanwhile.
   *
   * @param options - for the first round
   * @param next - called after each round with how many were reported (0: the time had passed). Returns the
   * milliseconds of the next round, or `null` to end the wait
   * @returns a promise of how many were reported in the last round
   * @throws as {@link wait}, as a rejection; also errors of `next`
   */
  waitRepeatedly(
    options: number | AsyncWaitOptions | undefined,
    onReady: OnReady<D>,
    next: (reported: number) => number | null,
  ): Promise<number>;

  /** Ends a pending {@link wait} with 0. Does nothing if none is pending. */
  interrupt(): void;

  /**
   * Waits again and again: `for await (const list of multiplexer.readyLists({ signal }))`. Ends when the
   * multiplexer is closed.
   *
   * @throws the reason of `signal`, from the iteration; other errors as {@link wait}
   */
  readyLists(options?: ReadyListOptions): AsyncGenerator<Ready<D>[], void, undefined>;

  /** As {@link readyLists} without options: `for await (const list of multiplexer)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Ready<D>[], void, undefined>;

  /** Lets a pending {@link wait} keep the process alive, which is the default. */
  ref(): this;

  /** Lets the process end despite a pending {@link wait}. */
  unref(): this;

  /** Stops watching all descriptors, without closing them. The second time does nothing. */
  close(): void;
}
