import { type OptionTable, anInteger, outOfRange, readOptions } from "../arguments.ts";
import { SystemError } from "../errors.ts";
import { isOfClass } from "../failures/classes.ts";
import * as sys from "../sys/index.ts";
import type { Backend } from "./backend.ts";
import { Core } from "./core.ts";
import { CoreMultiplexer } from "./core_multiplexer.ts";
import { PRIORITY, READABLE, WRITABLE } from "./multiplexer.ts";
import { type Notifier, ThreadNotifier } from "./notifier.ts";
import type { Registration } from "./registration.ts";

/** How large the sets of a {@link SelectMultiplexer} are. */
export interface SelectOptions {
  /**
   * Descriptors below this number can be watched. Default: FD_SETSIZE (1024), as in C. The kernel accepts
   * larger sets.
   */
  readonly capacity?: number;
}

export const SELECT_OPTIONS: OptionTable<SelectOptions> = { capacity: anInteger(1, 2 ** 30) };
const WORD_BITS = 32;
/** What the three sets are for. Nothing of READ_CLOSED is told. */
const DIRECTIONS = READABLE | WRITABLE | PRIORITY;

/** The {@link Multiplexer} on select(2): descriptors below 1024, or below {@link SelectOptions.capacity}. */
export class SelectMultiplexer<D = undefined> extends CoreMultiplexer<D> {
  declare readonly name: "select";
  /** Descriptors below this number can be watched. */
  readonly capacity: number;

  constructor(options: SelectOptions = {}) {
    const { capacity = sys.FD_SETSIZE } = readOptions(options, SELECT_OPTIONS);
    super(new Core<D>("select", (core) => new SelectBackend(core, capacity)));
    this.capacity = capacity;
  }
}

/** Three sets of bits, which each call passes to the kernel. */
class SelectBackend<D> implements Backend<D> {
  readonly #core: Core<D>;
  readonly #capacity: number;
  readonly #read = new WatchedSet(READABLE);
  readonly #write = new WatchedSet(WRITABLE);
  readonly #except = new WatchedSet(PRIORITY);
  // In the order of the arguments of select(2).
  readonly #sets = [this.#read, this.#write, this.#except] as const;
  #nfds = 0;
  #thread: ThreadNotifier | null = null;
  /** When the thread began to wait. */
  #newest = 0;
  readonly #keep = (fd: number): void => {
    const registration = this.#core.table.get(fd);
    if (!registration?.answersOnce || registration.isNewerThan(this.#newest)) return;
    this.#core.singleAnswers.keep(registration, PRIORITY);
  };

  constructor(core: Core<D>, capacity: number) {
    this.#core = core;
    this.#capacity = capacity;
  }

  watch({ fd, interest, internal }: Registration<D>, existing?: Registration<D>): void {
    if (fd >= this.#capacity && internal === null) {
      throw outOfRange("fd", `< ${String(this.#capacity)}, the capacity of this select`, fd);
    }
    sys.fcntl(fd, sys.F_GETFD); // throws EBADF, as epoll does
    if (existing) throw new SystemError(sys.errno.EEXIST, "select", { fd });
    this.#put(fd, interest);
  }

  rewatch({ fd }: Registration<D>, interest: number): void {
    sys.fcntl(fd, sys.F_GETFD);
    this.#put(fd, interest);
  }

  unwatch({ fd }: Registration<D>): void {
    this.#put(fd, 0);
  }

  harvest(timeoutMs: number): void {
    const { table, ready } = this.#core;
    const [read, write, except] = [this.#read, this.#write, this.#except];
    // The kernel does not change the bits of closed descriptors beyond its descriptor table. These come last,
    // so the loop ends before them, when it has counted all reported bits.
    let left = this.#select(timeoutMs);
    for (let index = 0; left > 0; index++) {
      let bits = read.word(index) | write.word(index) | except.word(index);
      for (; bits !== 0 && left > 0; bits &= bits - 1) {
        const bit = bits & -bits;
        const events =
          (read.word(index) & bit && READABLE) |
          (write.word(index) & bit && WRITABLE) |
          (except.word(index) & bit && PRIORITY);
        left -= (events & 1) + ((events >> 1) & 1) + (events >> 2);
        const registration = table.get(index * WORD_BITS + WORD_BITS - 1 - Math.clz32(bit));
        if (registration) ready.push(registration, events);
      }
    }
  }

  createNotifier(look: () => void): Notifier {
    // The thread's own descriptor may get the number of a closed one, and must not be taken for it.
    this.#core.dropClosed();
    this.#thread = new ThreadNotifier(look);
    return this.#thread;
  }

  notify(leftMs: number): void {
    this.#newest = this.#core.table.newest;
    const sets = this.#sets.map((set) => set.watched);
    this.#thread?.select(this.#nfds, sets, leftMs);
  }

  collect(): void {
    if (this.#core.singleAnswers.expected) this.#thread?.collect(this.#keep);
  }

  isReady(): boolean {
    return false;
  }

  close(): void {
    for (const set of this.#sets) set.clear();
  }

  #select(timeoutMs: number): number {
    for (;;) {
      try {
        const [read, write, except] = [this.#read.copy(), this.#write.copy(), this.#except.copy()];
        return sys.select(this.#nfds, read, write, except, timeoutMs);
      } catch (error) {
        // A closed descriptor makes the call fail: drop it, and wait for the others.
        if (!isOfClass(error, "select", "forget") || !this.#core.dropClosed()) throw error;
      }
    }
  }

  #put(fd: number, interest: number): void {
    for (const set of this.#sets) set.put(fd, interest);
    if ((interest & DIRECTIONS) !== 0) this.#nfds = Math.max(this.#nfds, fd + 1);
    else if (fd + 1 === this.#nfds) {
      this.#nfds = 1 + Math.max(...this.#sets.map((set) => set.highest()));
    }
  }
}

/** One of the three sets, and its working copy, which each call overwrites. */
class WatchedSet {
  readonly #direction: number;
  #watched = new sys.FdSet();
  #working = new sys.FdSet();
  #size = 0;

  constructor(direction: number) {
    this.#direction = direction;
  }

  /** Adds or removes `fd`. All three sets grow together, because one call takes them all. */
  put(fd: number, interest: number): void {
    if (fd >= this.#watched.capacity) this.#grow(fd);
    const wanted = (interest & this.#direction) !== 0;
    if (wanted === this.#watched.isSet(fd)) return;
    this.#size += wanted ? 1 : -1;
    if (wanted) this.#watched.set(fd);
    else this.#watched.clear(fd);
    if (this.#size === 0) this.#working.zero();
  }

  /** The set for the next call; `null` if it is empty. */
  copy(): sys.FdSet | null {
    if (this.#size === 0) return null;
    this.#working.copy(this.#watched);
    return this.#working;
  }

  /** The watched descriptors; `null` if there are none. */
  get watched(): sys.FdSet | null {
    return this.#size === 0 ? null : this.#watched;
  }

  /** The bits of 32 descriptors after the last call. */
  word(index: number): number {
    return this.#working.word(index);
  }

  highest(): number {
    return this.#watched.highest();
  }

  clear(): void {
    this.#watched.zero();
    this.#size = 0;
  }

  #grow(fd: number): void {
    const larger = new sys.FdSet(Math.max(fd + 1, this.#watched.capacity * 2));
    larger.copy(this.#watched);
    this.#watched = larger;
    this.#working = new sys.FdSet(larger.capacity);
  }
}
