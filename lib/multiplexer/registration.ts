import { type Target, fdOf, lastFdOf } from "../descriptors/descriptor.ts";
import { ERROR, HANGUP, READABLE, READ_CLOSED, type Watch } from "./multiplexer.ts";

/** One watched descriptor. A number that is added again gets a new registration. */
export class Registration<D> {
  readonly fd: number;
  /** The number or object that it was added with. */
  readonly target: Target;
  #interest = 0;
  /** The bits that may be reported with this interest. */
  reportable = 0;
  data: D | undefined;
  /** Distinguishes this use of the number from earlier ones; never 0. */
  readonly generation: number;
  /** Bits that only the backend uses. */
  readonly flags: number;
  /** The object that it was added with, if its descriptor can go without notice: no {@link Descriptor}. */
  readonly #unnoticed: { readonly fd: number } | undefined;
  /** Whether the kernel may report a change to one call only: {@link SingleAnswers}. */
  answersOnce = false;
  /** Its position in the backend. */
  slot = -1;
  /** `false` after the event of a one-shot registration. */
  armed = true;
  /** `false` after it was removed, dropped or replaced: its events are not delivered. */
  watched = true;
  /** Handles the events of a descriptor of the multiplexer itself; users do not see it. */
  internal: (() => void) | null = null;

  constructor(
    target: Target,
    interest: number,
    data: D | undefined,
    generation: number,
    flags: number,
  ) {
    this.fd = fdOf(target);
    this.target = target;
    this.interest = interest;
    this.data = data;
    this.generation = generation;
    this.flags = flags;
    if (typeof target === "object" && lastFdOf(target) === -1) this.#unnoticed = target;
  }

  get interest(): number {
    return this.#interest;
  }

  set interest(interest: number) {
    this.#interest = interest;
    const results = ERROR | HANGUP | (interest & READABLE ? READ_CLOSED : 0);
    this.reportable = interest === 0 ? 0 : interest | results;
  }

  toWatch(): Watch<D> {
    const { fd, target, interest, data } = this;
    return { fd, target, interest, data: data as D };
  }

  /** @param generation - of a registration less than 2^31 earlier or later */
  isNewerThan(generation: number): boolean {
    return ((this.generation - generation) | 0) > 0;
  }

  /** Whether users see it: it is not internal, and its owner has not closed it. */
  get isVisible(): boolean {
    return this.internal === null && !this.abandoned;
  }

  /** Whether its owner has closed or detached the descriptor, without notice. */
  get abandoned(): boolean {
    return this.#unnoticed !== undefined && !has(this.#unnoticed, this.fd);
  }
}

/** Whether an object has this number. One that has closed its descriptor may have any value, or throw. */
function has(owner: { readonly fd: unknown }, fd: number): boolean {
  try {
    return owner.fd === fd;
  } catch {
    return false;
  }
}

/** The registrations of one multiplexer, by descriptor and by the object that owns it. */
export class Registrations<D> {
  readonly #byFd: (Registration<D> | undefined)[] = [];
  /** For owners other than a {@link Descriptor}, which remembers its number. */
  readonly #byOwner = new WeakMap<object, Registration<D>>();
  #generation = 0;

  /** How many registrations users see. */
  get size(): number {
    let size = 0;
    for (const registration of this.#byFd) if (registration?.isVisible) size++;
    return size;
  }

  /** Whether users see none. */
  get isEmpty(): boolean {
    return !this.#byFd.some((registration) => registration?.isVisible);
  }

  /** Creates a registration that is not yet in the table. */
  create(target: Target, interest: number, data: D | undefined, flags: number): Registration<D> {
    this.#generation = (this.#generation + 1) | 0 || 1;
    return new Registration(target, interest, data, this.#generation, flags);
  }

  /** Puts it into the table, which must not have another one with the same number. */
  put(registration: Registration<D>): void {
    const { fd, target } = registration;
    this.#byFd[fd] = registration;
    if (typeof target === "object" && lastFdOf(target) === -1)
      this.#byOwner.set(target, registration);
  }

  delete(registration: Registration<D>): void {
    registration.watched = false;
    if (this.#byFd[registration.fd] === registration) this.#byFd[registration.fd] = undefined;
  }

  /** The generation of the newest registration. */
  get newest(): number {
    return this.#generation;
  }

  get(fd: number): Registration<D> | undefined {
    return this.#byFd[fd];
  }

  /** As {@link get}, but only registrations of users, and also by object. */
  find(target: Target): Registration<D> | undefined {
    // An owner that has closed its descriptor has no number, but is found too.
    const own = typeof target === "object" ? this.ofOwner(target) : undefined;
    if (own) return own;
    const fd = fdOf(target);
    if (fd === -1) return undefined; // V8 would look it up as a name, which takes longer
    const registration = this.#byFd[fd];
    if (!registration || registration.internal) return undefined;
    // One object closed the number, and it belongs to another one now, which was not added.
    return typeof target === "object" && registration.abandoned ? undefined : registration;
  }

  /** As {@link get}, but by the object that was added, open or closed. */
  ofOwner(owner: object): Registration<D> | undefined {
    const last = lastFdOf(owner);
    const registration = last === -1 ? this.#byOwner.get(owner) : this.#byFd[last];
    return registration?.watched && registration.target === owner ? registration : undefined;
  }

  all(): Registration<D>[] {
    return this.#byFd.filter((registration) => registration !== undefined);
  }

  clear(): void {
    for (const registration of this.all()) registration.watched = false;
    this.#byFd.length = 0;
  }
}
