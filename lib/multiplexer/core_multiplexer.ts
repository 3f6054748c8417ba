import type { Target } from "../descriptors/descriptor.ts";
import type { Core } from "./core.ts";
import { readyLists } from "./iterate.ts";
import type {
  AsyncWaitOptions,
  Multiplexer,
  OnReady,
  Ready,
  WaitEnd,
  WaitOptions,
  Watch,
} from "./multiplexer.ts";

/** The {@link Multiplexer} interface on a {@link Core}, the same for select, poll and epoll. */
export class CoreMultiplexer<D> implements Multiplexer<D> {
  readonly name: string;
  readonly edge: boolean;
  readonly oneShot: boolean;
  readonly #core: Core<D>;

  constructor(core: Core<D>, { edge = false, oneShot = false } = {}) {
    this.#core = core;
    this.name = core.name;
    this.edge = edge;
    this.oneShot = oneShot;
  }

  get size(): number {
    return this.#core.table.size;
  }

  get closed(): boolean {
    return this.#core.closed;
  }

  get endedBy(): WaitEnd | undefined {
    return this.#core.endedBy;
  }

  add(target: Target, interest: number, data?: D): void {
    this.#core.add(target, interest, data, 0);
  }

  modify(target: Target, interest: number): void {
    this.#core.modify(target, interest);
  }

  remove(target: Target): boolean {
    return this.#core.remove(target);
  }

  has(target: Target): boolean {
    return this.get(target) !== undefined;
  }

  get(target: Target): Watch<D> | undefined {
    const registration = this.#core.table.find(target);
    return registration?.abandoned === false ? registration.toWatch() : undefined;
  }

  *[Symbol.iterator](): IterableIterator<Watch<D>> {
    for (const registration of this.#core.table.all()) {
      if (registration.isVisible) yield registration.toWatch();
    }
  }

  waitSync(options: number | WaitOptions | undefined, onReady: OnReady<D>): number {
    return this.#core.blockingWait.run(options, onReady);
  }

  wait(options: number | AsyncWaitOptions | undefined, onReady: OnReady<D>): Promise<number> {
    return this.#core.asyncWait.run(options, onReady, null);
  }

  waitRepeatedly(
    options: number | AsyncWaitOptions | undefined,
    onReady: OnReady<D>,
    next: (reported: number) => number | null,
  ): Promise<number> {
    return this.#core.asyncWait.runRepeatedly(options, onReady, next);
  }

  interrupt(): void {
    this.#core.asyncWait.interrupt();
  }

  [Symbol.asyncIterator](): AsyncGenerator<Ready<D>[], void, undefined> {
    return readyLists(this);
  }

  ref(): this {
    this.#core.asyncWait.reference(true);
    return this;
  }

  unref(): this {
    this.#core.asyncWait.reference(false);
    return this;
  }

  close(): void {
    this.#core.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
