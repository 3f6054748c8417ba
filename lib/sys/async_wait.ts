import { check } from "../errors.ts";
import { type Bytes, type LoopPoll, type WaitThread, native } from "../native/native.ts";

export type { LoopPoll, WaitThread };

/**
 * Lets the runtime's own libuv loop watch `fd` (uv_poll). Does not block.
 *
 * @param callback - runs each time the loop finds it readable, for as long as it is started; what
 * it throws is an 'uncaughtException'
 * @throws SystemError ENOSYS: the runtime has no libuv. EBADF, EEXIST, ELOOP, EPERM
 * @see https://docs.libuv.org/en/v1.x/poll.html
 */
export function loopPollCreate(fd: number, callback: () => void): LoopPoll {
  return created(native.loop_poll_create(fd, callback), "uv_poll_init");
}

/** Starts watching; again while started changes nothing. */
export function loopPollStart(poll: LoopPoll): void {
  check(native.loop_poll_start(poll), "uv_poll_start");
}

/** Stops watching. */
export function loopPollStop(poll: LoopPoll): void {
  check(native.loop_poll_stop(poll), "uv_poll_stop");
}

/** Whether it keeps the process alive while started; at first it does not. */
export function loopPollRef(poll: LoopPoll, ref: boolean): void {
  check(native.loop_poll_ref(poll, ref), "uv_ref");
}

/** Ends it; the second time does nothing. The descriptor stays open. */
export function loopPollClose(poll: LoopPoll): void {
  check(native.loop_poll_close(poll), "uv_close");
}

/**
 * Starts a thread for waiting, with all signals blocked. It sleeps until a wait is started.
 *
 * @param callback - runs on this thread once after each wait
 * @throws SystemError EAGAIN, ENOMEM: no more threads. EMFILE, ENFILE: no descriptor is free
 */
export function waitThreadCreate(callback: () => void): WaitThread {
  return created(native.wait_thread_create(callback), "pthread_create");
}

/**
 * Starts a wait for the first `nfds` slots of `fds`, which are copied; replaces the current wait.
 *
 * @param timeoutMs - milliseconds, rounded up to a nanosecond; negative or Infinity: without limit
 */
export function waitThreadPoll(
  thread: WaitThread,
  fds: Bytes,
  nfds: number,
  timeoutMs: number,
): void {
  check(native.wait_thread_poll(thread, fds, nfds, timeoutMs), "ppoll");
}

/** As {@link waitThreadPoll}, for the descriptors below `nfds` in three sets. */
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

/** Cancels the current wait; its callback may still run once. */
export function waitThreadCancel(thread: WaitThread): void {
  check(native.wait_thread_cancel(thread), "eventfd_write");
}

/** Whether it keeps the process alive; at first it does not. */
export function waitThreadRef(thread: WaitThread, ref: boolean): void {
  check(native.wait_thread_ref(thread, ref), "uv_ref");
}

/** Ends the thread; the second time does nothing. */
export function waitThreadClose(thread: WaitThread): void {
  check(native.wait_thread_close(thread), "pthread_join");
}

function created<T extends object>(result: T | number, syscall: string): T {
  if (typeof result !== "number") return result;
  check(result, syscall);
  throw new TypeError(`${syscall} answered ${String(result)}`);
}
