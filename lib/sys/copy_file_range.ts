import { check } from "../errors.ts";
import { native } from "../native/native.ts";

/**
 * `copy_file_range(fd_in, off_in, fd_out, off_out, size, flags)`: copies from a regular file to another
 * inside the kernel. The filesystem may share the blocks instead of copying them. Blocks for as long as
 * the disks take.
 *
 * @param offIn - its first element is the offset to start from, in bytes, and receives the offset after
 * the last byte; the file offset of `fdIn` does not change. `null`: uses and advances that file offset
 * @param offOut - the same for `fdOut`
 * @param size - the maximum number of bytes; fewer may be copied
 * @param flags - must be 0
 * @returns the number of bytes, 0 at the end of `fdIn`; also 0 for some files of procfs and sysfs, which
 * have no length
 * @throws SystemError EBADF: not open, or `fdOut` with O_APPEND. EINVAL: not a regular file, or both ranges
 * overlap in one file. EFBIG, EIO, EISDIR, ENOSPC, EOVERFLOW, EPERM, ETXTBSY. EXDEV: the filesystems differ
 * and cannot copy to each other
 * @see https://man7.org/linux/man-pages/man2/copy_file_range.2.html
 */
export function copyFileRange(
  fdIn: number,
  offIn: BigInt64Array | null,
  fdOut: number,
  offOut: BigInt64Array | null,
  size: number,
  flags = 0,
): number {
  const result = native.copy_file_range(fdIn, offIn, fdOut, offOut, size, flags);
  return check(result, "copy_file_range", fdIn);
}
