import { whereFree } from "../descriptors/forgotten.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/** Calls a multiplexer, while this thread is free, when a harvest may find something. */
export interface Notifier {
  /** Makes no more calls until it is started again. */
  stop(): void;
  /** Sets whether it keeps the process alive. */
  keepAlive(alive: boolean): void;
  /** Whether it is closed: then the next wait creates another one. */
  readonly closed: boolean;
  /** The second time does nothing. */
  close(): void;
}

/** A notifier in Node's own event loop, which watches one descriptor. */
export class LoopNotifier implements Notifier {
  readonly #poll: sys.LoopPoll;
  #started = false;
  closed = false;

  /** @param look - called when a harvest may find something */
  constructor(fd: number, look: () => void) {
    this.#poll = sys.loopPollCreate(fd, look);
  }

  /**
   * `null` if the runtime has no libuv, or the kernel does not let the loop watch `fd`: `fd` already watches
   * the loop, directly or through other epolls (ELOOP), or too many epolls watch each other (EINVAL).
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

  // Started twice, libuv would remove the descriptor from its epoll and add it again.
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
 * A notifier with a thread, which waits in ppoll(2) or pselect(2) on copies of the sets, or in epoll_wait(2) for
 * the sake of files that answer once.
 */
export class ThreadNotifier implements Notifier {
  readonly #thread: sys.WaitThread;
  #found: Int32Array | null = null;
  #one: sys.PollFds | null = null;
  #started = false;
  #collected = true;
  closed = false;

  /** @param look - called when a harvest may find something */
  constructor(look: () => void) {
    this.#thread = whereFree(() => sys.waitThreadCreate(look));
  }

  /** Waits once; ends a wait that is under way. */
  poll(fds: sys.PollFds, nfds: number, timeoutMs: number): void {
    this.#onStart();
    sys.waitThreadPoll(this.#thread, fds.bytes, nfds, timeoutMs);
  }

  /** As {@link poll}, for one descriptor. */
  readable(fd: number, timeoutMs: number): void {
    const fds = (this.#one ??= new sys.PollFds(1));
    fds.set(0, fd, sys.POLLIN);
    this.poll(fds, 1, timeoutMs);
  }

  /**
   * As {@link poll}, in epoll_wait(2); {@link collect} returns what that reported. While it starts, the epoll is
   * readable for whoever watches it.
   */
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
   * Ends a wait that is under way, and hands over the events that the kernel may not report again.
   *
   * @param keep - gets the descriptor, or the halves of epoll's data, and POLL… or EPOLL… bits
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
