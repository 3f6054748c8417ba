import { check } from "../errors.ts";
import { type Bytes, native } from "../native/native.ts";

/**
 * `setsockopt(sockfd, level, optname, &(struct sock_fprog){ count, filter }, sizeof(struct sock_fprog))`:
 * attaches a classic BPF program. Does not block.
 *
 * @param optname - SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF; PACKET_FANOUT_DATA at SOL_PACKET
 * @param filter - an array of `struct sock_filter`
 * @throws SystemError EINVAL: the kernel rejects the program, or the socket cannot have one.
 * EBADF, ENOMEM, ENOPROTOOPT, ENOTSOCK, EPERM: the filter is locked (SO_LOCK_FILTER). RangeError: an
 * option whose value is not a program
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 */
export function setsockoptFprog(
  sockfd: number,
  level: number,
  optname: number,
  filter: Bytes,
): void {
  check(native.setsockopt_fprog(sockfd, level, optname, filter), "setsockopt", sockfd);
}

/**
 * `getsockopt(sockfd, SOL_SOCKET, SO_GET_FILTER, filter, optlen)`: reads the program that
 * SO_ATTACH_FILTER has attached. Does not block.
 *
 * @param filter - receives the program, an array of `struct sock_filter`; if it is empty, nothing is
 * written
 * @returns the number of instructions of the program; 0 if there is none
 * @throws SystemError EACCES: the program is extended BPF. EBADF. EINVAL: `filter` is too short.
 * ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 */
export function getsockoptFilter(sockfd: number, filter: Bytes): number {
  const optlen = new Uint32Array(1);
  check(native.getsockopt_filter(sockfd, filter, optlen), "getsockopt", sockfd);
  return optlen[0] ?? 0;
}
