import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/** What tells a multiplexer, while this thread is free, that it is time to ask what is ready. */
export interface Notifier {
  /** Says nothing more, until it is started again. */
  stop(): void;
  /** Whether it keeps the process alive. */
  keepAlive(alive: boolean): void;
  /** Whether it tells nothing any more, for good: whoever needs one makes another. */
  readonly closed: boolean;
  /** The second time does nothing. */
  close(): void;
}

/** Node's own event loop watches one descriptor. */
export class LoopNotifier implements Notifier {
  readonly #poll: sys.LoopPoll;
  #started = false;
  closed = false;

  /** @param look - runs whenever it is time to ask what is ready */
  constructor(fd: number, look: () => void) {
    this.#poll = sys.loopPollCreate(fd, look);
  }

  /**
   * `null` where the runtime has no libuv, or the kernel does not let the loop watch `fd`: an epoll that
   * watches the loop already, even through others (ELOOP), or one beyond the hundred that may (EINVAL).
   */
  static tryCreate(fd: number, look: () => void): LoopNotifier | null {
    if (!sys.HAS_LIBUV) return null;
    try {
      return new LoopNotifier(fd, look);
    } catch (error) {
      if (isSystemError(error, "ELOOP", "EINVAL")) return null;
      throw error;
    }
  }

  // A start while started would make libuv remove the descriptor from its epoll and add it again.
  start(): void {
    if (this.#started) return;
    sys.loopPollStart(this.#poll);
    this.#started = true;
  }

  stop(): void {
    if (!this.#started) return;
    this.#started = false;
    sys.loopPollStop(this.#poll);
  }

  keepAlive(alive: boolean): void {
    sys.loopPollRef(this.#poll, alive);
  }

  close(): void {
    this.#started = false;
    this.closed = true;
    sys.loopPollClose(this.#poll);
  }
}

const FOUND = 64;
const INTS_EACH = 3;

/**
 * A thread of its own waits: in ppoll(2) or pselect(2), on copies of what it is given, or in epoll_wait(2).
 */
export class ThreadNotifier implements Notifier {
  readonly #thread: sys.WaitThread;
  #found: Int32Array | null = null;
  #started = false;
  #collected = true;
  closed = false;

  /** @param look - runs whenever it is time to ask what is ready */
  constructor(look: () => void) {
    this.#thread = sys.waitThreadCreate(look);
  }

  /** Waits once; a wait under way is given up. */
  poll(fds: sys.PollFds, nfds: number, timeoutMs: number): void {
    this.#onStart();
    sys.waitThreadPoll(this.#thread, fds.bytes, nfds, timeoutMs);
  }

  /** As {@link poll}; what epoll reports is to be collected. */
  epoll(epfd: number, timeoutMs: number): void {
    this.#onStart();
    sys.waitThreadEpoll(this.#thread, epfd, timeoutMs);
  }

  /** As {@link poll}. */
  select(nfds: number, sets: readonly (sys.FdSet | null)[], timeoutMs: number): void {
    const [read, write, except] = sets;
    this.#onStart();
    sys.waitThreadSelect(
      this.#thread,
      nfds,
      read?.words ?? null,
      write?.words ?? null,
      except?.words ?? null,
      timeoutMs,
    );
  }

  /**
   * Gives up a wait under way, and tells what waits have found that the kernel may not tell again.
   *
   * @param keep - the descriptor, or the lower half of epoll's data, the upper half, POLL… or EPOLL… bits
   */
  collect(keep: (low: number, high: number, events: number) => void): void {
    if (this.#collected || this.closed) return;
    const found = (this.#found ??= new Int32Array(FOUND * INTS_EACH));
    for (let count = FOUND; count === FOUND;) {
      count = sys.waitThreadFound(this.#thread, found);
      for (let index = 0; index < count * INTS_EACH; index += INTS_EACH) {
        keep(found[index]!, found[index + 1]!, found[index + 2]!);
      }
    }
    this.#collected = true;
  }

  #onStart(): void {
    this.#started = true;
    this.#collected = false;
  }

  stop(): void {
    if (!this.#started) return;
    this.#started = false;
    sys.waitThreadCancel(this.#thread);
  }

  keepAlive(alive: boolean): void {
    sys.waitThreadRef(this.#thread, alive);
  }

  close(): void {
    this.#started = false;
    this.closed = true;
    sys.waitThreadClose(this.#thread);
  }
}
