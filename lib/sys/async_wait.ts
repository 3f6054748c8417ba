import { SystemError, check } from "../errors.ts";
import { type Bytes, type LoopPoll, type WaitThread, native } from "../native/native.ts";
import { HAS_LIBUV } from "../runtime/libuv.ts";

export type { LoopPoll, WaitThread };

/**
 * Lets the runtime's own libuv loop watch `fd` (uv_poll). Does not block.
 *
 * @param callback - runs each time the loop finds `fd` readable while the watch is started; an
 * exception it throws becomes an 'uncaughtException'
 * @throws SystemError ENOSYS: the runtime has no libuv. EBADF, EEXIST, ELOOP, EPERM
 * @see https://docs.libuv.org/en/v1.x/poll.html
 */
export function loopPollCreate(fd: number, callback: () => void): LoopPoll {
  if (!HAS_LIBUV) throw new SystemError(native.errno.ENOSYS, "uv_poll_init");
  return created(native.loop_poll_create(fd, callback), "uv_poll_init");
}

/**
 * Starts watching; does nothing if already started. Does not block.
 *
 * @throws SystemError EBADF: closed. ELOOP, ENOMEM, ENOSPC: the kernel refuses to watch the descriptor
 */
export function loopPollStart(poll: LoopPoll): void {
  check(native.loop_poll_start(poll), "uv_poll_start");
}

/** Stops watching. @throws SystemError EBADF: closed */
export function loopPollStop(poll: LoopPoll): void {
  check(native.loop_poll_stop(poll), "uv_poll_stop");
}

/**
 * Sets whether the watch keeps the process alive while it is started. A new one does not.
 *
 * @throws SystemError EBADF: closed
 */
export function loopPollRef(poll: LoopPoll, ref: boolean): void {
  check(native.loop_poll_ref(poll, ref), "uv_ref");
}

/** Ends the watch; does nothing the second time. The descriptor stays open. */
export function loopPollClose(poll: LoopPoll): void {
  check(native.loop_poll_close(poll), "uv_close");
}

/**
 * Starts a thread that can wait, with all signals blocked. It sleeps until a wait is started. Does
 * not block.
 *
 * @param callback - runs on the JavaScript thread, once after each wait
 * @throws SystemError EAGAIN, ENOMEM: no more threads. EMFILE, ENFILE: no descriptor is free
 */
export function waitThreadCreate(callback: () => void): WaitThread {
  return created(native.wait_thread_create(callback), "pthread_create");
}

/**
 * Starts a wait for the first `nfds` slots of `fds`, and replaces the current wait. The slots are
 * copied. Does not block.
 *
 * @param fds - an array of `struct pollfd`, as the bytes of a `PollFds`
 * @param timeoutMs - milliseconds, rounded up to a nanosecond; negative or Infinity: no limit
 * @throws SystemError EBADF: the thread was closed
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export function waitThreadPoll(
  thread: WaitThread,
  fds: Bytes,
  nfds: number,
  timeoutMs: number,
): void {
  check(native.wait_thread_poll(thread, fds, nfds, timeoutMs), "ppoll");
}

/**
 * As {@link waitThreadPoll}, for the descriptors below `nfds` in three sets.
 *
 * @param readfds - an `fd_set`, as the words of an `FdSet`; `null` if none is watched
 * @throws SystemError EBADF: the thread was closed
 * @see https://man7.org/linux/man-pages/man2/select.2.html
 */
export function waitThreadSelect(
  thread: WaitThread,
  nfds: number,
  readfds: Bytes | null,
  writefds: Bytes | null,
  exceptfds: Bytes | null,
  timeoutMs: number,
): void {
  check(
    native.wait_thread_select(thread, nfds, readfds, writefds, exceptfds, timeoutMs),
    "pselect",
  );
}

/**
 * As {@link waitThreadPoll}, in epoll_wait(2), whose events are kept for {@link waitThreadFound}. Adds the
 * thread's own descriptor to the epoll, with a data of which the upper half is 0: the epoll is readable until the
 * thread has begun to wait.
 *
 * @param timeoutMs - milliseconds, rounded up to whole ones; negative or Infinity: without limit
 */
export function waitThreadEpoll(thread: WaitThread, epfd: number, timeoutMs: number): void {
  check(native.wait_thread_epoll(thread, epfd, timeoutMs), "epoll_wait");
}

/**
 * Ends the current wait, which takes a moment, and tells what waits have found that the kernel may not
 * tell again: what poll(2) and select(2) called exceptional, and all of epoll(7).
 *
 * @param found - receives three integers each: the descriptor, or the lower half of epoll's data; the upper
 * half of it; POLL… or EPOLL… bits
 * @returns how many were written; the others come with the next call
 */
export function waitThreadFound(thread: WaitThread, found: Int32Array): number {
  return check(native.wait_thread_found(thread, found), "eventfd_write");
}

/**
 * Cancels the current wait. Its callback may still run once. Does not block.
 *
 * @throws SystemError EBADF: the thread was closed
 */
export function waitThreadCancel(thread: WaitThread): void {
  check(native.wait_thread_cancel(thread), "eventfd_write");
}

/**
 * Sets whether the thread keeps the process alive. A new one does not.
 *
 * @throws SystemError EBADF: the thread was closed
 */
export function waitThreadRef(thread: WaitThread, ref: boolean): void {
  check(native.wait_thread_ref(thread, ref), "uv_ref");
}

/** Ends the thread, and blocks until it has ended. Does nothing the second time. */
export function waitThreadClose(thread: WaitThread): void {
  check(native.wait_thread_close(thread), "pthread_join");
}

function created<T extends object>(result: T | number, syscall: string): T {
  if (typeof result !== "number") return result;
  check(result, syscall);
  throw new TypeError(`${syscall} returned ${String(result)}`);
}
