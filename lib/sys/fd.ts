import { bytesAfter } from "../arguments.ts";
import { check, checkNonBlocking } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

// prettier-ignore
export const {
  F_ADD_SEALS, F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETPIPE_SZ,
  F_GET_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE, F_SETPIPE_SZ, F_GETOWN,
  F_SETOWN, F_GETOWN_EX, F_SETOWN_EX, F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP, F_GETSIG, F_SETSIG,
  FD_CLOEXEC, IOV_MAX, RWF_NOWAIT, O_ACCMODE, O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_ASYNC,
  O_CLOEXEC, O_DIRECT, O_NONBLOCK, DN_ACCESS, DN_ATTRIB, DN_CREATE, DN_DELETE, DN_MODIFY,
  DN_MULTISHOT, DN_RENAME, F_GETLEASE, F_NOTIFY, F_RDLCK, F_SEAL_FUTURE_WRITE, F_SETLEASE,
  F_UNLCK, F_WRLCK, O_DSYNC, O_NDELAY, O_NOATIME, O_PATH, O_SYNC, RWF_APPEND, RWF_DSYNC,
  RWF_HIPRI, RWF_SYNC, F_SEAL_EXEC, F_DUPFD_QUERY, F_CREATED_QUERY, RWF_NOAPPEND, RWF_ATOMIC,
  RWF_DONTCACHE,
  CLOSE_RANGE_CLOEXEC,
} = native;

/**
 * `close(fd)`: closes the descriptor, even if an error other than EBADF is thrown.
 * Blocks only for a socket with SO_LINGER.
 *
 * @throws SystemError EBADF: not open. EIO, EINTR: closed nevertheless
 * @see https://man7.org/linux/man-pages/man2/close.2.html
 */
export function close(fd: number): void {
  check(native.close(fd), "close", fd);
}

/**
 * `close_range(first, last, flags)`: closes all open descriptors from `first` to `last`, both included.
 * Requires Linux 5.9. Blocks only for sockets with SO_LINGER.
 *
 * Not all numbers belong to the program: Node.js, its libraries and other threads have descriptors too,
 * and Node.js aborts the process if those of its event loop are gone. So close ranges whose owners are
 * known, such as those that were inherited, before anything else is opened. CLOSE_RANGE_CLOEXEC is safe:
 * it closes in the programs that are started, not here.
 *
 * @param last - 2^32 - 1: no limit
 * @param flags - 0, or CLOSE_RANGE_CLOEXEC (Linux 5.11): only sets FD_CLOEXEC
 * @throws SystemError EINVAL: `first` is above `last`, or unknown flag. ENOSYS. RangeError:
 * CLOSE_RANGE_UNSHARE, which would leave the other threads of the process with other descriptors
 * @see https://man7.org/linux/man-pages/man2/close_range.2.html
 */
export function closeRange(first: number, last: number, flags: Constant<"CLOSE"> = 0): void {
  check(native.close_range(first, last, flags), "close_range");
}

/**
 * `read(fd, buf, count)`: reads available data into `buffer`. Blocks until there is some,
 * unless the descriptor is non-blocking.
 *
 * @param offset - where the data begins in `buffer`, in bytes
 * @param length - the maximum number of bytes
 * @returns the number of bytes, 0 at the end, or `null` if the call would block
 * @throws SystemError EBADF, EINTR, EINVAL, EIO, ECONNRESET. RangeError: the range is outside `buffer`
 * @see https://man7.org/linux/man-pages/man2/read.2.html
 */
export function read(
  fd: number,
  buffer: Bytes,
  offset = 0,
  length: number = bytesAfter(buffer, offset),
): number | null {
  return checkNonBlocking(native.read(fd, buffer, offset, length), "read", fd);
}

/**
 * `write(fd, buf, count)`: writes from `buffer`, possibly only a part. Blocks until there is
 * room, unless the descriptor is non-blocking.
 *
 * @param offset - where the data begins in `buffer`, in bytes
 * @param length - the maximum number of bytes
 * @returns the number of bytes, or `null` if the call would block
 * @throws SystemError EBADF, EINTR, EINVAL, ENOSPC, EPIPE (Node ignores SIGPIPE). RangeError: the
 * range is outside `buffer`
 * @see https://man7.org/linux/man-pages/man2/write.2.html
 */
export function write(
  fd: number,
  buffer: Bytes,
  offset = 0,
  length: number = bytesAfter(buffer, offset),
): number | null {
  return checkNonBlocking(native.write(fd, buffer, offset, length), "write", fd);
}

/**
 * `readv(fd, iov, iovcnt)`: reads available data into the buffers, in order. Blocks until
 * there is some, unless the descriptor is non-blocking.
 *
 * @param iov - at most IOV_MAX buffers
 * @returns the number of bytes, 0 at the end, or `null` if the call would block
 * @throws SystemError as {@link read}. RangeError: too many buffers
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 */
export function readv(fd: number, iov: readonly Bytes[]): number | null {
  return checkNonBlocking(native.readv(fd, iov), "readv", fd);
}

/**
 * `writev(fd, iov, iovcnt)`: writes the buffers in order, possibly not all of them. Blocks
 * until there is room, unless the descriptor is non-blocking.
 *
 * @param iov - at most IOV_MAX buffers
 * @returns the number of bytes, or `null` if the call would block
 * @throws SystemError as {@link write}. RangeError: too many buffers
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 */
export function writev(fd: number, iov: readonly Bytes[]): number | null {
  return checkNonBlocking(native.writev(fd, iov), "writev", fd);
}

/**
 * `preadv(fd, iov, iovcnt, offset)`: as {@link readv}, from a place in the file. The descriptor's own
 * offset stays as it is.
 *
 * @param offset - in bytes
 * @returns the number of bytes, 0 at the end, or `null` if the call would block
 * @throws SystemError as {@link read}. EINVAL: `offset` is negative. ESPIPE: a pipe or a socket, which has
 * no places
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 */
export function preadv(fd: number, iov: readonly Bytes[], offset: number): number | null {
  return checkNonBlocking(native.preadv(fd, iov, offset), "preadv", fd);
}

/**
 * `pwritev(fd, iov, iovcnt, offset)`: as {@link writev}, to a place in the file. The descriptor's own
 * offset stays as it is. With O_APPEND, Linux appends and ignores `offset`.
 *
 * @param offset - in bytes
 * @returns the number of bytes, or `null` if the call would block
 * @throws SystemError as {@link write}. EINVAL: `offset` is negative. ESPIPE: a pipe or a socket, which has
 * no places
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 */
export function pwritev(fd: number, iov: readonly Bytes[], offset: number): number | null {
  return checkNonBlocking(native.pwritev(fd, iov, offset), "pwritev", fd);
}

/**
 * `preadv2(fd, iov, iovcnt, offset, flags)`: as {@link readv}, from a place in the file, with flags.
 *
 * @param offset - in bytes; -1: from the descriptor's own offset, or where it has none
 * @param flags - RWF_NOWAIT: does not block, whatever the descriptor says (Linux 4.14). RWF_HIPRI: polls
 * the device. RWF_DONTCACHE: drops what it read from the page cache (6.14)
 * @returns the number of bytes, 0 at the end, or `null` if the call would block
 * @throws SystemError as {@link read}. EOPNOTSUPP: a flag that this descriptor does not know
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 */
export function preadv2(
  fd: number,
  iov: readonly Bytes[],
  offset: number,
  flags: Constant<"RWF"> = 0,
): number | null {
  return checkNonBlocking(native.preadv2(fd, iov, offset, flags), "preadv2", fd);
}

/**
 * `pwritev2(fd, iov, iovcnt, offset, flags)`: as {@link writev}, to a place in the file, with flags.
 *
 * @param offset - in bytes; -1: to the descriptor's own offset, or where it has none
 * @param flags - RWF_NOWAIT: does not block, whatever the descriptor says (Linux 4.14). RWF_DSYNC,
 * RWF_SYNC: as if opened with O_DSYNC or O_SYNC. RWF_APPEND: to the end of the file. RWF_NOAPPEND: to
 * `offset` in spite of O_APPEND (6.9). RWF_ATOMIC: all or nothing, even if the power fails (6.11).
 * RWF_HIPRI, RWF_DONTCACHE (6.14)
 * @returns the number of bytes, or `null` if the call would block
 * @throws SystemError as {@link write}. EOPNOTSUPP: a flag that this descriptor does not know
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 */
export function pwritev2(
  fd: number,
  iov: readonly Bytes[],
  offset: number,
  flags: Constant<"RWF"> = 0,
): number | null {
  return checkNonBlocking(native.pwritev2(fd, iov, offset, flags), "pwritev2", fd);
}

/**
 * `dup(oldfd)`: opens the lowest free descriptor for the same open file. Not close-on-exec. Does not
 * block.
 *
 * @throws SystemError EBADF: not open. EMFILE: no descriptor is free
 * @see https://man7.org/linux/man-pages/man2/dup.2.html
 */
export function dup(oldfd: number): number {
  return check(native.dup(oldfd), "dup", oldfd);
}

/**
 * `dup2(oldfd, newfd)`: opens descriptor `newfd` for the same open file, and silently closes
 * `newfd` first. If both numbers are the same, nothing changes. Not close-on-exec. Does not block.
 *
 * What `newfd` was before is gone for all who use that number. Replace only what belongs to the program:
 * Node.js aborts the process when the epoll of its event loop (`uvBackendFd`) is another file. An
 * object of this library that owned `newfd` closes nothing later; its calls reach the new file.
 *
 * @returns `newfd`
 * @throws SystemError EBADF: `oldfd` is not open, or `newfd` is out of range. EBUSY, EINTR
 * @see https://man7.org/linux/man-pages/man2/dup.2.html
 */
export function dup2(oldfd: number, newfd: number): number {
  return check(native.dup2(oldfd, newfd), "dup2", oldfd);
}

/**
 * `dup3(oldfd, newfd, flags)`: as {@link dup2}, with flags. Does not block.
 *
 * @param flags - 0 or O_CLOEXEC
 * @returns `newfd`
 * @throws SystemError as {@link dup2}. EINVAL: both numbers are the same, or unknown flag
 * @see https://man7.org/linux/man-pages/man2/dup.2.html
 */
export function dup3(oldfd: number, newfd: number, flags: Constant<"O"> = 0): number {
  return check(native.dup3(oldfd, newfd, flags), "dup3", oldfd);
}

/**
 * `fcntl(fd, op, arg)`: reads or changes a property of a descriptor. Does not block.
 *
 * @param op - an operation whose argument is an int or absent: F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,
 * F_GETFL, F_SETFL, F_GETOWN, F_SETOWN, F_GETSIG, F_SETSIG, F_GETPIPE_SZ, F_SETPIPE_SZ, F_ADD_SEALS,
 * F_GET_SEALS, F_GETLEASE, F_SETLEASE, F_NOTIFY, F_DUPFD_QUERY, F_CREATED_QUERY. What F_NOTIFY and F_SETLEASE watch for
 * arrives as SIGIO, which ends a process that does not listen to it: use `Inotify`
 * @returns the result of the operation: a new descriptor, flags, a size, or 0
 * @throws SystemError EBADF, EINVAL, EMFILE, EPERM. RangeError: another operation
 * @see https://man7.org/linux/man-pages/man2/fcntl.2.html
 */
export function fcntl(fd: number, op: Constant<"F">, arg = 0): number {
  // As in glibc: the system call returns a process group as a negative number, like an error.
  if (op === F_GETOWN) {
    const [type, id = 0] = fcntlOwner(fd, F_GETOWN_EX, new Int32Array(2));
    return type === F_OWNER_PGRP ? -id : id;
  }
  return check(native.fcntl(fd, op, arg), "fcntl", fd);
}

/**
 * `fcntl(fd, op, struct f_owner_ex*)`: reads or changes which process gets SIGIO and SIGURG for
 * `fd`. Does not block.
 *
 * @param op - F_GETOWN_EX or F_SETOWN_EX
 * @param owner - F_OWNER_TID, _PID or _PGRP, and the id; the id 0 is nobody
 * @returns `owner`, which F_GETOWN_EX fills
 * @throws SystemError EBADF, EINVAL, ESRCH: no such process. RangeError: another operation
 * @see https://man7.org/linux/man-pages/man2/F_GETOWN_EX.2const.html
 */
export function fcntlOwner(fd: number, op: Constant<"F">, owner: Int32Array): Int32Array {
  check(native.fcntl_owner(fd, op, owner), "fcntl", fd);
  return owner;
}
