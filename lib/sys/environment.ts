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
 */
export function own(fd: number): void {
  check(native.own(fd), "own", fd);
}

/**
 * Takes `fd` back from the environment, so that it stays open: before its number is given to another
 * thread, or to `node:fs`, that is to close it. Otherwise the end of this thread closes whatever has
 * that number by then.
 */
export function disown(fd: number): void {
  check(native.disown(fd), "disown", fd);
}
