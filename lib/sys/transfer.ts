import { checkNonBlocking } from "../errors.ts";
import { type Bytes, native } from "../native.ts";

export const MSG_CONFIRM: number = native.MSG_CONFIRM;
export const MSG_CTRUNC: number = native.MSG_CTRUNC;
export const MSG_DONTROUTE: number = native.MSG_DONTROUTE;
export const MSG_DONTWAIT: number = native.MSG_DONTWAIT;
export const MSG_EOR: number = native.MSG_EOR;
export const MSG_ERRQUEUE: number = native.MSG_ERRQUEUE;
export const MSG_FASTOPEN: number = native.MSG_FASTOPEN;
export const MSG_MORE: number = native.MSG_MORE;
export const MSG_NOSIGNAL: number = native.MSG_NOSIGNAL;
export const MSG_OOB: number = native.MSG_OOB;
export const MSG_PEEK: number = native.MSG_PEEK;
export const MSG_TRUNC: number = native.MSG_TRUNC;
export const MSG_WAITALL: number = native.MSG_WAITALL;
export const MSG_ZEROCOPY: number = native.MSG_ZEROCOPY;

/**
 * `recv(sockfd, buf, len, flags)`: receives into `buffer`. Blocks until there is something, unless
 * the socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param offset - where to begin in `buffer`, in bytes
 * @param length - at most this many bytes
 * @param flags - MSG_… bits
 * @returns the number of bytes, 0 at the end of the stream (or for an empty datagram), or `null`
 * where the call would block
 * @throws SystemError EBADF, ECONNREFUSED, ECONNRESET, EINTR, ENOTCONN, ENOTSOCK, ETIMEDOUT.
 * RangeError: outside of `buffer`
 * @see https://man7.org/linux/man-pages/man2/recv.2.html
 */
export function recv(
  sockfd: number,
  buffer: Bytes,
  offset = 0,
  length: number = buffer.byteLength - offset,
  flags = 0,
): number | null {
  return checkNonBlocking(native.recv(sockfd, buffer, offset, length, flags), "recv", sockfd);
}

/**
 * `send(sockfd, buf, len, flags)`: sends from `buffer`, on a stream perhaps less than asked for.
 * Blocks until there is room, unless the socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param offset - where to begin in `buffer`, in bytes
 * @param length - at most this many bytes
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE
 * @returns the number of bytes, or `null` where the call would block
 * @throws SystemError EBADF, ECONNRESET, EDESTADDRREQ, EINTR, EMSGSIZE, ENOTCONN, ENOTSOCK, EPIPE.
 * RangeError: outside of `buffer`
 * @see https://man7.org/linux/man-pages/man2/send.2.html
 */
export function send(
  sockfd: number,
  buffer: Bytes,
  offset = 0,
  length: number = buffer.byteLength - offset,
  flags = 0,
): number | null {
  return checkNonBlocking(native.send(sockfd, buffer, offset, length, flags), "send", sockfd);
}
