import { Descriptor } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/** Who watches it. */
export interface LoopUser {
  unwatchLoop(): void;
}

/**
 * Lets this thread's own libuv loop end a blocking wait: `worker.terminate()` and `process.exit()` wake
 * that loop, and nothing else, before they wait for the thread to return to JavaScript.
 *
 * The loop's epoll descriptor stays readable for as long as a message is unread, which would make
 * every further wait spin. So it sits edge-triggered in a small epoll of its own, which multiplexers
 * watch instead and {@link harvest} each time it becomes readable.
 */
export class LoopWatch {
  static #shared: LoopWatch | undefined;

  readonly #epoll: Descriptor;
  readonly #events = new sys.EpollEvents(1);
  readonly #users = new Set<LoopUser>();

  private constructor(loopFd: number) {
    this.#epoll = new Descriptor(sys.epollCreate1(sys.EPOLL_CLOEXEC));
    try {
      sys.epollCtl(this.#epoll.fd, sys.EPOLL_CTL_ADD, loopFd, sys.EPOLLIN | sys.EPOLLET);
    } catch (error) {
      this.#epoll.close();
      throw error;
    }
  }

  /**
   * This thread's one; give it back with {@link release}. `null` where the runtime has no libuv, or no
   * descriptor is free: the wait goes without, and the next one tries again.
   */
  static acquire(user: LoopUser): LoopWatch | null {
    if (!LoopWatch.#shared) {
      const loopFd = sys.uvBackendFd();
      if (loopFd === null) return null;
      try {
        LoopWatch.#shared = new LoopWatch(loopFd);
      } catch (error) {
        if (isSystemError(error, "EMFILE", "ENFILE")) return null;
        throw error;
      }
    }
    LoopWatch.#shared.#users.add(user);
    return LoopWatch.#shared;
  }

  get fd(): number {
    return this.#epoll.fd;
  }

  /** Takes the wake-up, so that the descriptor is readable again only after the next one. */
  harvest(): void {
    try {
      sys.epollWait(this.#epoll.fd, this.#events, 0);
    } catch (error) {
      // The next wait finds the wake-up again.
      if (!isSystemError(error, "EINTR")) throw error;
    }
  }

  /**
   * Makes the others look away: the kernel lets no more than a hundred epolls watch one (EINVAL). A
   * thread waits in one multiplexer at a time, and the others look again with their next wait.
   *
   * @returns whether there were any
   */
  evictOthers(user: LoopUser): boolean {
    const others = [...this.#users].filter((other) => other !== user);
    for (const other of others) other.unwatchLoop();
    return others.length > 0;
  }

  release(user: LoopUser): void {
    this.#users.delete(user);
    if (this.#users.size > 0) return;
    LoopWatch.#shared = undefined;
    this.#epoll.close();
  }
}
