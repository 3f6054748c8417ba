import { Descriptor } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import { nextTick, setImmediate } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";
import { listensToSignals } from "./signals.ts";

/** Who watches it. */
export interface LoopUser {
  unwatchLoop(): void;
}

/**
 * What a program that listens to signals does not know of its loop yet. `new`: the loop has something to
 * dispatch that no wait has ended for. `told`: a wait has ended for it. `stale`: the thread has left the
 * JavaScript that it ran then, so that the loop may have dispatched it by now, or not.
 */
type News = "none" | "new" | "told" | "stale";

// libuv has its pipe for signals from the start, and its loop watches that from its first turn on. Until
// then a signal does not show, as in a CommonJS script that waits at once.
let showsSignals = false;
setImmediate(() => (showsSignals = true)).unref();

/**
 * Lets this thread's own libuv loop end a blocking wait: `worker.terminate()` and `process.exit()` wake
 * that loop, and nothing else, before they wait for the thread to return to JavaScript. Signals wake it
 * too, whichever thread takes them.
 *
 * The loop's epoll descriptor stays readable for as long as a message is unread, which would make
 * every further wait spin. So it sits edge-triggered in a small epoll of its own, which multiplexers
 * watch instead and {@link harvest} each time it becomes readable.
 */
export class LoopWatch {
  static #shared: LoopWatch | undefined;
  static #news: News = "none";
  // A multiplexer that is forgotten is not kept by its watch on the loop.
  static readonly #forgotten = new FinalizationRegistry<WeakRef<LoopUser>>((user) => {
    if (LoopWatch.#shared) LoopWatch.#shared.#remove(user);
  });
  static readonly #age = (): void => {
    LoopWatch.#news = "stale";
  };

  readonly #loopFd: number;
  readonly #epoll: Descriptor;
  readonly #events = new sys.EpollEvents(1);
  readonly #users = new Set<WeakRef<LoopUser>>();

  private constructor(loopFd: number) {
    this.#loopFd = loopFd;
    this.#epoll = new Descriptor(sys.epollCreate1(sys.EPOLL_CLOEXEC));
    try {
      this.#control(sys.EPOLL_CTL_ADD);
      // A wait has been told of the loop as it is now, or is to be told.
      if (LoopWatch.#news === "new" || LoopWatch.#news === "told") this.#takeWakeUp();
    } catch (error) {
      this.#epoll.close();
      throw error;
    }
  }

  /**
   * This thread's one; give it back with {@link release}. `null` where the runtime has no libuv, or no
   * descriptor or watch is free: the wait goes without, and the next one tries again.
   */
  static acquire(user: LoopUser): LoopWatch | null {
    if (!LoopWatch.#shared) {
      const loopFd = sys.uvBackendFd();
      if (loopFd === null) return null;
      try {
        LoopWatch.#shared = new LoopWatch(loopFd);
      } catch (error) {
        if (isSystemError(error, "EMFILE", "ENFILE", "ENOSPC", "ENOMEM")) return null;
        throw error;
      }
    }
    LoopWatch.#shared.#add(user);
    LoopWatch.#shared.refresh();
    return LoopWatch.#shared;
  }

  get fd(): number {
    return this.#epoll.fd;
  }

  /** Whether there is something that a wait is to end for. */
  get hasNews(): boolean {
    return LoopWatch.#news === "new";
  }

  /**
   * As {@link hasNews}; it is told with that.
   *
   * @param interrupted - whether a signal came to this thread
   */
  takeNews(interrupted: boolean): boolean {
    if (interrupted && !showsSignals) this.#note();
    if (LoopWatch.#news !== "new") return false;
    LoopWatch.#news = "told";
    return true;
  }

  /** Takes the wake-up, so that the descriptor is readable again only after the next one. */
  harvest(): void {
    if (this.#takeWakeUp()) this.#note();
  }

  /** Looks again at a loop of which nobody knows whether it has dispatched what it had. */
  refresh(): void {
    if (LoopWatch.#news !== "stale") return;
    LoopWatch.#news = "none";
    if (showsSignals) this.#control(sys.EPOLL_CTL_MOD);
    else this.#note();
  }

  /**
   * Makes the others look away: the kernel lets no more than a hundred epolls watch one (EINVAL). A
   * thread waits in one multiplexer at a time, and the others look again with their next wait.
   *
   * @returns whether there were any
   */
  evictOthers(user: LoopUser): boolean {
    const others = [...this.#users].map((weak) => weak.deref()).filter((other) => other !== user);
    for (const other of others) other?.unwatchLoop();
    return others.length > 0;
  }

  release(user: LoopUser): void {
    LoopWatch.#forgotten.unregister(user);
    for (const weak of this.#users) if (weak.deref() === user) this.#remove(weak);
  }

  #note(): void {
    if (!listensToSignals()) return;
    // The tick comes when all of the JavaScript that runs now has returned.
    if (LoopWatch.#news === "none" || LoopWatch.#news === "stale") nextTick(LoopWatch.#age);
    LoopWatch.#news = "new";
  }

  #takeWakeUp(): boolean {
    try {
      return sys.epollWait(this.#epoll.fd, this.#events, 0) > 0;
    } catch (error) {
      // The next wait finds the wake-up again.
      if (!isSystemError(error, "EINTR")) throw error;
      return false;
    }
  }

  #add(user: LoopUser): void {
    const weak = new WeakRef(user);
    this.#users.add(weak);
    LoopWatch.#forgotten.register(user, weak, user);
  }

  #remove(user: WeakRef<LoopUser>): void {
    this.#users.delete(user);
    if (this.#users.size > 0 || LoopWatch.#shared !== this) return;
    LoopWatch.#shared = undefined;
    this.#epoll.close();
  }

  // The kernel looks at the loop as it is at that moment, and reports each wake-up from then on.
  #control(op: number): void {
    sys.epollCtl(this.#epoll.fd, op, this.#loopFd, sys.EPOLLIN | sys.EPOLLET);
  }
}
