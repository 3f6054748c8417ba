import { checkNonBlocking } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  SPLICE_F_GIFT, SPLICE_F_MORE, SPLICE_F_MOVE, SPLICE_F_NONBLOCK,
} = native;

/**
 * `splice(fd_in, off_in, fd_out, off_out, size, flags)`: moves bytes between two descriptors inside the
 * kernel. At least one of them must be a pipe. Blocks until it can move some, unless the descriptors are
 * non-blocking or, for the pipe, `flags` has SPLICE_F_NONBLOCK.
 *
 * @param offIn - its first element is the offset to start from, in bytes, and receives the offset after
 * the last byte; only for a seekable `fdIn`. `null`: uses the file offset, if there is one
 * @param offOut - the same for `fdOut`
 * @param size - the maximum number of bytes
 * @param flags - SPLICE_F_… bits
 * @returns the number of bytes, 0 at the end of `fdIn`, or `null` if the call would block
 * @throws SystemError EBADF, EINVAL: neither is a pipe, or one does not support splice. ENOMEM, ESPIPE,
 * EPIPE (Node ignores SIGPIPE)
 * @see https://man7.org/linux/man-pages/man2/splice.2.html
 */
export function splice(
  fdIn: number,
  offIn: BigInt64Array | null,
  fdOut: number,
  offOut: BigInt64Array | null,
  size: number,
  flags: Constant<"SPLICE"> = 0,
): number | null {
  return checkNonBlocking(native.splice(fdIn, offIn, fdOut, offOut, size, flags), "splice", fdIn);
}
