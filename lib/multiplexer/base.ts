import { invalidState } from "../arguments.ts";
import { type Target, descriptorOf } from "../descriptors/descriptor.ts";
import { SystemError, isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { AsyncWait } from "./async_wait.ts";
import { checkInterest, isOpen } from "./checks.ts";
import { batches } from "./iterate.ts";
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
import { Batch } from "./ready_list.ts";
import { type Registration, Registrations } from "./registration.ts";
import { SyncWait } from "./sync_wait.ts";

/**
 * The part of the contract that does not depend on the system call. A backend tells the kernel, and
 * harvests; a wait first harvests a batch, and only then do handlers run.
 */
export abstract class BaseMultiplexer<D> implements Multiplexer<D> {
  abstract readonly name: string;
  readonly edge: boolean = false;
  /** Whether somebody may watch this multiplexer itself. */
  protected exposed = false;

  readonly #registrations = new Registrations<D>();
  readonly #batch = new Batch<D>((registration) => {
    this.drop(registration);
  });
  #closed = false;

  readonly #source = {
    isClosed: (): boolean => this.#closed,
    isExposed: (): boolean => this.exposed,
    harvest: (timeoutMs: number): void => {
      this.#batch.clear();
      this.harvest(timeoutMs);
    },
    deliver: (onReady: OnReady<D>): number => this.#batch.deliver(onReady),
    attach: (fd: number, onReady: () => void): void => {
      this.attach(fd, onReady);
    },
    detach: (fd: number): void => {
      this.detach(fd);
    },
    connect: (look: () => void): Notifier => this.connect(look),
    notify: (leftMs: number): void => {
      this.notify(leftMs);
    },
    isReady: (): boolean => !this.#batch.empty || this.isReady(),
  };
  readonly #sync = new SyncWait<D>(this.#source);
  readonly #async = new AsyncWait<D>(this.#source);

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
    return this.#registrations.find(target)?.toWatch();
  }

  *[Symbol.iterator](): IterableIterator<Watch<D>> {
    for (const registration of this.registrations()) {
      if (!registration.internal) yield registration.toWatch();
    }
  }

  waitSync(options: number | WaitOptions | undefined, onReady: OnReady<D>): number {
    this.#checkOpen();
    if (this.#async.pending) throw invalidState("a wait is pending");
    this.#async.stop();
    return this.#sync.run(options, onReady);
  }

  wait(options: number | AsyncWaitOptions | undefined, onReady: OnReady<D>): Promise<number> {
    // Node's loop cannot watch what watches Node's loop.
    this.#sync.unwatchLoop();
    return this.#async.run(options, onReady);
  }

  interrupt(): void {
    this.#async.finish();
  }

  [Symbol.asyncIterator](): AsyncGenerator<Ready<D>[], void, undefined> {
    return batches(this);
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
  protected isReady(): boolean {
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

  /** Drops what was closed; asks the kernel for each. */
  protected dropClosed(): boolean {
    const closed = this.registrations().filter(({ fd }) => !isOpen(fd));
    for (const registration of closed) this.drop(registration);
    return closed.length > 0;
  }

  protected disconnect(): void {
    this.#async.disconnect();
  }

  #checkOpen(): void {
    if (this.#closed) throw invalidState("the multiplexer is closed");
  }
}
