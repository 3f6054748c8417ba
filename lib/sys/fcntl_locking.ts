import { checkInteger, checkObject, outOfRange } from "../arguments.ts";
import { check } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import { writeNumbers } from "../memory/structs.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, SEEK_SET, SEEK_CUR,
  SEEK_END,
} = native;

/** A range of a file to lock: `struct flock`. */
export interface FileRange {
  /** F_RDLCK: shared, for reading. F_WRLCK: exclusive, for writing. F_UNLCK: removes the lock. */
  readonly type: Constant<"F">;
  /** What `start` counts from: SEEK_SET, SEEK_CUR or SEEK_END. Default: SEEK_SET, the start of the file. */
  readonly whence?: Constant<"SEEK">;
  /** The first byte. Default: 0. */
  readonly start?: number;
  /** How many bytes; negative: those before `start`. Default: 0, up to the end, however long the file becomes. */
  readonly len?: number;
}

/** A lock that another process or open file has. */
export interface FileLock extends Required<FileRange> {
  /** The process; -1: the lock belongs to an open file (F_OFD_SETLK), or to a process that is not visible here. */
  readonly pid: number;
}

const STRUCT = native.structs.flock;

/**
 * `fcntl(fd, op, lock)` with F_SETLK, F_SETLKW, F_OFD_SETLK or F_OFD_SETLKW: locks a range of a file, or
 * unlocks it. Locks are advisory: they keep out only those who lock as well.
 *
 * With F_SETLK and F_SETLKW a lock belongs to the process. Its threads do not exclude each other, and the kernel
 * releases it when the process closes any descriptor of the file, also one that other code has opened. With
 * F_OFD_… it belongs to the open file, which duplicates share, and ends when the last of them is closed: prefer these.
 *
 * @param op - F_SETLK, F_OFD_SETLK: does not block. F_SETLKW, F_OFD_SETLKW: blocks the JavaScript thread until
 * the range is free, and `worker.terminate()` waits for it
 * @returns `false`: F_SETLK or F_OFD_SETLK, and another lock is in the way
 * @throws SystemError EBADF: not open, or not for this type of lock. EDEADLK: F_SETLKW would wait for ever. EINTR:
 * a signal arrived. EINVAL: a range that does not exist. ENOLCK: no memory. EOVERFLOW. RangeError: another `op`
 * @see https://man7.org/linux/man-pages/man2/fcntl_locking.2.html
 */
export function fcntlSetlk(fd: number, op: Constant<"F">, range: FileRange): boolean {
  if (op === F_GETLK || op === F_OFD_GETLK) throw outOfRange("op", "one that sets a lock", op);
  const result = native.fcntl_lock(fd, op, encode(range));
  // Both are allowed for a lock that is in the way.
  if (result === -native.errno.EAGAIN || result === -native.errno.EACCES) return false;
  check(result, "fcntl", fd);
  return true;
}

/**
 * `fcntl(fd, op, lock)` with F_GETLK or F_OFD_GETLK: asks whether a range could be locked. Does not block.
 *
 * @param op - F_GETLK: on behalf of this process. F_OFD_GETLK: on behalf of this open file, so that locks of this
 * process count as well
 * @returns the first lock that is in the way; `null` if there is none
 * @throws SystemError as {@link fcntlSetlk}. RangeError: another `op`
 * @see https://man7.org/linux/man-pages/man2/fcntl_locking.2.html
 */
export function fcntlGetlk(fd: number, op: Constant<"F">, range: FileRange): FileLock | null {
  checkInteger(op, "op", 0, 2 ** 31 - 1);
  if (op !== F_GETLK && op !== F_OFD_GETLK) throw outOfRange("op", "F_GETLK or F_OFD_GETLK", op);
  const bytes = encode(range);
  check(native.fcntl_lock(fd, op, bytes), "fcntl", fd);
  const { fields } = STRUCT;
  const type = readNumber(bytes, fields.type);
  if (type === native.F_UNLCK) return null;
  return {
    type,
    whence: readNumber(bytes, fields.whence),
    start: readNumber(bytes, fields.start),
    len: readNumber(bytes, fields.len),
    pid: readNumber(bytes, fields.pid),
  };
}

function encode(range: FileRange): Uint8Array {
  const { type, whence = SEEK_SET, start = 0, len = 0 } = checkObject(range, "range");
  return writeNumbers(STRUCT, { type, whence, start, len });
}
