import type { Target } from "../descriptors/descriptor.ts";
import type { Core } from "./core.ts";
import { collectInto, readyLists } from "./iterate.ts";
import type {
  AsyncWaitOptions,
  Multiplexer,
  OnReady,
  Ready,
  ReadyListOptions,
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

  modify(target: Target, interest: number, data?: D): void {
    this.#core.modify(target, interest, data);
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

  waitSync(options: number | WaitOptions | undefined, onReady: OnReady<D>): number;
  waitSync(options?: number | WaitOptions): Ready<D>[];
  waitSync(options?: number | WaitOptions, onReady?: OnReady<D>): number | Ready<D>[] {
    if (onReady !== undefined) return this.#core.blockingWait.run(options, onReady);
    const list: Ready<D>[] = [];
    this.#core.blockingWait.run(options, collectInto(list));
    return list;
  }

  wait(options: number | AsyncWaitOptions | undefined, onReady: OnReady<D>): Promise<number>;
  wait(options?: number | AsyncWaitOptions): Promise<Ready<D>[]>;
  wait(options?: number | AsyncWaitOptions, onReady?: OnReady<D>): Promise<number | Ready<D>[]> {
    if (onReady !== undefined) return this.#core.asyncWait.run(options, onReady, null);
    const list: Ready<D>[] = [];
    return this.#core.asyncWait.run(options, collectInto(list), null).then(() => list);
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

  readyLists(options: ReadyListOptions = {}): AsyncGenerator<Ready<D>[], void, undefined> {
    return readyLists(this, options);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Ready<D>[], void, undefined> {
    return this.readyLists();
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
