import { checkInteger, invalidArgType } from "../arguments.ts";
import { Guard } from "../runtime/guard.ts";
import * as sys from "../sys/index.ts";
import {
  type Whole,
  currentWhole,
  takeCare,
  undoForgotten,
  unwatch,
  watch,
  watchForgotten,
} from "./forgotten.ts";

/** A descriptor number, or an object with one: a {@link Descriptor}, an `fs.ReadStream`, … */
export type Target = number | { readonly fd: number };

/** The descriptor number of a {@link Target}; -1 if its owner has closed it. */
export function descriptorOf(target: Target): number {
  const isObject = typeof target === "object" && target !== null;
  const fd: unknown = isObject ? target.fd : target;
  // Before it is opened and after it is closed, `fd` is null in the streams of node:fs, and undefined in others.
  if (isObject && (fd === null || (fd === undefined && "fd" in target))) return -1;
  if (typeof fd !== "number")
    throw invalidArgType("fd", "a number or an object with an fd", target);
  return checkInteger(fd, "fd", -1, 2 ** 31 - 1);
}

/** As {@link descriptorOf}, but does not mark a {@link Descriptor} as shared: see {@link isShared}. */
export let fdOf: (target: Target) => number;

/** The number of a {@link Descriptor}, even after it was closed or detached; -1 for other values. */
export let lastFdOf: (target: unknown) => number;

/**
 * Whether it is a {@link Descriptor} that was closed, or is about to be, and that is not shared: no duplicate
 * keeps the file open. If `false`, the number may still be in use.
 */
export let closesFile: (target: unknown) => boolean;

/** Whether other code has read its number, and may have duplicated it. A duplicate keeps the file open. */
export let isShared: (descriptor: Descriptor) => boolean;

/** Whether it was opened non-blocking, as far as this object knows. Else the kernel has to be asked. */
export let neverBlocks: (descriptor: Descriptor) => boolean;

/** Tells the object what was done to O_NONBLOCK. */
export let setNeverBlocks: (target: Target, nonBlocking: boolean) => void;

/** What has taken a descriptor over, and ends when other code closes or detaches it. */
export interface Holder {
  /** @param detaches - whether the descriptor stays open */
  close(error: unknown, detaches: boolean): void;
}

/**
 * Records what holds the descriptor, or that nothing does. As {@link Descriptor.whenGone}, but costs nothing. A
 * descriptor of another copy of this package is asked by `whenGone`.
 */
export let hold: (descriptor: Descriptor, holder: Holder | null) => void;

/** What holds the descriptor, as far as this copy of the package knows. */
export let holderOf: (descriptor: Descriptor) => Holder | null;

/** What forgets a descriptor as soon as its owner closes or detaches it. */
export interface Watcher {
  /** Called before the close. */
  forget(owner: Descriptor): void;
  watches(owner: Descriptor): boolean;
}

/**
 * Has a watcher told when a {@link Descriptor} is closed or detached. Does nothing for other values. The list
 * is of one watcher, and all its descriptors share it, so this allocates nothing.
 */
export let tellWatcher: (target: unknown, watcher: readonly WeakRef<Watcher>[]) => void;

type State = "open" | "closed" | "detached";

const NONE: readonly never[] = [];

const guard = new Guard();

interface ForeignHold {
  readonly holder: Holder;
  /** Ends the call to the holder. */
  readonly cancel: () => void;
}

/** What holds descriptors of another copy of this package. */
const foreignHolds = new WeakMap<Descriptor, ForeignHold>();

function holdForeign(descriptor: Descriptor, holder: Holder | null): void {
  foreignHolds.get(descriptor)?.cancel();
  foreignHolds.delete(descriptor);
  if (!holder) return;
  // Its number is still open during the call, but the object no longer tells it.
  const cancel = descriptor.whenGone(() => {
    holder.close(null, false);
  });
  foreignHolds.set(descriptor, { holder, cancel });
}

/**
 * Owns one open descriptor and closes it exactly once: with {@link close}, when the thread's
 * environment ends (also by `worker.terminate()`), or, with a warning, after it was garbage-collected.
 *
 * @see https://man7.org/linux/man-pages/man2/close.2.html
 */
export class Descriptor implements Disposable {
  readonly #fd: number;
  readonly #ticket: number;
  readonly #whole: Whole | null = currentWhole();
  #state: State = "open";
  #shared: boolean;
  #nonBlocking: boolean;
  #waiting: Set<() => unknown> | null = null;
  #holder: Holder | null = null;
  #watchers: readonly WeakRef<Watcher>[] = NONE;

  static {
    fdOf = (target) => {
      if (!(target instanceof Descriptor)) return descriptorOf(target);
      return target.#state === "open" ? target.#fd : -1;
    };
    lastFdOf = (target) => (target instanceof Descriptor ? target.#fd : -1);
    closesFile = (target) =>
      target instanceof Descriptor && target.#state === "closed" && !target.#shared;
    isShared = (descriptor) => !(#shared in descriptor) || descriptor.#shared;
    neverBlocks = (descriptor) => #nonBlocking in descriptor && descriptor.#nonBlocking;
    setNeverBlocks = (target, nonBlocking) => {
      if (target instanceof Descriptor) target.#nonBlocking = nonBlocking;
    };
    hold = (descriptor, holder) => {
      if (#holder in descriptor) descriptor.#holder = holder;
      else holdForeign(descriptor, holder);
    };
    holderOf = (descriptor) => {
      if (#holder in descriptor) return descriptor.#holder;
      return foreignHolds.get(descriptor)?.holder ?? null;
    };
    tellWatcher = (target, watcher) => {
      if (target instanceof Descriptor) target.#addWatcher(watcher);
    };
  }

  /**
   * @param fd - an open descriptor that nothing else closes
   * @param ticket - of this opening of `fd`. Pass it only if no other code has seen the number: the
   * descriptor then counts as not shared
   * @param nonBlocking - whether it was opened with O_NONBLOCK. If not known, a call that would block asks
   * @throws RangeError: `fd` is not 0 … 2^31 - 1
   */
  constructor(fd: number, ticket?: number, nonBlocking = false) {
    this.#shared = ticket === undefined;
    this.#nonBlocking = nonBlocking;
    this.#fd = checkInteger(fd, "fd", 0, 2 ** 31 - 1);
    this.#ticket = ticket ?? sys.own(fd);
    takeCare(this);
  }

  /** The descriptor; -1 after it was closed or detached. */
  get fd(): number {
    if (this.#state !== "open") return -1;
    if (!this.#shared) {
      this.#shared = true;
      sys.showOwned(this.#fd, this.#ticket);
    }
    return this.#fd;
  }

  /** Whether it was closed or detached. */
  get closed(): boolean {
    return this.#state !== "open";
  }

  /**
   * Calls `callback` once, when the descriptor is closed or detached. For code that waits for it. What it throws,
   * or its promise is rejected with, is a process warning.
   *
   * @returns a function that cancels this
   */
  whenGone(callback: () => unknown): () => void {
    if (typeof callback !== "function") throw invalidArgType("callback", "a function", callback);
    this.#waiting ??= new Set();
    this.#waiting.add(callback);
    return () => this.#waiting?.delete(callback);
  }

  /**
   * Gives up ownership: the descriptor stays open, and the caller closes it. Does not block.
   *
   * @returns the descriptor; -1 if it was already closed or detached
   */
  detach(): number {
    if (this.#state !== "open") return -1;
    this.#endHolder(true);
    if (this.closed) return -1; // what the holder calls has closed or detached it
    this.#leave("detached");
    sys.disown(this.#fd, this.#ticket);
    return this.#fd;
  }

  /**
   * Closes the descriptor; does nothing the second time. Blocks only for a socket with SO_LINGER.
   *
   * @throws SystemError EBADF: other code has already closed it, and nothing is closed now. EIO
   */
  close(): void {
    if (this.#state !== "open") return;
    this.#endHolder(false);
    if (this.closed) return; // the holder has closed it, or what it calls
    this.#leave("closed");
    sys.closeOwned(this.#fd, this.#ticket);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Returns what else to undo, besides the close, when the object was forgotten. */
  [undoForgotten]?(): () => void;

  /** @internal Starts to watch for garbage collection. Called once the object is no longer new. */
  [watch](): void {
    if (this.#state !== "open") return;
    const whole = this.#whole ?? { name: this.constructor.name, warned: false };
    watchForgotten(this, this.#fd, this.#ticket, whole, this[undoForgotten]?.());
  }

  #endHolder(detaches: boolean): void {
    const holder = this.#holder;
    this.#holder = null;
    if (holder)
      guard.call(() => {
        holder.close(null, detaches);
      });
  }

  #addWatcher(watcher: readonly WeakRef<Watcher>[]): void {
    if (this.#watchers.length === 0 || this.#watchers === watcher) {
      this.#watchers = watcher;
      return;
    }
    const [added] = watcher;
    // Those that were closed, or watch it no longer, have not said so.
    const others = this.#watchers.filter(
      (other) => other !== added && other.deref()?.watches(this) === true,
    );
    this.#watchers = [...others, ...watcher];
  }

  #leaveOne(watcher: WeakRef<Watcher>): void {
    try {
      watcher.deref()?.forget(this);
    } catch (error) {
      guard.tell(error); // it is closed nevertheless
    }
  }

  #leave(state: State): void {
    this.#state = state;
    unwatch(this.#ticket);
    const watchers = this.#watchers;
    this.#watchers = NONE;
    for (const watcher of watchers) this.#leaveOne(watcher);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) for (const callback of waiting) guard.call(callback);
  }
}
