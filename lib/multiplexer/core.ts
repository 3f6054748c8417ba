import { invalidState } from "../arguments.ts";
import { type Target, type Watcher, fdOf, tellWatcher } from "../descriptors/descriptor.ts";
import { SystemError } from "../errors.ts";
import { isOfClass } from "../failures/classes.ts";
import * as sys from "../sys/index.ts";
import { AsyncWait } from "./async_wait.ts";
import type { Backend } from "./backend.ts";
import { BlockingWait } from "./blocking_wait.ts";
import { checkInterest, isOpen } from "./checks.ts";
import { READABLE, type WaitEnd } from "./multiplexer.ts";
import { ReadyList } from "./ready_list.ts";
import { type Registration, Registrations } from "./registration.ts";
import { SingleAnswers, mayAnswerOnce } from "./single_answers.ts";

/**
 * The part of a multiplexer that does not depend on the system call: the table of registrations, the ready
 * list, and the two kinds of waiting. A wait first harvests; only then do handlers run.
 */
export class Core<D, B extends Backend<D> = Backend<D>> implements Watcher {
  readonly name: string;
  readonly table = new Registrations<D>();
  readonly ready = new ReadyList<D>((registration) => {
    this.drop(registration);
  });
  readonly singleAnswers = new SingleAnswers<D>();
  readonly backend: B;
  readonly blockingWait: BlockingWait<D>;
  readonly asyncWait: AsyncWait<D>;
  /** Why the last wait ended. */
  endedBy: WaitEnd | undefined;
  /** Descriptors must not keep a forgotten multiplexer in memory. */
  readonly #weak = [new WeakRef(this)] as const;
  #closed = false;

  constructor(name: string, createBackend: (core: Core<D>) => B) {
    this.name = name;
    this.backend = createBackend(this);
    this.blockingWait = new BlockingWait<D>(this);
    this.asyncWait = new AsyncWait<D>(this);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @param flags - bits that only the backend uses */
  add(target: Target, interest: number, data: D | undefined, flags: number): void {
    this.checkOpen();
    checkInterest(interest);
    const registration = this.table.create(target, interest, data, flags);
    const older = this.table.get(registration.fd);
    if (older?.abandoned) this.drop(older);
    registration.answersOnce = mayAnswerOnce(registration.fd, interest);
    this.backend.watch(registration, this.table.get(registration.fd));
    this.#put(registration);
    this.asyncWait.refresh();
  }

  modify(target: Target, interest: number, data: D | undefined): void {
    this.checkOpen();
    checkInterest(interest);
    const registration = this.table.find(target);
    if (!registration) {
      const fd = fdOf(target);
      throw new SystemError(fd === -1 ? sys.errno.EBADF : sys.errno.ENOENT, this.name, { fd });
    }
    try {
      if (registration.abandoned) {
        throw new SystemError(sys.errno.EBADF, this.name, { fd: registration.fd });
      }
      registration.answersOnce ||= mayAnswerOnce(registration.fd, interest);
      this.backend.rewatch(registration, interest);
      registration.interest = interest;
      if (data !== undefined) registration.data = data;
      if (this.singleAnswers.watch(registration)) this.#changeNotifier();
    } catch (error) {
      if (isOfClass(error, "EPOLL_CTL_MOD", "forget")) this.drop(registration);
      throw error;
    } finally {
      this.asyncWait.refresh();
    }
  }

  remove(target: Target): boolean {
    const registration = this.table.find(target);
    if (!registration) return false;
    this.drop(registration);
    return true;
  }

  /** As {@link remove}, when the owner closes or detaches the descriptor. */
  forget(owner: object): void {
    const registration = this.table.ofOwner(owner);
    if (!registration) return;
    try {
      this.backend.unwatch(registration);
    } finally {
      this.#delete(registration); // it goes in any case
    }
  }

  watches(owner: object): boolean {
    return this.table.ofOwner(owner) !== undefined;
  }

  drop(registration: Registration<D>): void {
    this.backend.unwatch(registration);
    this.#delete(registration);
  }

  /**
   * Drops closed descriptors; asks the kernel about each.
   *
   * @returns whether there were any
   */
  dropClosed(): boolean {
    const closed = this.table.all().filter(({ fd }) => !isOpen(fd));
    for (const registration of closed) this.drop(registration);
    return closed.length > 0;
  }

  /** Watches a descriptor of the library for reading, level-triggered; users do not see it. */
  watchOwn(fd: number, onReady: () => void): void {
    // The number may be that of a watched descriptor that was closed.
    this.unwatchOwn(fd);
    const registration = this.table.create(fd, READABLE, undefined, 0);
    registration.internal = onReady;
    this.backend.watch(registration, undefined);
    this.table.put(registration);
  }

  unwatchOwn(fd: number): void {
    const registration = this.table.get(fd);
    if (registration) this.drop(registration);
  }

  /** Waits once for up to `timeoutMs` and fills the ready list. Throws EINTR as the kernel does. */
  harvest(timeoutMs: number): void {
    this.ready.clear();
    this.backend.collect();
    this.backend.harvest(this.singleAnswers.any ? 0 : timeoutMs);
    if (this.singleAnswers.any) this.singleAnswers.moveTo(this.ready);
  }

  /** Whether something can be reported that no notifier reports. */
  isReady(): boolean {
    this.backend.collect();
    return !this.ready.empty || this.singleAnswers.any || this.backend.isReady();
  }

  checkOpen(): void {
    if (this.#closed) throw invalidState("the multiplexer is closed");
  }

  close(): void {
    if (this.#closed) return;
    this.blockingWait.unwatchLoop();
    this.#closed = true;
    this.table.clear();
    this.ready.clear();
    this.singleAnswers.clear();
    this.asyncWait.release();
    this.backend.close();
    this.asyncWait.interrupt();
  }

  /** Puts it into the table, replacing an older one with the same number. */
  #put(registration: Registration<D>): void {
    const older = this.table.get(registration.fd);
    if (older) this.#delete(older);
    this.table.put(registration);
    tellWatcher(registration.target, this.#weak);
    if (this.singleAnswers.watch(registration)) this.#changeNotifier();
  }

  #delete(registration: Registration<D>): void {
    this.table.delete(registration);
    if (this.singleAnswers.unwatch(registration)) this.#changeNotifier();
    else this.asyncWait.refresh();
  }

  /** The next wait gets another notifier. */
  #changeNotifier(): void {
    this.backend.collect();
    this.asyncWait.release();
    this.asyncWait.refresh();
  }
}
