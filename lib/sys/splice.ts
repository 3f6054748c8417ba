import { checkNonBlocking } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

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

/**
 * `tee(fd_in, fd_out, size, flags)`: copies bytes from one pipe to another inside the kernel, and leaves them
 * readable in the first. Blocks until there are some and there is room, unless `flags` has SPLICE_F_NONBLOCK or
 * the pipes are non-blocking.
 *
 * @param size - the maximum number of bytes
 * @param flags - SPLICE_F_… bits
 * @returns the number of bytes, 0 if the first pipe is empty and has no writer, or `null` if the call would block
 * @throws SystemError EBADF, EINVAL: one is not a pipe, or both are the same. ENOMEM, EPIPE (Node ignores SIGPIPE)
 * @see https://man7.org/linux/man-pages/man2/tee.2.html
 */
export function tee(
  fdIn: number,
  fdOut: number,
  size: number,
  flags: Constant<"SPLICE"> = 0,
): number | null {
  return checkNonBlocking(native.tee(fdIn, fdOut, size, flags), "tee", fdIn);
}

/**
 * `vmsplice(fd, iov, nr_segs, flags)`: puts the memory of the buffers into a pipe without copying it; with the read
 * end of a pipe, copies from there into the buffers. Blocks until there is room or data, unless `flags` has
 * SPLICE_F_NONBLOCK. O_NONBLOCK of the pipe counts only for reading.
 *
 * The pipe refers to the pages of memory themselves until they were read, also by whoever gets them by splice(2) or
 * tee(2). The kernel keeps the pages, so nothing crashes; but what is written to the buffers meanwhile is what the
 * reader sees, and a buffer that is no longer used is memory for other objects, whose contents the reader would then
 * see. So keep the buffers referenced and unchanged until the reader has taken all bytes. Do not pass parts of
 * Buffer's pool (`Buffer.from(text)`, `Buffer.allocUnsafe`), which is used again; take a Buffer of `Buffer.alloc`.
 * Where this cannot be known, writev(2) copies.
 *
 * @param iov - at most IOV_MAX buffers
 * @param flags - SPLICE_F_NONBLOCK. SPLICE_F_GIFT is refused: the memory would belong to the kernel
 * @returns the number of bytes, or `null` if the call would block; 0 from a read end: no writer is left
 * @throws SystemError EBADF: not a pipe. EINVAL, ENOMEM, EPIPE (Node ignores SIGPIPE). RangeError: SPLICE_F_GIFT,
 * or too many buffers
 * @see https://man7.org/linux/man-pages/man2/vmsplice.2.html
 */
export function vmsplice(
  fd: number,
  iov: readonly Bytes[],
  flags: Constant<"SPLICE"> = 0,
): number | null {
  return checkNonBlocking(native.vmsplice(fd, iov, flags), "vmsplice", fd);
}
