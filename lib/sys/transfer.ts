import { bytesAfter } from "../arguments.ts";
import { checkNonBlocking } from "../errors.ts";
import { type Bytes, native } from "../native/native.ts";

export const MSG_BATCH: number = native.MSG_BATCH;
export const MSG_CMSG_CLOEXEC: number = native.MSG_CMSG_CLOEXEC;
export const MSG_CONFIRM: number = native.MSG_CONFIRM;
export const MSG_CTRUNC: number = native.MSG_CTRUNC;
export const MSG_DONTROUTE: number = native.MSG_DONTROUTE;
export const MSG_DONTWAIT: number = native.MSG_DONTWAIT;
export const MSG_EOR: number = native.MSG_EOR;
export const MSG_ERRQUEUE: number = native.MSG_ERRQUEUE;
export const MSG_FASTOPEN: number = native.MSG_FASTOPEN;
export const MSG_FIN: number = native.MSG_FIN;
export const MSG_MORE: number = native.MSG_MORE;
export const MSG_NOSIGNAL: number = native.MSG_NOSIGNAL;
export const MSG_NOTIFICATION: number = native.MSG_NOTIFICATION;
export const MSG_OOB: number = native.MSG_OOB;
export const MSG_PEEK: number = native.MSG_PEEK;
export const MSG_PROXY: number = native.MSG_PROXY;
export const MSG_RST: number = native.MSG_RST;
export const MSG_SYN: number = native.MSG_SYN;
export const MSG_TRUNC: number = native.MSG_TRUNC;
export const MSG_TRYHARD: number = native.MSG_TRYHARD;
export const MSG_WAITALL: number = native.MSG_WAITALL;
export const MSG_WAITFORONE: number = native.MSG_WAITFORONE;
export const MSG_ZEROCOPY: number = native.MSG_ZEROCOPY;

/**
 * `recv(sockfd, buf, len, flags)`: receives into `buffer`. Blocks until there is data, unless the
 * socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param offset - where the data begins in `buffer`, in bytes
 * @param length - the maximum number of bytes
 * @param flags - MSG_… bits
 * @returns the number of bytes, 0 at the end of the stream (or for an empty datagram), or `null`
 * if the call would block
 * @throws SystemError EBADF, ECONNREFUSED, ECONNRESET, EINTR, ENOTCONN, ENOTSOCK, ETIMEDOUT.
 * RangeError: the range is outside `buffer`
 * @see https://man7.org/linux/man-pages/man2/recv.2.html
 */
export function recv(
  sockfd: number,
  buffer: Bytes,
  offset = 0,
  length: number = bytesAfter(buffer, offset),
  flags = 0,
): number | null {
  return checkNonBlocking(native.recv(sockfd, buffer, offset, length, flags), "recv", sockfd);
}

/**
 * `send(sockfd, buf, len, flags)`: sends from `buffer`; a stream may take only a part.
 * Blocks until there is room, unless the socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param offset - where the data begins in `buffer`, in bytes
 * @param length - the maximum number of bytes
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE. With MSG_ZEROCOPY,
 * do not change `buffer` until the error queue reports that the kernel no longer uses it
 * @returns the number of bytes, or `null` if the call would block
 * @throws SystemError EBADF, ECONNRESET, EDESTADDRREQ, EINTR, EMSGSIZE, ENOTCONN, ENOTSOCK, EPIPE.
 * RangeError: the range is outside `buffer`
 * @see https://man7.org/linux/man-pages/man2/send.2.html
 */
export function send(
  sockfd: number,
  buffer: Bytes,
  offset = 0,
  length: number = bytesAfter(buffer, offset),
  flags = 0,
): number | null {
  return checkNonBlocking(native.send(sockfd, buffer, offset, length, flags), "send", sockfd);
}

/**
 * `recvfrom(sockfd, buf, len, flags, src_addr, addrlen)`: as {@link recv}, and also returns
 * the sender's address.
 *
 * @param srcAddr - receives the sender's address, truncated if it does not fit
 * @param addrlen - its first element receives the full length of that address; 0 if there is none, as
 * on a connection
 * @returns as {@link recv}
 * @throws SystemError as {@link recv}. RangeError: the range is outside `buffer`, or `addrlen` is empty
 * @see https://man7.org/linux/man-pages/man2/recv.2.html
 */
export function recvfrom(
  sockfd: number,
  buffer: Bytes,
  offset: number,
  length: number,
  flags: number,
  srcAddr: Bytes | null,
  addrlen: Uint32Array | null,
): number | null {
  return checkNonBlocking(
    native.recvfrom(sockfd, buffer, offset, length, flags, srcAddr, addrlen),
    "recvfrom",
    sockfd,
  );
}

/**
 * `sendto(sockfd, buf, len, flags, dest_addr, addrlen)`: as {@link send}, to the address
 * `destAddr`.
 *
 * @param destAddr - a `struct sockaddr…`, of which the first `addrlen` bytes are used; `null` if
 * connected
 * @returns as {@link send}
 * @throws SystemError as {@link send}; EACCES, EAFNOSUPPORT, EINVAL, EISCONN, ENETUNREACH. RangeError:
 * the range is outside `buffer` or `destAddr`
 * @see https://man7.org/linux/man-pages/man2/send.2.html
 */
export function sendto(
  sockfd: number,
  buffer: Bytes,
  offset: number,
  length: number,
  flags: number,
  destAddr: Bytes | null,
  addrlen: number = destAddr?.byteLength ?? 0,
): number | null {
  return checkNonBlocking(
    native.sendto(sockfd, buffer, offset, length, flags, destAddr, addrlen),
    "sendto",
    sockfd,
  );
}
