import { checkInteger, invalidArgType } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import {
  type Owner,
  type Whole,
  currentWhole,
  takeCare,
  undoForgotten,
  unwatch,
  watch,
  watchForgotten,
} from "./forgotten.ts";

/** A descriptor, or anything that has one: a {@link Descriptor}, an `fs.ReadStream`, a multiplexer… */
export type Target = number | { readonly fd: number };

/** The number behind a {@link Target}; -1 where its owner has closed it. */
export function descriptorOf(target: Target): number {
  const fd: unknown = typeof target === "object" && target !== null ? target.fd : target;
  // The streams of node:fs have null before they are open and after they were closed.
  if (fd === null && target !== null) return -1;
  if (typeof fd !== "number")
    throw invalidArgType("fd", "a number or an object with an fd", target);
  return checkInteger(fd, "fd", -1, 2 ** 31 - 1);
}

/** As {@link descriptorOf}, without telling the number of a {@link Descriptor} to anybody: {@link isShared}. */
export let fdOf: (target: Target) => number;

/** The number that it has, or had before it was closed or given away; -1: not a {@link Descriptor}. */
export let lastFdOf: (target: unknown) => number;

/** Whether its owner has closed it. Where not, or where that is unknown, the number may be in use. */
export let wasClosed: (target: unknown) => boolean;

/** Whether its number was told: somebody may have a duplicate, which keeps the file open beyond the close. */
export let isShared: (descriptor: Descriptor) => boolean;

type State = "open" | "closed" | "detached";

/**
 * Owns one open descriptor and closes it exactly once: with {@link close}, when the thread's
 * environment ends (also by `worker.terminate()`), or, with a warning, when it was forgotten.
 */
export class Descriptor implements Disposable, Owner {
  readonly #fd: number;
  readonly #ticket: number;
  readonly #whole: Whole | null = currentWhole();
  #state: State = "open";
  #shared: boolean;
  #waiting: Set<() => void> | null = null;

  static {
    fdOf = (target) => {
      if (!(target instanceof Descriptor)) return descriptorOf(target);
      return target.#state === "open" ? target.#fd : -1;
    };
    lastFdOf = (target) => (target instanceof Descriptor ? target.#fd : -1);
    wasClosed = (target) => target instanceof Descriptor && target.#state === "closed";
    isShared = (descriptor) => descriptor.#shared;
  }

  /**
   * @param fd - an open descriptor that nobody else closes
   * @param ticket - of this opening of `fd`, where a call of `sys` has told it to nobody else
   */
  constructor(fd: number, ticket?: number) {
    this.#shared = ticket === undefined;
    this.#fd = checkInteger(fd, "fd", 0, 2 ** 31 - 1);
    this.#ticket = ticket ?? sys.own(fd);
    takeCare(this);
  }

  /** The descriptor, or -1 when it was closed or detached. */
  get fd(): number {
    this.#shared = true;
    return this.#state === "open" ? this.#fd : -1;
  }

  /** Whether it was closed or detached. */
  get closed(): boolean {
    return this.#state !== "open";
  }

  /**
   * Calls back once when the descriptor is closed or given away: for those who wait for it.
   *
   * @returns a function that calls this off
   */
  whenGone(callback: () => void): () => void {
    this.#waiting ??= new Set();
    this.#waiting.add(callback);
    return () => this.#waiting?.delete(callback);
  }

  /**
   * Gives the descriptor away: it stays open, and closing it is now the caller's business.
   *
   * @returns the descriptor, or -1 when it was closed or detached before
   */
  detach(): number {
    if (this.#state !== "open") return -1;
    this.#leave("detached");
    sys.disown(this.#fd, this.#ticket);
    return this.#fd;
  }

  /**
   * Closes the descriptor; the second time does nothing.
   *
   * @throws SystemError EBADF: somebody else closed it, and its number is left alone. EIO
   */
  close(): void {
    if (this.#state !== "open") return;
    this.#leave("closed");
    sys.closeOwned(this.#fd, this.#ticket);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Says what there is to undo when it was forgotten, besides to close. */
  [undoForgotten]?(): () => void;

  /** Called when it is old enough to be forgotten. */
  [watch](): void {
    if (this.#state !== "open") return;
    const whole = this.#whole ?? { name: this.constructor.name, warned: false };
    watchForgotten(this, this.#fd, this.#ticket, whole, this[undoForgotten]?.());
  }

  #leave(state: State): void {
    this.#state = state;
    unwatch(this.#ticket);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) for (const callback of waiting) callback();
  }
}
