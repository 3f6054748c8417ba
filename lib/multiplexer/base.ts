import { type Target, descriptorOf } from "../descriptor.ts";
import { SystemError, invalidState, isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { checkInterest, checkWait } from "./checks.ts";
import { LoopWatch } from "./loop_watch.ts";
import {
  ERROR,
  HANGUP,
  type Multiplexer,
  type OnReady,
  READABLE,
  type WaitOptions,
} from "./multiplexer.ts";
import { Registration } from "./registration.ts";

/**
 * The part of the contract that does not depend on the system call: the table of registrations, the
 * batch of ready ones, and the wait with its deadline. A backend tells the kernel, and harvests.
 *
 * A wait has two halves: `harvest` waits once and reports what is ready, then the handlers run. They
 * may add, remove, close and even wait again, so each event is held against the table as it is then.
 */
export abstract class BaseMultiplexer<D> implements Multiplexer<D> {
  abstract readonly name: string;
  readonly edge: boolean = false;

  readonly #byFd: (Registration<D> | undefined)[] = [];
  readonly #byOwner = new WeakMap<object, Registration<D>>();
  #size = 0;
  #generation = 0;

  readonly #ready: (Registration<D> | undefined)[] = [];
  readonly #events: number[] = [];
  #next = 0;
  #count = 0;

  #loopWatch: LoopWatch | null = null;
  #loop: Registration<D> | null = null;
  #closed = false;

  get size(): number {
    return this.#size;
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
    const registration = this.#find(target);
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
  }

  remove(target: Target): boolean {
    const registration = this.#find(target);
    if (registration) this.drop(registration);
    return registration !== undefined;
  }

  has(target: Target): boolean {
    return this.#find(target) !== undefined;
  }

  waitSync(options: number | WaitOptions | undefined, onReady: OnReady<D>): number {
    this.#checkOpen();
    const { timeoutMs, restart } = checkWait(options, onReady);

    const leftOver = this.#dispatch(onReady);
    if (leftOver > 0 || this.#closed) return leftOver;
    if (timeoutMs > 0) this.#watchLoop();
    const limited = timeoutMs > 0 && timeoutMs < Infinity;
    const deadlineMs = limited ? performance.now() + timeoutMs : timeoutMs;
    for (let leftMs = timeoutMs; ; leftMs = limited ? deadlineMs - performance.now() : timeoutMs) {
      if (limited && leftMs <= 0) return 0;
      const interrupted = !this.#harvest(leftMs);
      const reported = this.#dispatch(onReady);
      const done = reported > 0 || timeoutMs === 0 || this.#closed;
      if (done || (interrupted && !restart)) return reported;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const registration of this.registrations()) registration.watched = false;
    this.#byFd.length = 0;
    this.#size = 0;
    this.#count = 0;
    this.#loopWatch?.release();
    this.shut();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** `add`, with the backend's flags. */
  protected register(target: Target, interest: number, data: D | undefined, flags: number): void {
    this.#checkOpen();
    checkInterest(interest);
    const fd = descriptorOf(target);
    if (this.#byFd[fd]?.abandoned) this.drop(this.#byFd[fd]);
    const existing = this.#byFd[fd];
    const owner = typeof target === "object" ? target : undefined;
    this.#generation = (this.#generation + 1) | 0 || 1;
    const registration = new Registration(fd, interest, data, this.#generation, flags, owner);
    this.watch(registration, existing);
    if (existing) this.#forget(existing);
    this.#byFd[fd] = registration;
    this.#size++;
    if (owner) this.#byOwner.set(owner, registration);
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

  /** Gives back what the backend owns. */
  protected abstract shut(): void;

  /** The registration under a number. */
  protected find(fd: number): Registration<D> | undefined {
    return this.#byFd[fd];
  }

  protected registrations(): Registration<D>[] {
    return this.#byFd.filter((registration) => registration !== undefined);
  }

  /** Puts an event into the batch. */
  protected report(registration: Registration<D>, events: number): void {
    this.#ready[this.#count] = registration;
    this.#events[this.#count] = events;
    this.#count++;
  }

  protected drop(registration: Registration<D>): void {
    this.unwatch(registration);
    this.#forget(registration);
  }

  #find(target: Target): Registration<D> | undefined {
    // An owner that has closed its descriptor has no number any more, and is found all the same.
    const own = typeof target === "object" ? this.#byOwner.get(target) : undefined;
    if (own?.watched) return own;
    const registration = this.#byFd[descriptorOf(target)];
    if (!registration || registration === this.#loop) return undefined;
    // The number was closed by one object and is another's now, which was not added.
    return typeof target === "object" && registration.abandoned ? undefined : registration;
  }

  #forget(registration: Registration<D>): void {
    registration.watched = false;
    if (this.#byFd[registration.fd] === registration) this.#byFd[registration.fd] = undefined;
    this.#size--;
  }

  /** @returns whether the wait came to its end; `false` when a signal cut it short */
  #harvest(timeoutMs: number): boolean {
    this.#next = 0;
    this.#count = 0;
    try {
      this.harvest(timeoutMs);
      return true;
    } catch (error) {
      if (isSystemError(error, "EINTR")) return false;
      throw error;
    }
  }

  // The position is kept in fields: when a handler throws, or waits itself, the rest is not lost.
  #dispatch(onReady: OnReady<D>): number {
    let reported = 0;
    while (this.#next < this.#count) {
      const index = this.#next++;
      const registration = this.#ready[index];
      this.#ready[index] = undefined;
      if (!registration?.watched) continue;
      if (registration === this.#loop) {
        this.#loopWatch?.harvest();
        continue;
      }
      if (registration.abandoned) {
        this.drop(registration);
        continue;
      }
      const { fd, interest, data } = registration;
      const events = interest === 0 ? 0 : this.#events[index]! & (interest | ERROR | HANGUP);
      if (events === 0) continue;
      reported++;
      onReady(fd, events, data as D);
    }
    return reported;
  }

  #watchLoop(): void {
    if (this.#loop) return;
    const loopWatch = LoopWatch.acquire();
    if (!loopWatch) return;
    try {
      // Its number may have been that of a watched descriptor, which is closed then.
      const closed = this.#byFd[loopWatch.fd];
      if (closed) this.drop(closed);
      const loop = new Registration<D>(loopWatch.fd, READABLE, undefined, -1, 0);
      this.watch(loop);
      this.#byFd[loop.fd] = loop;
      this.#loop = loop;
      this.#loopWatch = loopWatch;
    } catch (error) {
      loopWatch.release();
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw invalidState("the multiplexer is closed");
  }
}
