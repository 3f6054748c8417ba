import { nextTick } from "../runtime/timing.ts";
import type { Notifier } from "./notifier.ts";

// The number of microtasks between two waits of a loop with `await`, plus one.
const LOOP_TURNS = 4;

// A multiplexer with a pending wait must not be collected, even if nothing else references it.
const waiting = new Set<object>();

/** Whether the waits of a multiplexer keep the process alive, and the multiplexer in memory. */
export class KeepAlive {
  readonly #wait: { readonly pending: boolean };
  #notifier: Notifier | null = null;
  #referenced = true;
  #alive = false;

  constructor(wait: { readonly pending: boolean }) {
    this.#wait = wait;
  }

  /** Whether a pending wait keeps the process alive. */
  get referenced(): boolean {
    return this.#referenced;
  }

  reference(referenced: boolean): void {
    this.#referenced = referenced;
    if (this.#wait.pending) this.#set(referenced);
  }

  /** Another notifier waits from now on, perhaps in the middle of a repeated wait. */
  follow(notifier: Notifier): void {
    this.#notifier = notifier;
    this.#alive = false;
    if (this.#wait.pending) this.#set(this.#referenced);
  }

  /** A wait begins. */
  begin(): void {
    waiting.add(this.#wait);
    this.#set(this.#referenced);
  }

  /**
   * A wait has ended: stops keeping the process alive, unless the next wait begins soon, as in a loop with
   * `await`. Such a loop needs only a few microtasks, and checking in these costs less than a tick. After them,
   * a tick lets all other microtasks run first.
   */
  async endSoon(): Promise<void> {
    for (let turn = 0; turn < LOOP_TURNS; turn++) {
      await Promise.resolve();
      if (this.#wait.pending) return;
    }
    nextTick(this.#end);
  }

  readonly #end = (): void => {
    if (this.#wait.pending) return;
    waiting.delete(this.#wait);
    this.#set(false);
  };

  #set(alive: boolean): void {
    if (alive === this.#alive || this.#notifier?.closed !== false) return;
    this.#alive = alive;
    this.#notifier.keepAlive(alive);
  }
}
