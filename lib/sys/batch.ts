import { checkInteger, checkObject, outOfRange } from "../arguments.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, native, requireLinux } from "../native/native.ts";

const MAX_INT = 2 ** 31 - 1;

/**
 * Calls accept4(2) up to `count` times in one crossing into native code, and stops at the first
 * failure. Blocks as accept4(2) does: not at all if the listener is non-blocking.
 *
 * @param flags - SOCK_CLOEXEC, SOCK_NONBLOCK
 * @param results - receives the descriptors; if a call failed, its -errno is the last result
 * (`-errno.EAGAIN`: no more connections wait)
 * @param tickets - receives the ticket of each descriptor: see {@link own}
 * @param names - receives the peers' addresses, in `count` slots of equal size; `null`: they are not requested
 * @param nameLengths - receives their full lengths, in bytes; more than a slot has if they were truncated
 * @returns the number of results
 * @throws RangeError: an array is too short
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 */
export function acceptMany(
  sockfd: number,
  flags: Constant<"SOCK">,
  results: Int32Array,
  tickets: Int32Array,
  count: number,
  names: Uint8Array | null = null,
  nameLengths: Uint32Array | null = null,
): number {
  return native.accept_many(sockfd, flags, results, tickets, count, names, nameLengths);
}

/** `int fd, offset, length, result`. */
const INTS = 4;
const BYTES = INTS * Int32Array.BYTES_PER_ELEMENT;

/**
 * What {@link recvMany} or {@link sendMany} moves: for each socket a part of one arena, and afterwards a result. In a
 * new one each entry has descriptor -1, and no bytes.
 */
export class Transfers {
  /** The entries, each four 32-bit numbers: descriptor, offset, length, result. */
  readonly bytes: Uint8Array;
  /** The number of entries. */
  readonly capacity: number;
  readonly #ints: Int32Array;

  constructor(capacity: number) {
    requireLinux();
    this.capacity = checkInteger(capacity, "capacity", 1, 2 ** 27 - 1);
    this.bytes = new Uint8Array(capacity * BYTES);
    this.#ints = new Int32Array(this.bytes.buffer);
    for (let index = 0; index < capacity; index++) this.#ints[index * INTS] = -1;
  }

  /**
   * Sets which part of the arena the next calls move.
   *
   * @param offset - in bytes
   * @param length - in bytes
   * @throws RangeError: there is no such entry; a negative number, or one above 2^31 - 1
   */
  setPart(index: number, offset: number, length: number): void {
    const start = this.#start(index);
    this.#ints[start + 1] = checkInteger(offset, "offset", 0, MAX_INT);
    this.#ints[start + 2] = checkInteger(length, "length", 0, MAX_INT);
  }

  /**
   * Sets which socket the next calls use.
   *
   * @param fd - with a negative one the call fails with EBADF
   * @throws RangeError: there is no such entry
   */
  setFd(index: number, fd: number): void {
    this.#ints[this.#start(index)] = checkInteger(fd, "fd", -(2 ** 31), MAX_INT);
  }

  /** Where the part begins, in bytes. @throws RangeError: there is no such entry */
  offset(index: number): number {
    return this.#ints[this.#start(index) + 1]!;
  }

  /** How long the part is, in bytes. @throws RangeError: there is no such entry */
  length(index: number): number {
    return this.#ints[this.#start(index) + 2]!;
  }

  /** How many bytes the last call moved, or -errno. @throws RangeError: there is no such entry */
  result(index: number): number {
    return this.#ints[this.#start(index) + 3]!;
  }

  #start(index: number): number {
    // A fractional index could hit another number of the same entry.
    if ((index | 0) !== index || index < 0 || index >= this.capacity) {
      throw outOfRange("index", `an integer >= 0 and < ${String(this.capacity)}`, index);
    }
    return index * INTS;
  }
}

/**
 * Calls recv(2) on many sockets in one crossing into native code: each receives into its part of `arena`.
 * An error of one socket is its result, and is not thrown. Blocks as recv(2) does.
 *
 * @param transfers - each result is the number of bytes, 0 at the end of the stream, or -errno (`-errno.EAGAIN`: it
 * would block; `-errno.EFAULT`: the part is outside `arena`)
 * @param count - how many entries of `transfers` are used
 * @param flags - MSG_… bits
 * @throws RangeError: `transfers` has fewer entries
 * @see https://man7.org/linux/man-pages/man2/recv.2.html
 */
export function recvMany(
  transfers: Transfers,
  count: number,
  arena: Bytes,
  flags: Constant<"MSG"> = 0,
): void {
  native.recv_many(checkObject(transfers, "transfers", "a Transfers").bytes, count, arena, flags);
}

/**
 * Calls send(2) on many sockets in one crossing into native code: each sends its part of `arena`. An error of
 * one socket is its result, and is not thrown. Blocks as send(2) does.
 *
 * @param transfers - each result is the number of bytes that the kernel took, or -errno (`-errno.EAGAIN`: it would
 * block; `-errno.EFAULT`: the part is outside `arena`)
 * @param count - how many entries of `transfers` are used
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE
 * @throws RangeError: `transfers` has fewer entries
 * @see https://man7.org/linux/man-pages/man2/send.2.html
 */
export function sendMany(
  transfers: Transfers,
  count: number,
  arena: Bytes,
  flags: Constant<"MSG"> = 0,
): void {
  native.send_many(checkObject(transfers, "transfers", "a Transfers").bytes, count, arena, flags);
}
