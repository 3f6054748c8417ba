import { bytesAfter } from "../arguments.ts";
import { checkNonBlocking } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

// prettier-ignore
export const {
  MSG_BATCH, MSG_CMSG_CLOEXEC, MSG_CONFIRM, MSG_CTRUNC, MSG_DONTROUTE, MSG_DONTWAIT, MSG_EOR,
  MSG_ERRQUEUE, MSG_FASTOPEN, MSG_FIN, MSG_MORE, MSG_NOSIGNAL, MSG_NOTIFICATION, MSG_OOB,
  MSG_PEEK, MSG_PROXY, MSG_RST, MSG_SYN, MSG_TRUNC, MSG_TRYHARD, MSG_WAITALL, MSG_WAITFORONE,
  MSG_ZEROCOPY,
} = native;

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
  flags: Constant<"MSG"> = 0,
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
  flags: Constant<"MSG"> = 0,
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
  flags: Constant<"MSG">,
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
  flags: Constant<"MSG">,
  destAddr: Bytes | null,
  addrlen: number = destAddr?.byteLength ?? 0,
): number | null {
  return checkNonBlocking(
    native.sendto(sockfd, buffer, offset, length, flags, destAddr, addrlen),
    "sendto",
    sockfd,
  );
}
