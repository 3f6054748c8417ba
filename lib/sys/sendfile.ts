import { checkNonBlocking } from "../errors.ts";
import { native } from "../native/native.ts";

/**
 * `sendfile(out_fd, in_fd, offset, count)`: copies from a file to a descriptor inside the kernel. Blocks
 * until there is room, unless `outFd` is non-blocking.
 *
 * @param inFd - what mmap(2) can map: a regular file
 * @param offset - its first element says where to begin, in bytes, and receives where it ended; the
 * file's own offset stays. `null`: from the file's own offset, which moves
 * @param count - at most this many bytes
 * @returns the number of bytes, 0 at the end of the file, or `null` where the call would block
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
