import { isSystemError } from "../errors.ts";
import { clearTimeout, now, setTimeout } from "../runtime/timing.ts";
import { EpollMultiplexer } from "./epoll.ts";

/** A wait for one descriptor. */
export interface Waiter {
  readonly fd: number;
  /** READABLE, WRITABLE, or 0: wait only for the time to pass. */
  readonly interest: number;
  /** The end of the wait, on the clock of `now()`. */
  readonly deadlineMs: number;
  /** Called once. `true`: the descriptor is ready. `false`: the time has passed. */
  readonly end: (ready: boolean) => void;
  /** Called instead of `end` if the kernel refuses to watch the descriptor. */
  readonly fail: (error: unknown) => void;
}

// Kept open for a while: a transfer in parts soon waits again.
const IDLE_MS = 100;

/**
 * All waits for a single descriptor in this thread. They share one epoll, which Node's own loop watches, so a
 * wait needs no descriptor of its own.
 */
export class SharedWait {
  static #current: SharedWait | null = null;

  readonly #multiplexer = new EpollMultiplexer<Set<Waiter>>();
  readonly #byFd = new Map<number, Set<Waiter>>();
  readonly #waiters = new Set<Waiter>();
  #nextMs = Infinity;
  #running = false;
  #closing: NodeJS.Timeout | null = null;

  /**
   * Begins to wait; a wait under way keeps the process alive.
   *
   * @returns a function that ends it
   * @throws SystemError EBADF: the descriptor is not open. EMFILE, ENFILE: no descriptor is free
   */
  static add(waiter: Waiter): () => void {
    SharedWait.#current ??= new SharedWait();
    const shared = SharedWait.#current;
    shared.#add(waiter);
    return () => {
      shared.#remove(waiter);
    };
  }

  #add(waiter: Waiter): void {
    const { fd } = waiter;
    const others = this.#byFd.get(fd) ?? new Set();
    this.#byFd.set(fd, others.add(waiter));
    try {
      this.#watch(fd, others);
    } catch (error) {
      others.delete(waiter);
      if (others.size === 0) this.#byFd.delete(fd);
      this.#rest();
      throw error;
    }
    this.#waiters.add(waiter);
    if (!this.#running) void this.#run();
    else if (waiter.deadlineMs < this.#nextMs) this.#multiplexer.interrupt();
  }

  #remove(waiter: Waiter): void {
    if (!this.#waiters.delete(waiter)) return;
    const others = this.#byFd.get(waiter.fd)!;
    others.delete(waiter);
    if (others.size === 0) this.#byFd.delete(waiter.fd);
    try {
      this.#watch(waiter.fd, others);
    } catch (error) {
      // It was closed without notice. A later wait for the same number is a wait for another file.
      this.#byFd.delete(waiter.fd);
      for (const other of others) this.#fail(other, error);
    }
    if (this.#waiters.size === 0) this.#multiplexer.interrupt();
  }

  /** Watches a descriptor for the interests of all its waiters. */
  #watch(fd: number, waiters: Set<Waiter>): void {
    let interest = 0;
    for (const waiter of waiters) interest |= waiter.interest;
    const before = this.#multiplexer.get(fd)?.interest;
    if (interest === 0) this.#multiplexer.remove(fd);
    else if (before === undefined) this.#multiplexer.add(fd, interest, waiters);
    else if (before !== interest) this.#change(fd, interest, waiters);
  }

  #change(fd: number, interest: number, waiters: Set<Waiter>): void {
    try {
      this.#multiplexer.modify(fd, interest);
    } catch (error) {
      // The number was closed without notice, and belongs to another file now.
      if (!isSystemError(error, "ENOENT")) throw error;
      this.#multiplexer.add(fd, interest, waiters);
    }
  }

  async #run(): Promise<void> {
    if (this.#closing) clearTimeout(this.#closing);
    this.#closing = null;
    this.#running = true;
    try {
      while (this.#waiters.size > 0) {
        await this.#multiplexer.waitRepeatedly(this.#leftMs(), this.#onReady, this.#expire);
      }
      this.#running = false;
      this.#rest();
    } catch (error) {
      this.#close();
      for (const waiter of this.#waiters) this.#fail(waiter, error);
    }
  }

  readonly #onReady = (_fd: number, events: number, waiters: Set<Waiter>): void => {
    for (const waiter of [...waiters]) {
      if ((waiter.interest & events) !== 0) this.#end(waiter, true);
    }
  };

  /** Ends the waits whose time has passed. @returns milliseconds until the next one */
  readonly #expire = (): number | null => {
    const nowMs = now();
    if (nowMs >= this.#nextMs) {
      for (const waiter of [...this.#waiters]) {
        if (waiter.deadlineMs <= nowMs) this.#end(waiter, false);
      }
    }
    return this.#waiters.size === 0 ? null : this.#leftMs();
  };

  #end(waiter: Waiter, ready: boolean): void {
    this.#remove(waiter);
    waiter.end(ready);
  }

  #fail(waiter: Waiter, error: unknown): void {
    this.#waiters.delete(waiter);
    waiter.fail(error);
  }

  #leftMs(): number {
    this.#nextMs = Infinity;
    for (const { deadlineMs } of this.#waiters) {
      if (deadlineMs < this.#nextMs) this.#nextMs = deadlineMs;
    }
    return Math.max(0, this.#nextMs - now());
  }

  #rest(): void {
    if (this.#running || this.#closing) return;
    this.#closing = setTimeout(() => {
      this.#close();
    }, IDLE_MS).unref();
  }

  #close(): void {
    if (SharedWait.#current === this) SharedWait.#current = null;
    this.#multiplexer.close();
  }
}
