import { check, checkNonBlocking } from "../errors.ts";
import { type Bytes, native } from "../native/native.ts";

export const AF_UNSPEC: number = native.AF_UNSPEC;
export const AF_UNIX: number = native.AF_UNIX;
export const AF_LOCAL: number = native.AF_LOCAL;
export const AF_INET: number = native.AF_INET;
export const AF_INET6: number = native.AF_INET6;
export const AF_NETLINK: number = native.AF_NETLINK;
export const AF_PACKET: number = native.AF_PACKET;
export const AF_CAN: number = native.AF_CAN;
export const AF_VSOCK: number = native.AF_VSOCK;
export const SOCK_STREAM: number = native.SOCK_STREAM;
export const SOCK_DGRAM: number = native.SOCK_DGRAM;
export const SOCK_RAW: number = native.SOCK_RAW;
export const SOCK_RDM: number = native.SOCK_RDM;
export const SOCK_SEQPACKET: number = native.SOCK_SEQPACKET;
export const SOCK_CLOEXEC: number = native.SOCK_CLOEXEC;
export const SOCK_NONBLOCK: number = native.SOCK_NONBLOCK;
export const IPPROTO_IP: number = native.IPPROTO_IP;
export const IPPROTO_ICMP: number = native.IPPROTO_ICMP;
export const IPPROTO_TCP: number = native.IPPROTO_TCP;
export const IPPROTO_UDP: number = native.IPPROTO_UDP;
export const IPPROTO_IPV6: number = native.IPPROTO_IPV6;
export const IPPROTO_ICMPV6: number = native.IPPROTO_ICMPV6;
export const IPPROTO_SCTP: number = native.IPPROTO_SCTP;
export const IPPROTO_UDPLITE: number = native.IPPROTO_UDPLITE;
export const IPPROTO_RAW: number = native.IPPROTO_RAW;
export const SHUT_RD: number = native.SHUT_RD;
export const SHUT_WR: number = native.SHUT_WR;
export const SHUT_RDWR: number = native.SHUT_RDWR;
export const SOMAXCONN: number = native.SOMAXCONN;

/** The size of a buffer that holds any address, in bytes (`struct sockaddr_storage`). */
export const SOCKADDR_STORAGE_SIZE: number = native.sizeof_sockaddr_storage;

const { EINPROGRESS } = native.errno;

/**
 * `socket(domain, type, protocol)`: opens a socket and returns its descriptor. Does not block.
 *
 * @param domain - AF_…
 * @param type - SOCK_…, combined with SOCK_CLOEXEC and SOCK_NONBLOCK if wanted
 * @param protocol - IPPROTO_…; 0 is the default of the type
 * @throws SystemError EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT: the kernel has no such socket.
 * EACCES, EPERM: not allowed. EINVAL, EMFILE, ENFILE, ENOBUFS
 * @see https://man7.org/linux/man-pages/man2/socket.2.html
 */
export function socket(domain: number, type: number, protocol = 0): number {
  return check(native.socket(domain, type, protocol), "socket");
}

/**
 * `socketpair(domain, type, protocol, sv)`: opens two connected sockets. Does not block.
 *
 * @returns the two descriptors
 * @throws SystemError as {@link socket}; EOPNOTSUPP: the domain does not support pairs
 * @see https://man7.org/linux/man-pages/man2/socketpair.2.html
 */
export function socketpair(domain: number, type: number, protocol = 0): [number, number] {
  const sv = new Int32Array(2);
  check(native.socketpair(domain, type, protocol, sv), "socketpair");
  const [first, second] = sv as Iterable<number> as [number, number];
  return [first, second];
}

/**
 * `bind(sockfd, addr, addrlen)`: assigns a local address to the socket. Does not block.
 *
 * @param addr - a `struct sockaddr…`, exactly as long as the address
 * @throws SystemError EADDRINUSE, EADDRNOTAVAIL, EACCES, EBADF, EINVAL (already bound), ENOTSOCK; for
 * unix paths also ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EROFS
 * @see https://man7.org/linux/man-pages/man2/bind.2.html
 */
export function bind(sockfd: number, addr: Bytes): void {
  check(native.bind(sockfd, addr), "bind", sockfd);
}

/**
 * `listen(sockfd, backlog)`: makes the socket accept connections. Does not block.
 *
 * @param backlog - the maximum number of connections that wait to be accepted; the kernel limits it to
 * net.core.somaxconn
 * @throws SystemError EADDRINUSE, EBADF, ENOTSOCK. EOPNOTSUPP: not a stream or seqpacket socket
 * @see https://man7.org/linux/man-pages/man2/listen.2.html
 */
export function listen(sockfd: number, backlog: number): void {
  check(native.listen(sockfd, backlog), "listen", sockfd);
}

/**
 * `accept4(sockfd, addr, addrlen, flags)`: accepts the first waiting connection. Blocks until there
 * is one, unless the socket is non-blocking.
 *
 * @param flags - SOCK_CLOEXEC, SOCK_NONBLOCK; the listener's flags are not inherited
 * @param addr - receives the peer's address
 * @param addrlen - its first element receives the length of that address
 * @returns the new descriptor, or `null` if the call would block
 * @throws SystemError EMFILE, ENFILE: no descriptor is free; the connection keeps waiting.
 * ECONNABORTED: the client has already closed it. EBADF, EINTR, EINVAL (not listening), ENOTSOCK,
 * EOPNOTSUPP, EPROTO
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 */
export function accept4(
  sockfd: number,
  flags = 0,
  addr: Bytes | null = null,
  addrlen: Uint32Array | null = null,
): number | null {
  return checkNonBlocking(native.accept4(sockfd, addr, addrlen, flags), "accept4", sockfd);
}

/**
 * `connect(sockfd, addr, addrlen)`: connects to a peer. Blocks until it is connected, unless the
 * socket is non-blocking. After EINTR the kernel keeps connecting: wait until the socket is writable.
 *
 * @param addr - a `struct sockaddr…`, exactly as long as the address
 * @returns `true`: connected. `false`: in progress (EINPROGRESS); when the socket becomes writable,
 * SO_ERROR holds the result. `null`: the queue of the unix listener is full (EAGAIN), and nothing is in
 * progress
 * @throws SystemError ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EALREADY, EISCONN, EINTR,
 * EADDRNOTAVAIL, EAFNOSUPPORT, EACCES, EBADF, ENOTSOCK, EPROTOTYPE
 * @see https://man7.org/linux/man-pages/man2/connect.2.html
 */
export function connect(sockfd: number, addr: Bytes): boolean | null {
  const result = native.connect(sockfd, addr);
  if (result === -EINPROGRESS) return false;
  return checkNonBlocking(result, "connect", sockfd) === null ? null : true;
}

/**
 * `shutdown(sockfd, how)`: closes one or both directions of a connection, for every descriptor
 * that refers to it. Does not block.
 *
 * @param how - SHUT_RD, SHUT_WR or SHUT_RDWR
 * @throws SystemError EBADF, EINVAL, ENOTCONN, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/shutdown.2.html
 */
export function shutdown(sockfd: number, how: number): void {
  check(native.shutdown(sockfd, how), "shutdown", sockfd);
}

/**
 * `getsockname(sockfd, addr, addrlen)`: returns the local address of the socket. Does not
 * block.
 *
 * @param addr - receives the address, truncated if it does not fit
 * @param addrlen - its first element receives the full length of the address
 * @throws SystemError EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/getsockname.2.html
 */
export function getsockname(sockfd: number, addr: Bytes, addrlen: Uint32Array): void {
  check(native.getsockname(sockfd, addr, addrlen), "getsockname", sockfd);
}

/**
 * `getpeername(sockfd, addr, addrlen)`: returns the address of the peer. Does not block.
 *
 * @param addr - receives the address, truncated if it does not fit
 * @param addrlen - its first element receives the full length of the address
 * @throws SystemError EBADF, ENOTCONN, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/getpeername.2.html
 */
export function getpeername(sockfd: number, addr: Bytes, addrlen: Uint32Array): void {
  check(native.getpeername(sockfd, addr, addrlen), "getpeername", sockfd);
}
