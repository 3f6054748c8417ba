import { check, isSystemError } from "../errors.ts";
import { native } from "../native.ts";

/**
 * `uv_backend_fd(loop)`: the epoll descriptor of this thread's own Node.js event loop, or `null`
 * where the runtime has no libuv (Bun). It belongs to the loop: watch it, never close it.
 *
 * @see https://docs.libuv.org/en/v1.x/loop.html#c.uv_backend_fd
 */
export function uvBackendFd(): number | null {
  try {
    return check(native.uv_backend_fd(), "uv_backend_fd");
  } catch (error) {
    if (isSystemError(error, "ENOSYS")) return null;
    throw error;
  }
}

/**
 * Hands `fd` to this thread's environment: it is closed when the environment ends, also when
 * `worker.terminate()` ends it and no JavaScript runs any more.
 */
export function own(fd: number): void {
  check(native.own(fd), "own", fd);
}

/** Takes `fd` back from the environment; it stays open. */
export function disown(fd: number): void {
  check(native.release(fd, false), "release", fd);
}

/**
 * `close(fd)` and {@link disown} in one step.
 *
 * @throws SystemError EBADF: somebody else closed it. EIO: an earlier write failed
 * @see https://man7.org/linux/man-pages/man2/close.2.html
 */
export function closeOwned(fd: number): void {
  check(native.release(fd, true), "close", fd);
}
