import { checkInteger, checkObject } from "../arguments.ts";
import { check } from "../errors.ts";
import { LITTLE_ENDIAN } from "../memory/byte_order.ts";
import { type SignalMask, native, requireLinux } from "../native/native.ts";

export const FD_SETSIZE: number = native.FD_SETSIZE;
export const NFDBITS: number = native.NFDBITS;

const BITS = 32;
// The kernel's words are longs of NFDBITS bits; on a big-endian machine the halves change places.
const SWAP = LITTLE_ENDIAN ? 0 : NFDBITS / BITS - 1;

/**
 * An `fd_set` in the kernel's own layout, of any capacity. {@link select} overwrites it in place.
 *
 * @see https://man7.org/linux/man-pages/man3/FD_SET.3.html
 */
export class FdSet {
  /** The bits themselves, as half longs. */
  readonly words: Int32Array;
  /** Descriptors from 0 up to, not including, this one fit. */
  readonly capacity: number;

  /** @param capacity - rounded up to the kernel's word; FD_SETSIZE (1024) as in C by default */
  constructor(capacity: number = FD_SETSIZE) {
    requireLinux();
    checkInteger(capacity, "capacity", 1, 2 ** 30);
    this.capacity = Math.ceil(capacity / NFDBITS) * NFDBITS;
    this.words = new Int32Array(this.capacity / BITS);
  }

  /** `FD_SET`: puts `fd` in. RangeError where it does not fit. */
  set(fd: number): void {
    this.#check(fd);
    this.words[word(fd)]! |= 1 << fd;
  }

  /** `FD_CLR`: takes `fd` out. */
  clear(fd: number): void {
    this.#check(fd);
    this.words[word(fd)]! &= ~(1 << fd);
  }

  /** `FD_ISSET`: whether `fd` is in. */
  isSet(fd: number): boolean {
    this.#check(fd);
    return (this.words[word(fd)]! & (1 << fd)) !== 0;
  }

  /** `FD_ZERO`: takes all out. */
  zero(): void {
    this.words.fill(0);
  }

  /** The descriptors that are in, from the lowest up; found word by word. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let index = 0; index < this.words.length; index++) {
      for (let bits = this.word(index); bits !== 0; bits &= bits - 1) {
        yield index * BITS + BITS - 1 - Math.clz32(bits & -bits);
      }
    }
  }

  /** The 32 descriptors from `32 * index` up, the lowest in bit 0. */
  word(index: number): number {
    return this.words[index ^ SWAP] ?? 0;
  }

  /** Becomes a copy of `source`, which must not be larger; the rest is zeroed. */
  copy(source: FdSet): void {
    this.words.set(checkObject(source, "source", "an FdSet").words);
    if (source.words.length < this.words.length) this.words.fill(0, source.words.length);
  }

  /** The highest descriptor that is in, or -1; found word by word. */
  highest(): number {
    for (let index = this.words.length - 1; index >= 0; index--) {
      const bits = this.word(index);
      if (bits !== 0) return index * BITS + BITS - 1 - Math.clz32(bits);
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

/** Receives how much of a time limit was left when a call returned. */
export class TimeLeft {
  /** For the system call to write into. */
  readonly values = new Float64Array(1);

  /** Milliseconds; `Infinity` where there was no limit. */
  get ms(): number {
    return this.values[0] ?? 0;
  }
}

/**
 * `select(nfds, readfds, writefds, exceptfds, timeout)` by way of pselect: waits until one of the
 * descriptors below `nfds` is ready. Blocks the JavaScript thread for up to `timeoutMs`.
 *
 * @param nfds - the highest descriptor in any set, plus 1
 * @param readfds - overwritten with those that are readable; `null` where none is watched
 * @param timeoutMs - milliseconds, rounded up to a nanosecond; 0 returns at once, negative or
 * Infinity waits without limit
 * @param sigmask - a `SigSet`: the signals that are blocked during the call, and only then
 * @param left - receives the time that is left, also when the call fails with EINTR
 * @returns how many bits are set in the three sets together; 0 when the time passed
 * @throws SystemError EBADF: a descriptor in a set is closed. EINTR: a signal arrived. EINVAL: `nfds`
 * is negative. ENOMEM. RangeError: a set has no room for `nfds` bits
 * @see https://man7.org/linux/man-pages/man2/select.2.html
 */
export function select(
  nfds: number,
  readfds: FdSet | null,
  writefds: FdSet | null,
  exceptfds: FdSet | null,
  timeoutMs: number,
  sigmask: SignalMask | null = null,
  left: TimeLeft | null = null,
): number {
  const result = native.pselect(
    nfds,
    readfds?.words,
    writefds?.words,
    exceptfds?.words,
    timeoutMs,
    sigmask?.bytes,
    left?.values,
  );
  return check(result, "select");
}
