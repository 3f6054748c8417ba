import { Descriptor } from "../descriptor.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

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
  #users = 0;

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
  static acquire(): LoopWatch | null {
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
    LoopWatch.#shared.#users++;
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

  release(): void {
    this.#users--;
    if (this.#users > 0) return;
    LoopWatch.#shared = undefined;
    this.#epoll.close();
  }
}
