import { types } from "node:util";
import { bytesOf, checkInteger, checkObject, invalidArgType } from "../arguments.ts";
import { check } from "../errors.ts";
import { LITTLE_ENDIAN } from "../memory/byte_order.ts";
import { type Timespec, limitOf } from "../memory/timespec.ts";
import { type SignalMask, native, requireLinux } from "../native/native.ts";

export { Timespec } from "../memory/timespec.ts";

// prettier-ignore
export const {
  FD_SETSIZE, NFDBITS,
} = native;

const BITS_PER_WORD = 32;
// The kernel's words are longs of NFDBITS bits; on a big-endian machine their 32-bit halves are swapped.
const SWAP = LITTLE_ENDIAN ? 0 : NFDBITS / BITS_PER_WORD - 1;

/**
 * An `fd_set` in the kernel's own layout, of any capacity. {@link select} overwrites it in place.
 *
 * @see https://man7.org/linux/man-pages/man3/FD_SET.3.html
 */
export class FdSet {
  /** The bits themselves, in 32-bit words. */
  readonly words: Int32Array;
  /** The set has room for descriptors 0 to `capacity - 1`. */
  readonly capacity: number;

  /**
   * @param capacity - in descriptors, rounded up to a multiple of NFDBITS. Default: FD_SETSIZE (1024)
   * @throws RangeError: not 1 … 2^30
   */
  constructor(capacity: number = FD_SETSIZE) {
    requireLinux();
    checkInteger(capacity, "capacity", 1, 2 ** 30);
    this.capacity = Math.ceil(capacity / NFDBITS) * NFDBITS;
    this.words = new Int32Array(this.capacity / BITS_PER_WORD);
  }

  /** `FD_SET`: adds `fd`. @throws RangeError: not 0 … `capacity - 1` */
  set(fd: number): void {
    this.#check(fd);
    this.words[word(fd)]! |= 1 << fd;
  }

  /** `FD_CLR`: removes `fd`. @throws RangeError: not 0 … `capacity - 1` */
  clear(fd: number): void {
    this.#check(fd);
    this.words[word(fd)]! &= ~(1 << fd);
  }

  /** `FD_ISSET`: whether the set contains `fd`. @throws RangeError: not 0 … `capacity - 1` */
  isSet(fd: number): boolean {
    this.#check(fd);
    return (this.words[word(fd)]! & (1 << fd)) !== 0;
  }

  /** `FD_ZERO`: removes all descriptors. */
  zero(): void {
    this.words.fill(0);
  }

  /** The descriptors in the set, in ascending order. Skips empty words quickly. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let index = 0; index < this.words.length; index++) {
      for (let bits = this.word(index); bits !== 0; bits &= bits - 1) {
        yield index * BITS_PER_WORD + BITS_PER_WORD - 1 - Math.clz32(bits & -bits);
      }
    }
  }

  /** The bits of the 32 descriptors from `32 * index` on, the lowest in bit 0. */
  word(index: number): number {
    return this.words[index ^ SWAP] ?? 0;
  }

  /**
   * Makes this set a copy of `source`. Descriptors beyond the capacity of `source` are removed.
   *
   * @throws RangeError: `source` is larger than this set
   */
  copy(source: FdSet): void {
    this.words.set(checkObject(source, "source", "an FdSet").words);
    if (source.words.length < this.words.length) this.words.fill(0, source.words.length);
  }

  /** The highest descriptor in the set; -1 if it is empty. */
  highest(): number {
    for (let index = this.words.length - 1; index >= 0; index--) {
      const bits = this.word(index);
      if (bits !== 0) return index * BITS_PER_WORD + BITS_PER_WORD - 1 - Math.clz32(bits);
    }
    return -1;
  }

  #check(fd: number): void {
    checkInteger(fd, "fd", 0, this.capacity - 1);
  }
}

function word(fd: number): number {
  return (fd >>> 5) ^ SWAP;
}

/** Receives how much of the timeout was left when a call returned. */
export class TimeLeft {
  /** The memory that the system call writes to. */
  readonly values = new Float64Array(1);

  /** In milliseconds; `Infinity` if there was no limit. */
  get ms(): number {
    return this.values[0] ?? 0;
  }
}

const { EBADF } = native.errno;
const SETS = ["readfds", "writefds", "exceptfds"] as const;

/**
 * `select(nfds, readfds, writefds, exceptfds, timeout)`: waits until one of the descriptors below
 * `nfds` is ready. Calls pselect(2). Blocks the JavaScript thread for up to `timeoutMs`.
 *
 * @param nfds - the highest descriptor in any set, plus 1
 * @param readfds - overwritten with the readable descriptors; `null` if none is watched
 * @param timeoutMs - milliseconds, rounded up to a nanosecond; 0 returns immediately, negative or
 * Infinity waits without limit. A {@link Timespec} is passed on as it is, and receives the time that was left
 * @param sigmask - a `SigSet`: the signals that are blocked during the call, and only then
 * @param left - receives the remaining time, even if the call fails with EINTR
 * @returns the number of bits set in all three sets; 0 when the timeout expired
 * @throws SystemError EBADF: a descriptor in a set is closed; `fd` is the first of them. The sets are unchanged,
 * but if it is above all that this process ever had open, which the kernel ignores: then it is found after the wait. EINTR: a signal arrived. EINVAL: `nfds` is negative, or a Timespec is negative or not
 * normalized. ENOMEM. RangeError: a set has no room for `nfds` bits. TypeError: a set is no FdSet
 * @see https://man7.org/linux/man-pages/man2/select.2.html
 */
export function select(
  nfds: number,
  readfds: FdSet | null,
  writefds: FdSet | null,
  exceptfds: FdSet | null,
  timeoutMs: number | Timespec,
  sigmask: SignalMask | null = null,
  left: TimeLeft | null = null,
): number {
  const result = native.pselect(
    nfds,
    wordsOf(readfds, 0),
    wordsOf(writefds, 1),
    wordsOf(exceptfds, 2),
    limitOf(timeoutMs),
    bytesOf(sigmask, "sigmask", "a SigSet or null"),
    valuesOf(left),
  );
  const sets = [readfds, writefds, exceptfds];
  if (result === -EBADF || (nfds > tableEnd && hasUnseen(nfds, sets)))
    return check(-EBADF, "select", closed(nfds, sets));
  return check(result, "select");
}

/** Descriptors below are in the kernel's table, which only grows: of these it says itself that one is closed. */
let tableEnd = 64;

/** Whether a bit is left that the kernel has not looked at, since its table of descriptors ends before. */
function hasUnseen(nfds: number, sets: readonly (FdSet | null)[]): boolean {
  for (const set of sets) {
    let fd = set?.highest() ?? -1;
    if (fd >= nfds) fd = Math.max(-1, ...[...(set ?? [])].filter((each) => each < nfds));
    if (fd < tableEnd) continue;
    if (native.fcntl(fd, native.F_GETFD, 0) === -EBADF) return true;
    tableEnd = (fd | 63) + 1;
  }
  return false;
}

/** The bits of a set; of another copy of this package as well. */
function wordsOf(set: FdSet | null | undefined, index: 0 | 1 | 2): Int32Array | undefined {
  if (set === null || set === undefined) return undefined;
  if (!types.isInt32Array(set.words) || typeof set.highest !== "function") {
    throw invalidArgType(SETS[index], "an FdSet or null", set);
  }
  return set.words;
}

function valuesOf(left: TimeLeft | null | undefined): Float64Array | undefined {
  if (left === null || left === undefined) return undefined;
  if (!types.isFloat64Array(left.values)) throw invalidArgType("left", "a TimeLeft or null", left);
  return left.values;
}

/** The lowest closed descriptor below `nfds` that is in one of the sets. */
function closed(nfds: number, sets: readonly (FdSet | null)[]): number | undefined {
  const inSets = new Set(sets.flatMap((set) => (set ? [...set] : [])));
  return [...inSets]
    .filter((fd) => fd < nfds)
    .sort((first, second) => first - second)
    .find((fd) => native.fcntl(fd, native.F_GETFD, 0) === -EBADF);
}
