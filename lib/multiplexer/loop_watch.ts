import { Descriptor } from "../descriptors/descriptor.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import { isSystemError } from "../errors.ts";
import { nextTick, setImmediate } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";
import { listensToSignals } from "./signals.ts";

/** A blocking wait that watches the loop. */
export interface LoopUser {
  unwatchLoop(): void;
}

/**
 * Whether the loop has something to dispatch, in a program that listens to signals. `new`: it has, and no
 * wait has ended for it. `told`: a wait has ended for it. `stale`: the JavaScript that ran then has returned,
 * so the loop may have dispatched it.
 */
type News = "none" | "new" | "told" | "stale";

// libuv's loop watches its pipe for signals from its first turn on. Before that a signal does not wake the
// loop: in a script that waits before its first `await`, of an ES module since Node.js 22.
let showsSignals = false;
setImmediate(() => (showsSignals = true)).unref();

/**
 * Lets this thread's own libuv loop end a blocking wait: `worker.terminate()` and `process.exit()` wake
 * that loop, and nothing else, before they wait for the thread to return to JavaScript. Signals wake it
 * too, whichever thread takes them.
 *
 * The loop's epoll descriptor stays readable while a message is unread, which would make every further wait
 * spin. So a small epoll watches it edge-triggered. Multiplexers watch that one instead, and {@link harvest}
 * it each time it becomes readable.
 */
export class LoopWatch {
  static #shared: LoopWatch | undefined;
  static #news: News = "none";
  // The watch on the loop must not keep a forgotten multiplexer in memory.
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
    this.#epoll = new Descriptor(whereFree(() => sys.epollCreate1(sys.EPOLL_CLOEXEC)));
    try {
      this.#control(sys.EPOLL_CTL_ADD);
      // A wait knows of the loop's current wake-up, or will know.
      if (LoopWatch.#news === "new" || LoopWatch.#news === "told") this.#takeWakeUp();
    } catch (error) {
      this.#epoll.close();
      throw error;
    }
  }

  /**
   * This thread's instance; {@link release} it afterwards. `null` if the runtime has no libuv, or no
   * descriptor or watch is free: then the wait does not watch the loop, and the next one tries again.
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

  /** Whether there is something that a wait has to end for. */
  get hasNews(): boolean {
    return LoopWatch.#news === "new";
  }

  /**
   * As {@link hasNews}, and marks the news as told.
   *
   * @param interrupted - whether a signal interrupted this thread
   */
  takeNews(interrupted: boolean): boolean {
    if (interrupted && !showsSignals) this.#note();
    if (LoopWatch.#news !== "new") return false;
    LoopWatch.#news = "told";
    return true;
  }

  /** Clears the wake-up: the descriptor is readable again after the next one. */
  harvest(): void {
    if (this.#takeWakeUp()) this.#note();
  }

  /**
   * Checks a `stale` loop again, which may have dispatched what it had, or not. Before the loop's first turn
   * nothing shows whether a signal has come: then it counts as one.
   */
  refresh(): void {
    const news = LoopWatch.#news;
    if (news === "stale") LoopWatch.#news = "none";
    if (showsSignals && news === "stale") this.#control(sys.EPOLL_CTL_MOD);
    else if (!showsSignals && news !== "told") this.#note();
  }

  /**
   * Ends the watches of the other users: the kernel allows only about a hundred epolls to watch one (EINVAL).
   * A thread waits in one multiplexer at a time, and the others watch again with their next wait.
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
    // The tick runs when all JavaScript that runs now has returned.
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

  // The kernel checks the loop at this moment, and reports each wake-up from then on.
  #control(op: number): void {
    sys.epollCtl(this.#epoll.fd, op, this.#loopFd, sys.EPOLLIN | sys.EPOLLET);
  }
}
