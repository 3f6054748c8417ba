import { check, isSystemError } from "../errors.ts";
import { native } from "../native/native.ts";
import { HAS_LIBUV } from "../runtime/libuv.ts";

export { HAS_LIBUV };

/**
 * `uv_backend_fd(loop)`: the epoll descriptor of this thread's own Node.js event loop, or `null` if
 * the runtime has no libuv (Bun, Deno). It belongs to the loop: watch it, never close it. Does not
 * block.
 *
 * @see https://docs.libuv.org/en/v1.x/loop.html#c.uv_backend_fd
 */
export function uvBackendFd(): number | null {
  if (!HAS_LIBUV) return null;
  try {
    return check(native.uv_backend_fd(), "uv_backend_fd");
  } catch (error) {
    if (isSystemError(error, "ENOSYS")) return null;
    throw error;
  }
}

/**
 * Hands `fd` to this thread's environment, which closes it when the environment ends. This also works
 * when `worker.terminate()` ends it and no more JavaScript runs. A descriptor that a `sys` call of this
 * thread opened belongs to the environment from the start, as one of `fs.open()` does (see
 * `trackUnmanagedFds` of Node's `Worker`). Does not block.
 *
 * @returns a ticket for {@link closeOwned}, which identifies this opening of `fd`. It becomes invalid
 * when a `sys` call closes `fd`; a later opening of the same number has another ticket
 */
export function own(fd: number): number {
  return check(native.own(fd), "own", fd);
}

/**
 * Takes `fd` back from the environment, so that it stays open when the environment ends. Call this
 * before another thread, or `node:fs`, becomes responsible for closing `fd`. Otherwise this thread, when
 * it ends, closes whatever file has that number by then. Does not block.
 *
 * @param ticket - of the opening that is meant; with the ticket of another opening nothing happens.
 * 0 matches any
 */
export function disown(fd: number, ticket = 0): void {
  check(native.disown(fd, ticket), "disown", fd);
}

/**
 * `close(fd)`, if `ticket` is the ticket of the current opening of `fd`. Never closes another file that
 * was given the same number, also by `node:fs` or another addon. Blocks as {@link close} does.
 *
 * @throws SystemError EBADF: already closed, or taken back by {@link disown}. EIO, EINTR: closed nevertheless
 * @see https://man7.org/linux/man-pages/man2/close.2.html
 */
export function closeOwned(fd: number, ticket: number): void {
  check(native.close_owned(fd, ticket), "close", fd);
}

/**
 * Says that this thread is about to start a child process, or that this is over. If `worker.terminate()` stops the
 * thread in between, a process that it has started since is killed and waited for, as with {@link ownChild}. Needs
 * `/proc/thread-self/children` (CONFIG_PROC_CHILDREN of the kernel), of this process's own namespace, and a free
 * descriptor to read it; otherwise nothing is killed. Does not block.
 */
export function expectChild(expected: boolean): void {
  check(native.expect_child(expected), "expect_child");
}

/**
 * Makes the environment send SIGKILL to a child process when it ends, also by `worker.terminate()`, and wait for it:
 * node:child_process waits for no child of a thread that has ended. Needs no descriptor. Call {@link disownChild} when
 * the child was waited for. Does not block; the end of the environment does, until the killed processes have ended,
 * for at most 10 seconds.
 *
 * @throws SystemError ECHILD: it is no child of this process, or was waited for. EINVAL: `pid` is not positive
 */
export function ownChild(pid: number): void {
  check(native.own_child(pid), "own_child");
}

/** Undoes {@link ownChild}: the child was waited for, and another process may have the number. Does not block. */
export function disownChild(pid: number): void {
  check(native.disown_child(pid), "disown_child");
}

/**
 * Says that code outside this library is about to see the number `fd`, which it may close without a `sys`
 * call. From here on {@link closeOwned} and {@link forgotten} leave another file alone that was given the
 * number. A number that was given to {@link own} counts as seen. Does not block.
 */
export function showOwned(fd: number, ticket: number): void {
  check(native.show_owned(fd, ticket), "show_owned", fd);
}

/**
 * Records that `owner` uses `fd`. After `owner` has been garbage-collected, {@link forgotten} reports
 * the descriptor. Does not block.
 *
 * @returns `false` if the descriptor that `ticket` identifies was already closed
 */
export function watchOwner(fd: number, ticket: number, owner: object): boolean {
  return native.watch_owner(fd, ticket, owner) === 0;
}

/**
 * Finds descriptors that are still open although their owners were garbage-collected. Leaves out a
 * number that was closed by other means, even if another file has it now. Does not block.
 *
 * @param found - receives two numbers for each: the descriptor and its ticket
 * @returns the number of descriptors written to `found`; if it is full, there may be more
 */
export function forgotten(found: Int32Array): number {
  return native.forgotten(found);
}

/**
 * `napi_adjust_external_memory(env, change_in_bytes, result)`: tells the garbage collector how
 * much memory outside its heap JavaScript objects keep alive. Does not block.
 *
 * @param changeInBytes - the growth since the last call; negative if the memory shrank
 * @returns the new total, in bytes
 * @see https://nodejs.org/api/n-api.html#napi_adjust_external_memory
 */
export function adjustExternalMemory(changeInBytes: number): number {
  return native.adjust_external_memory(changeInBytes);
}
