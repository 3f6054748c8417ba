import { checkNonBlocking } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN,
} = native;

/**
 * `flock(fd, op)`: locks a file, or unlocks it. The lock belongs to the open file, which duplicates share, and the
 * kernel releases it when the last of them is closed, also by the end of a process. Without LOCK_NB, blocks the
 * JavaScript thread until the lock is free.
 *
 * @param op - LOCK_SH, LOCK_EX or LOCK_UN; with LOCK_NB it does not block
 * @returns `false`: with LOCK_NB, another open file has the lock
 * @throws SystemError EBADF: `fd` is not open. EINTR: a signal arrived. EINVAL: unknown `op`. ENOLCK: no memory
 * @see https://man7.org/linux/man-pages/man2/flock.2.html
 */
export function flock(fd: number, op: Constant<"LOCK">): boolean {
  return checkNonBlocking(native.flock(fd, op), "flock", fd) !== null;
}
