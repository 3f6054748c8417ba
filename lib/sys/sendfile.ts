import { checkNonBlocking } from "../errors.ts";
import { native } from "../native/native.ts";

/**
 * `sendfile(out_fd, in_fd, offset, count)`: copies from a file to a descriptor inside the kernel. Blocks
 * until there is room, unless `outFd` is non-blocking.
 *
 * @param inFd - a regular file, or another that mmap(2) can map
 * @param offset - its first element is the offset to start from, in bytes, and receives the offset after
 * the last byte read; the file offset of `inFd` does not change. `null`: reads from that file offset and
 * advances it
 * @param count - the maximum number of bytes
 * @returns the number of bytes, 0 at the end of the file, or `null` if the call would block
 * @throws SystemError EBADF, EINVAL, EIO, ENOMEM, EOVERFLOW, ESPIPE, EPIPE (Node ignores SIGPIPE)
 * @see https://man7.org/linux/man-pages/man2/sendfile.2.html
 */
export function sendfile(
  outFd: number,
  inFd: number,
  offset: BigInt64Array | null,
  count: number,
): number | null {
  return checkNonBlocking(native.sendfile(outFd, inFd, offset, count), "sendfile", outFd);
}
