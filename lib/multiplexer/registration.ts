import { type Target, fdOf, lastFdOf } from "../descriptors/descriptor.ts";
import type { Watch } from "./multiplexer.ts";

/** One watched descriptor. A number that is added again gets a new one. */
export class Registration<D> {
  readonly fd: number;
  interest: number;
  readonly data: D | undefined;
  /** Tells this use of the number from earlier ones; never 0. */
  readonly generation: number;
  /** Bits of the backend's own. */
  readonly flags: number;
  /** What it was added with, where that was an object. */
  readonly owner: { readonly fd: number } | undefined;
  /** Whether the kernel may tell of it in one call, and not in the next: {@link SingleAnswers}. */
  answersOnce = false;
  /** Where the backend keeps it. */
  slot = -1;
  /** `false` after its only event, when it was to have only one. */
  armed = true;
  /** `false` when it was removed, dropped or replaced: events still under way are void. */
  watched = true;
  /** Handles the events of a descriptor that is the multiplexer's own; users do not see it. */
  internal: (() => void) | null = null;

  constructor(
    fd: number,
    interest: number,
    data: D | undefined,
    generation: number,
    flags: number,
    owner?: { readonly fd: number },
  ) {
    this.fd = fd;
    this.interest = interest;
    this.data = data;
    this.generation = generation;
    this.flags = flags;
    this.owner = owner;
  }

  toWatch(): Watch<D> {
    const { fd, interest, data } = this;
    return { fd, interest, data: data as D };
  }

  /** @param generation - of a registration at most two thousand million earlier or later */
  isNewerThan(generation: number): boolean {
    return ((this.generation - generation) | 0) > 0;
  }

  /** Whether users see it: it is theirs, and its owner has not closed it. */
  get isVisible(): boolean {
    return this.internal === null && !this.abandoned;
  }

  /** Whether its owner has closed the descriptor since, or given it away. */
  get abandoned(): boolean {
    return this.owner !== undefined && fdOf(this.owner) !== this.fd;
  }
}

/** The registrations of one multiplexer, by descriptor and by the object that owns it. */
export class Registrations<D> {
  readonly #byFd: (Registration<D> | undefined)[] = [];
  /** Of owners that are no {@link Descriptor}: those remember the number that they had. */
  readonly #byOwner = new WeakMap<object, Registration<D>>();
  #generation = 0;

  /** How many users see. */
  get size(): number {
    let size = 0;
    for (const registration of this.#byFd) if (registration?.isVisible) size++;
    return size;
  }

  /** A new one, not yet in the table. */
  create(target: Target, interest: number, data: D | undefined, flags: number): Registration<D> {
    this.#generation = (this.#generation + 1) | 0 || 1;
    const owner = typeof target === "object" ? target : undefined;
    return new Registration(fdOf(target), interest, data, this.#generation, flags, owner);
  }

  /** Puts it into the table, where no other one with the same number is. */
  put(registration: Registration<D>): void {
    const { fd, owner } = registration;
    this.#byFd[fd] = registration;
    if (owner && lastFdOf(owner) === -1) this.#byOwner.set(owner, registration);
  }

  delete(registration: Registration<D>): void {
    registration.watched = false;
    if (this.#byFd[registration.fd] === registration) this.#byFd[registration.fd] = undefined;
  }

  /** The generation of the newest one. */
  get newest(): number {
    return this.#generation;
  }

  get(fd: number): Registration<D> | undefined {
    return this.#byFd[fd];
  }

  /** As {@link get}, for users. */
  find(target: Target): Registration<D> | undefined {
    // An owner that has closed its descriptor has no number any more, and is found all the same.
    const own = typeof target === "object" ? this.#ofOwner(target) : undefined;
    if (own?.watched) return own;
    const registration = this.#byFd[fdOf(target)];
    if (!registration || registration.internal) return undefined;
    // The number was closed by one object and is another's now, which was not added.
    return typeof target === "object" && registration.abandoned ? undefined : registration;
  }

  all(): Registration<D>[] {
    return this.#byFd.filter((registration) => registration !== undefined);
  }

  clear(): void {
    for (const registration of this.all()) registration.watched = false;
    this.#byFd.length = 0;
  }

  #ofOwner(owner: object): Registration<D> | undefined {
    const last = lastFdOf(owner);
    if (last === -1) return this.#byOwner.get(owner);
    const registration = this.#byFd[last];
    return registration?.owner === owner ? registration : undefined;
  }
}
