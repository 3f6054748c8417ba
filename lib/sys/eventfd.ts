import { check, checkNonBlocking } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE,
} = native;

/**
 * `eventfd(initval, flags)`: opens a 64-bit counter that can be waited on. Does not block.
 *
 * @param initval - the initial value, 0 … 2^32 - 1
 * @param flags - EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE
 * @throws SystemError EINVAL: unknown flag. EMFILE, ENFILE: no descriptor is free. ENOMEM
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 */
export function eventfd(initval = 0, flags: Constant<"EFD"> = 0): number {
  return check(native.eventfd(initval, flags), "eventfd");
}

/**
 * `eventfd_read(fd, value)`: returns the counter and resets it to 0 (with EFD_SEMAPHORE: returns 1
 * and subtracts 1).
 * Blocks while the counter is 0, unless the descriptor is non-blocking.
 *
 * @returns the counter, or 1 with EFD_SEMAPHORE; `null` if the call would block
 * @throws SystemError EBADF, EINTR. EINVAL: `fd` is not an eventfd, and a read returned fewer than 8 bytes
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 */
export function eventfdRead(fd: number): bigint | null {
  const value = new BigUint64Array(1);
  const result = checkNonBlocking(native.eventfd_read(fd, value), "eventfd_read", fd);
  return result === null ? null : (value[0] ?? null);
}

/**
 * `eventfd_write(fd, value)`: adds `value` to the counter. Blocks while the sum would exceed
 * 2^64 - 2, unless the descriptor is non-blocking.
 *
 * @param value - 0n … 2n ** 64n - 2n
 * @returns whether it was added; `false` if the call would block
 * @throws SystemError EBADF, EINTR. EINVAL: `value` is 2n ** 64n - 1n
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 */
export function eventfdWrite(fd: number, value: bigint): boolean {
  return checkNonBlocking(native.eventfd_write(fd, value), "eventfd_write", fd) !== null;
}
