import type { AsyncResource } from "node:async_hooks";
import type { Target } from "../descriptors/descriptor.ts";
import { WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Loop, Watcher } from "./loop.ts";

/** What is called in the async context of a {@link Watch}. */
export interface WatchHandler {
  readonly onReady: (events: number) => void;
  readonly onFailed: (error: Error) => void;
}

/** What a loop watches one descriptor for, and whether that keeps the process alive. */
export class Watch implements Watcher {
  readonly #loop: Loop;
  readonly #resource: AsyncResource;
  readonly #handler: WatchHandler;
  #target: Target | null = null;
  /** Whether the multiplexer knows it: not before something is awaited. */
  #added = false;
  #interest = 0;
  #referenced = true;

  /** @param resource - the async context that `handler` runs in */
  constructor(loop: Loop, resource: AsyncResource, handler: WatchHandler) {
    this.#loop = loop;
    this.#resource = resource;
    this.#handler = handler;
  }

  get referenced(): boolean {
    return this.#referenced;
  }

  get interest(): number {
    return this.#interest;
  }

  /** Watches `target` for nothing yet. */
  open(target: Target): void {
    this.#target = target;
  }

  /**
   * @param interest - READABLE, WRITABLE; 0: for nothing, which keeps no process alive
   * @throws SystemError ENOSPC, ENOMEM of epoll_ctl(2), EMFILE if the loop begins to wait with it; RangeError: select has no
   * room for the descriptor. It is watched as before.
   */
  set(interest: number): void {
    if (interest === this.#interest || this.#target === null) return;
    if (this.#added) this.#loop.modify(this.#target, interest);
    else this.#loop.add(this.#target, interest, this);
    this.#added = true;
    this.#change(interest, this.#referenced);
  }

  /** @param referenced - whether what is awaited keeps the process alive */
  reference(referenced: boolean): void {
    this.#change(this.#interest, referenced);
  }

  /** Stops watching. The descriptor may be closed already. */
  close(): void {
    if (this.#target === null) return;
    this.#change(0, this.#referenced);
    if (this.#added) this.#loop.remove(this.#target);
    this.#added = false;
    this.#target = null;
  }

  onReady(events: number): void {
    this.#resource.runInAsyncScope(this.#handler.onReady, undefined, events);
  }

  onFailed(error: Error): void {
    this.#added = false;
    this.#change(0, this.#referenced);
    this.#resource.runInAsyncScope(this.#handler.onFailed, undefined, error);
  }

  #change(interest: number, referenced: boolean): void {
    const before = this.#awaited;
    this.#interest = interest;
    this.#referenced = referenced;
    if (this.#awaited === before) return;
    if (before) this.#loop.leave();
    else this.#loop.await();
  }

  // As in libuv, what was begun (to connect, to write) keeps the process alive until it is done, in any case.
  get #awaited(): boolean {
    return (this.#interest & WRITABLE) !== 0 || (this.#interest !== 0 && this.#referenced);
  }
}
