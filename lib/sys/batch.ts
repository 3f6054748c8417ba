import type { Constant } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

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

/**
 * Calls recv(2) on many sockets in one crossing into native code. Socket `i` receives into slot `i` of
 * `arena`, whose slots of `slotSize` bytes follow one another. An error of one socket is in its
 * result and is not thrown. Blocks as recv(2) does.
 *
 * @param count - how many elements of `fds` are used
 * @param slotSize - in bytes; `arena` must have room for `count` slots
 * @param results - receives for each socket the number of bytes, 0 at the end of the stream, or -errno
 * (`-errno.EAGAIN`: it would block)
 * @param flags - MSG_… bits
 * @throws RangeError: an array is too short
 * @see https://man7.org/linux/man-pages/man2/recv.2.html
 */
export function recvMany(
  fds: Int32Array,
  count: number,
  arena: Bytes,
  slotSize: number,
  results: Int32Array,
  flags: Constant<"MSG"> = 0,
): void {
  native.recv_many(fds, count, arena, slotSize, results, flags);
}

/**
 * Calls send(2) on many sockets in one crossing into native code. Socket `i` sends `lengths[i]` bytes
 * of `arena`, from offset `offsets[i]`. An error of one socket is in its result and is not thrown.
 * Blocks as send(2) does.
 *
 * @param count - how many elements of `fds` are used
 * @param offsets - in bytes
 * @param lengths - in bytes
 * @param results - receives for each socket the number of bytes that the kernel took, or -errno
 * (`-errno.EAGAIN`: it would block; `-errno.EFAULT`: the range is outside `arena`)
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE
 * @throws RangeError: an array is too short
 * @see https://man7.org/linux/man-pages/man2/send.2.html
 */
export function sendMany(
  fds: Int32Array,
  count: number,
  arena: Bytes,
  offsets: Int32Array,
  lengths: Int32Array,
  results: Int32Array,
  flags: Constant<"MSG"> = 0,
): void {
  native.send_many(fds, count, arena, offsets, lengths, results, flags);
}
