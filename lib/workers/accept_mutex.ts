import { closeSync, openSync } from "node:fs";
import { type Descriptor, fdOf } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import type { Listener } from "../reactor/listener.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import * as sys from "../sys/index.ts";

// A worker that does not hold the lock asks for it this often: so long can connections wait after its holder was
// stopped or killed.
const RETRY_MS = 20;
// The worker that has just accepted asks again a little later, so that others have a chance.
const YIELD_MS = 1;

/**
 * Lets one worker at a time watch a shared listening socket. The lock is flock(2) on a file without a name: the
 * kernel releases it when its holder ends, however that happens.
 */
export class AcceptMutex implements Disposable {
  readonly #reactor: Reactor;
  /** Opened and closed by node:fs, which closes what a thread leaves open. */
  readonly #fd: number;
  #listeners: readonly Listener[] = [];
  #holds = false;
  #closed = false;
  #timer: Timer | null = null;

  /** @param file - the supervisor's; it stays open */
  constructor(reactor: Reactor, file: Descriptor) {
    this.#reactor = reactor;
    // A lock belongs to an open file: that of a duplicate would be everybody's.
    this.#fd = openSync(`/proc/self/fd/${String(fdOf(file))}`, "r+");
  }

  /** From now on these listen only while this worker holds the lock. */
  guard(listeners: readonly Listener[]): void {
    this.#listeners = listeners;
    for (const listener of listeners) listener.pause();
    this.#try();
  }

  /** A connection was accepted: the lock is released at the end of the turn. */
  accepted(): void {
    if (!this.#holds || this.#timer?.pending) return;
    this.#timer = this.#reactor.setTimer(0, () => {
      this.#release();
      this.#timer = this.#reactor.setTimer(YIELD_MS, () => {
        this.#try();
      });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#holds = false;
    closeSync(this.#fd); // releases the lock
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #try(): void {
    this.#holds = this.#lock();
    if (this.#holds) for (const listener of this.#listeners) listener.resume();
    else {
      this.#timer = this.#reactor.setTimer(RETRY_MS, () => {
        this.#try();
      });
    }
  }

  #release(): void {
    this.#holds = false;
    for (const listener of this.#listeners) listener.pause();
    sys.flock(this.#fd, sys.LOCK_UN);
  }

  #lock(): boolean {
    try {
      return sys.flock(this.#fd, sys.LOCK_EX | sys.LOCK_NB);
    } catch (error) {
      if (isSystemError(error, "EINTR", "ENOLCK")) return false;
      throw error;
    }
  }
}
