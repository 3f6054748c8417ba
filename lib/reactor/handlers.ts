import { checkInteger, invalidState } from "../arguments.ts";
import { type Concerned, isThenable } from "../runtime/guard.ts";
import type { Consumer } from "./inbox.ts";
import type { Shared } from "./shared.ts";

const TRANSFERRED = "onData's buffer was transferred, and is valid during the call only";

/** The name of a callback that a user's object cannot have by chance. */
export const onSent = Symbol("pollux.onSent");

/** The user's callbacks. Each gets the object `C` that the user knows. */
export interface Callbacks<C> {
  onData(owner: C, buffer: Uint8Array, offset: number, length: number): unknown;
  onEnd(owner: C): unknown;
  onDrain?(owner: C): unknown;
  /** Bytes that were queued are sent. For the library itself: `Protocol` does not have it. */
  [onSent]?(owner: C): unknown;
  onClose?(owner: C, error: unknown): unknown;
}

/** The connection that the handlers belong to. */
export interface Handled extends Concerned {
  readonly closed: boolean;
}

/** Calls the handlers of one connection, each through the guard. */
export class Handlers<C> implements Consumer {
  readonly #shared: Shared;
  readonly #owner: C;
  readonly #callbacks: Callbacks<C>;
  readonly #handled: Handled;

  constructor(shared: Shared, owner: C, callbacks: Callbacks<C>, handled: Handled) {
    this.#shared = shared;
    this.#owner = owner;
    this.#callbacks = callbacks;
    this.#handled = handled;
  }

  get closed(): boolean {
    return this.#handled.closed;
  }

  /** Calls `onData`. @returns how many of the bytes it used */
  use(buffer: Uint8Array, offset: number, length: number): number {
    const lent = this.#shared.lend(buffer);
    try {
      const used = this.#callbacks.onData(this.#owner, buffer, offset, length);
      if (buffer.length === 0) throw invalidState(TRANSFERRED);
      if (used === undefined) return length;
      if (!isThenable(used)) return checkInteger(used, "onData's result", 0, length);
      this.#shared.guard.watch(used, this.#handled);
    } catch (error) {
      this.#shared.guard.fail(error, this.#handled);
    } finally {
      if (lent) this.#shared.takeBack(buffer);
    }
    return length;
  }

  end(): void {
    this.#shared.guard.call(() => this.#callbacks.onEnd(this.#owner), this.#handled);
  }

  drained(): void {
    this.#shared.guard.call(() => this.#callbacks.onDrain?.(this.#owner), this.#handled);
  }

  sent(): void {
    const callbacks = this.#callbacks;
    if (callbacks[onSent]) this.#shared.guard.call(() => callbacks[onSent]?.(this.#owner));
  }

  /** @param error - why the connection was closed; `null` after an orderly close */
  gone(error: unknown): void {
    this.#shared.guard.call(() => this.#callbacks.onClose?.(this.#owner, error));
  }
}
