import { type Target, descriptorOf } from "../descriptor.ts";
import { SystemError, invalidState, isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { AsyncWait } from "./async_wait.ts";
import { Batch } from "./batch.ts";
import { checkInterest, checkOnReady, checkTimeout } from "./checks.ts";
import {
  type AsyncWaitOptions,
  type Multiplexer,
  type OnReady,
  READABLE,
  type Ready,
  type WaitOptions,
  type Watch,
} from "./multiplexer.ts";
import type { Notifier } from "./notifier.ts";
import { type Registration, Registrations } from "./registration.ts";
import { SyncWait } from "./sync_wait.ts";

/**
 * The part of the contract that does not depend on the system call. A backend tells the kernel, and
 * harvests; a wait first harvests a batch, and only then do handlers run.
 */
export abstract class BaseMultiplexer<D> implements Multiplexer<D> {
  abstract readonly name: string;
  readonly edge: boolean = false;

  readonly #registrations = new Registrations<D>();
  readonly #batch = new Batch<D>((registration) => {
    this.drop(registration);
  });
  #notifier: Notifier | null = null;
  #closed = false;

  readonly #sync = new SyncWait<D>({
    isClosed: () => this.#closed,
    harvest: (timeoutMs) => {
      this.#harvest(timeoutMs);
    },
    deliver: (onReady) => this.#batch.deliver(onReady),
    attach: (fd, onReady) => {
      this.attach(fd, onReady);
    },
    detach: (fd) => {
      this.detach(fd);
    },
  });
  readonly #async = new AsyncWait<D>({
    arm: (leftMs) => {
      this.#arm(leftMs);
    },
    disarm: () => this.#notifier?.stop(),
    keepAlive: (alive) => this.#notifier?.keepAlive(alive),
    harvestNow: (onReady) => this.#harvestNow(onReady),
  });

  get size(): number {
    return this.#registrations.size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  add(target: Target, interest: number, data?: D): void {
    this.register(target, interest, data, 0);
  }

  modify(target: Target, interest: number): void {
    this.#checkOpen();
    checkInterest(interest);
    const registration = this.#registrations.find(target);
    if (!registration) {
      throw new SystemError(sys.errno.ENOENT, this.name, { fd: descriptorOf(target) });
    }
    try {
      if (registration.abandoned) {
        throw new SystemError(sys.errno.EBADF, this.name, { fd: registration.fd });
      }
      this.rewatch(registration, interest);
      registration.interest = interest;
    } catch (error) {
      if (isSystemError(error, "EBADF", "ENOENT")) this.drop(registration);
      throw error;
    }
    this.#async.refresh();
  }

  remove(target: Target): boolean {
    const registration = this.#registrations.find(target);
    if (!registration) return false;
    this.drop(registration);
    this.#async.refresh();
    return true;
  }

  has(target: Target): boolean {
    return this.#registrations.find(target) !== undefined;
  }

  get(target: Target): Watch<D> | undefined {
    const registration = this.#registrations.find(target);
    return registration && watchOf(registration);
  }

  *[Symbol.iterator](): IterableIterator<Watch<D>> {
    for (const registration of this.registrations()) {
      if (!registration.internal) yield watchOf(registration);
    }
  }

  waitSync(options: number | WaitOptions | undefined, onReady: OnReady<D>): number {
    this.#checkOpen();
    if (this.#async.pending) throw invalidState("a wait is pending");
    const { timeoutMs = Infinity, restart = false } =
      typeof options === "object" && options !== null ? options : { timeoutMs: options };
    checkTimeout(timeoutMs);
    checkOnReady(onReady);
    this.#notifier?.stop();
    return this.#sync.run(timeoutMs, restart, onReady);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to be a rejection
  async wait(options: AsyncWaitOptions | undefined, onReady: OnReady<D>): Promise<number> {
    this.#checkOpen();
    const { timeoutMs = Infinity, signal } = options ?? {};
    checkTimeout(timeoutMs);
    checkOnReady(onReady);
    // Node's loop cannot watch what watches Node's loop.
    this.#sync.unwatchLoop();
    return this.#async.start(timeoutMs, signal, onReady);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Ready<D>[], void, undefined> {
    while (!this.#closed) {
      const batch: Ready<D>[] = [];
      await this.wait(undefined, (fd, events, data) => batch.push({ fd, events, data }));
      if (batch.length > 0) yield batch;
    }
  }

  ref(): this {
    this.#async.reference(true);
    return this;
  }

  unref(): this {
    this.#async.reference(false);
    return this;
  }

  close(): void {
    if (this.#closed) return;
    this.#sync.unwatchLoop();
    this.#closed = true;
    this.#registrations.clear();
    this.#batch.clear();
    this.disconnect();
    this.shut();
    this.#async.finish();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** `add`, with the backend's flags. */
  protected register(target: Target, interest: number, data: D | undefined, flags: number): void {
    this.#checkOpen();
    checkInterest(interest);
    const registration = this.#registrations.create(target, interest, data, flags);
    const older = this.find(registration.fd);
    if (older?.abandoned) this.drop(older);
    this.watch(registration, this.find(registration.fd));
    this.#registrations.put(registration);
    this.#async.refresh();
  }

  /** Watches a descriptor of the multiplexer's own, level-triggered, for reading. */
  protected attach(fd: number, onReady: () => void): void {
    // Its number may have been that of a watched descriptor, which is closed then.
    this.detach(fd);
    const registration = this.#registrations.create(fd, READABLE, undefined, 0);
    registration.internal = onReady;
    this.watch(registration);
    this.#registrations.put(registration);
  }

  protected detach(fd: number): void {
    const registration = this.find(fd);
    if (registration) this.drop(registration);
  }

  /**
   * Tells the kernel. Throws EEXIST where `existing`, the registration under the same number, is of
   * the same open file; otherwise lets go of it.
   */
  protected abstract watch(registration: Registration<D>, existing?: Registration<D>): void;

  /** Tells the kernel of a new interest; the registration still has the old one. */
  protected abstract rewatch(registration: Registration<D>, interest: number): void;

  /** Tells the kernel to forget. Never throws because the descriptor was closed or reused. */
  protected abstract unwatch(registration: Registration<D>): void;

  /** Waits once, for up to `timeoutMs`, and calls {@link report}. Throws EINTR as the kernel does. */
  protected abstract harvest(timeoutMs: number): void;

  /** Makes what will call `look` when a harvest is worth it; kept until {@link disconnect}. */
  protected abstract connect(look: () => void): Notifier;

  /** Starts that for what is watched now, or for `leftMs`. */
  protected abstract notify(leftMs: number): void;

  /** Whether something is ready of which no notifier tells. */
  protected get readyNow(): boolean {
    return false;
  }

  /** Gives back what the backend owns. */
  protected abstract shut(): void;

  /** The registration under a number. */
  protected find(fd: number): Registration<D> | undefined {
    return this.#registrations.get(fd);
  }

  protected registrations(): Registration<D>[] {
    return this.#registrations.all();
  }

  /** Puts an event into the batch. */
  protected report(registration: Registration<D>, events: number): void {
    this.#batch.push(registration, events);
  }

  protected drop(registration: Registration<D>): void {
    this.unwatch(registration);
    this.#registrations.delete(registration);
  }

  protected disconnect(): void {
    this.#notifier?.close();
    this.#notifier = null;
  }

  #harvest(timeoutMs: number): void {
    this.#batch.clear();
    this.harvest(timeoutMs);
  }

  #harvestNow(onReady: OnReady<D>): number {
    const leftOver = this.#batch.deliver(onReady);
    if (leftOver > 0 || this.#closed) return leftOver;
    this.#harvest(0);
    return this.#batch.deliver(onReady);
  }

  #arm(leftMs: number): void {
    const look = weakly(this, (self) => {
      self.#async.look();
    });
    this.#notifier ??= this.connect(look);
    if (leftMs <= 0 || !this.#batch.empty || this.readyNow) setImmediate(look);
    else this.notify(leftMs);
  }

  #checkOpen(): void {
    if (this.#closed) throw invalidState("the multiplexer is closed");
  }
}

/** A callback that does not keep its object: one that was forgotten can still be collected. */
function weakly<T extends object>(object: T, call: (object: T) => void): () => void {
  const weak = new WeakRef(object);
  return () => {
    const alive = weak.deref();
    if (alive) call(alive);
  };
}

function watchOf<D>({ fd, interest, data }: Registration<D>): Watch<D> {
  return { fd, interest, data: data as D };
}
