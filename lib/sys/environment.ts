import { check, isSystemError } from "../errors.ts";
import { native } from "../native/native.ts";

/** Whether the runtime's event loop is libuv: it is Node's, not Bun's and not Deno's. */
export const HAS_LIBUV = !("bun" in process.versions || "deno" in process.versions);

/**
 * `uv_backend_fd(loop)`: the epoll descriptor of this thread's own Node.js event loop, or `null`
 * where the runtime has no libuv (Bun). It belongs to the loop: watch it, never close it.
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
 * Hands `fd` to this thread's environment, which closes it when it ends, also when `worker.terminate()`
 * ends it and no JavaScript runs any more. What was opened here by a call of this floor belongs to it
 * from the start (as what `fs.open()` opened does, see `trackUnmanagedFds` of Node's `Worker`).
 *
 * @returns the ticket of this opening of `fd`, for {@link closeOwned}: it ends with the next close of
 * that number by a call of this floor, and a later opening of the same number has another one
 */
export function own(fd: number): number {
  return check(native.own(fd), "own", fd);
}

/**
 * Takes `fd` back from the environment, so that it stays open: before its number is given to another
 * thread, or to `node:fs`, that is to close it. Otherwise the end of this thread closes whatever has
 * that number by then.
 *
 * @param ticket - does nothing for another opening of the number; 0 is any
 */
export function disown(fd: number, ticket = 0): void {
  check(native.disown(fd, ticket), "disown", fd);
}

/**
 * `close(fd)` of the opening that the ticket is of. Does not reach a file that has the number since.
 *
 * @throws SystemError EBADF: it was closed, or taken back by {@link disown}. EIO, EINTR: closed all the same
 * @see https://man7.org/linux/man-pages/man2/close.2.html
 */
export function closeOwned(fd: number, ticket: number): void {
  check(native.close_owned(fd, ticket), "close", fd);
}

/**
 * Notes that `fd` is of no use once `owner` was collected: {@link forgotten} tells then.
 *
 * @returns `false` when the opening that the ticket is of was closed
 */
export function watchOwner(fd: number, ticket: number, owner: object): boolean {
  return native.watch_owner(fd, ticket, owner) === 0;
}

/**
 * Which descriptors' owners were collected and have left them open. A number that was closed by other
 * means, and is closed or another file's now, is not told.
 *
 * @param found - receives descriptor and ticket of each
 * @returns how many there are in `found`; when it is full, there may be others
 */
export function forgotten(found: Int32Array): number {
  return native.forgotten(found);
}

/**
 * `napi_adjust_external_memory(env, change_in_bytes, result)`: tells the garbage collector of memory
 * outside of its heap that JavaScript objects keep.
 *
 * @param changeInBytes - how much there is more, or less
 * @returns how much there is, in bytes
 * @see https://nodejs.org/api/n-api.html#napi_adjust_external_memory
 */
export function adjustExternalMemory(changeInBytes: number): number {
  return native.adjust_external_memory(changeInBytes);
}
