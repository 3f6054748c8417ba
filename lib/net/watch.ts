import type { AsyncResource } from "node:async_hooks";
import type { Target } from "../descriptors/descriptor.ts";
import type { Loop, Watcher } from "./loop.ts";

/** What a loop watches one descriptor for, and whether that keeps the process alive. */
export class Watch implements Watcher {
  readonly #loop: Loop;
  readonly #resource: AsyncResource;
  readonly #handle: (events: number) => void;
  #target: Target | null = null;
  /** Whether the multiplexer knows it: not before something is awaited. */
  #added = false;
  #interest = 0;
  #referenced = true;

  /** @param resource - the async context that `handle` runs in */
  constructor(loop: Loop, resource: AsyncResource, handle: (events: number) => void) {
    this.#loop = loop;
    this.#resource = resource;
    this.#handle = handle;
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

  /** @param interest - READABLE, WRITABLE; 0: for nothing, which keeps no process alive */
  set(interest: number): void {
    const before = this.#interest;
    if (interest === before || this.#target === null) return;
    if (this.#added) this.#loop.modify(this.#target, interest);
    else this.#loop.add(this.#target, interest, this);
    this.#added = true;
    this.#interest = interest;
    if (!this.#referenced) return;
    if (before === 0) this.#loop.await();
    else if (interest === 0) this.#loop.leave();
  }

  /** @param referenced - whether what is awaited keeps the process alive */
  reference(referenced: boolean): void {
    if (referenced === this.#referenced) return;
    this.#referenced = referenced;
    if (this.#interest === 0) return;
    if (referenced) this.#loop.await();
    else this.#loop.leave();
  }

  /** Stops watching. The descriptor may be closed already. */
  close(): void {
    if (this.#target === null) return;
    if (this.#interest !== 0 && this.#referenced) this.#loop.leave();
    this.#interest = 0;
    if (this.#added) this.#loop.remove(this.#target);
    this.#added = false;
    this.#target = null;
  }

  onReady(events: number): void {
    this.#resource.runInAsyncScope(this.#handle, undefined, events);
  }
}
