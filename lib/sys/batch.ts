import { type Bytes, native } from "../native/native.ts";

/**
 * accept4(2) up to `count` times in one crossing, until it fails. Blocks as accept4(2) does: for a
 * non-blocking listener not at all.
 *
 * @param flags - SOCK_CLOEXEC, SOCK_NONBLOCK
 * @param results - receives the descriptors, and -errno of the call that failed, which is the last
 * (`-errno.EAGAIN`: no more connections wait)
 * @param tickets - receives the ticket of each descriptor: see `own`
 * @returns how many results there are
 * @throws RangeError: an array is too short
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 */
export function acceptMany(
  sockfd: number,
  flags: number,
  results: Int32Array,
  tickets: Int32Array,
  count: number,
): number {
  return native.accept_many(sockfd, flags, results, tickets, count);
}

/**
 * recv(2) for many sockets in one crossing: socket `i` into slot `i` of `arena`, slots of `slotSize`
 * bytes after one another. One socket's error is its own: nothing is thrown for it.
 *
 * @param count - how many of `fds` take part
 * @param slotSize - bytes; `count` slots fit into `arena`
 * @param results - of each socket: the number of bytes, 0 at the end of the stream, or -errno
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
  flags = 0,
): void {
  native.recv_many(fds, count, arena, slotSize, results, flags);
}

/**
 * send(2) for many sockets in one crossing: socket `i` from `lengths[i]` bytes of `arena` at
 * `offsets[i]`. One socket's error is its own: nothing is thrown for it.
 *
 * @param count - how many of `fds` take part
 * @param results - of each socket: the number of bytes that the kernel took, or -errno
 * (`-errno.EAGAIN`: it would block; `-errno.EFAULT`: outside of `arena`)
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
  flags = 0,
): void {
  native.send_many(fds, count, arena, offsets, lengths, results, flags);
}
