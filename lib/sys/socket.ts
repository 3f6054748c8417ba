import { check, checkNonBlocking } from "../errors.ts";
import type { Constant, ProtocolNumber } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

// prettier-ignore
export const {
  AF_UNSPEC, AF_UNIX, AF_LOCAL, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_CAN, AF_VSOCK,
  SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_CLOEXEC, SOCK_NONBLOCK,
  IPPROTO_IP, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6, IPPROTO_ICMPV6, IPPROTO_SCTP,
  IPPROTO_UDPLITE, IPPROTO_RAW, SHUT_RD, SHUT_WR, SHUT_RDWR, SOMAXCONN, AF_ALG, AF_APPLETALK,
  AF_ASH, AF_ATMPVC, AF_ATMSVC, AF_AX25, AF_BLUETOOTH, AF_BRIDGE, AF_CAIF, AF_DECnet, AF_ECONET,
  AF_IB, AF_IEEE802154, AF_IPX, AF_IRDA, AF_ISDN, AF_IUCV, AF_KCM, AF_KEY, AF_LLC, AF_MCTP,
  AF_MPLS, AF_NETBEUI, AF_NETROM, AF_NFC, AF_PHONET, AF_PPPOX, AF_QIPCRTR, AF_RDS, AF_ROSE,
  AF_ROUTE, AF_RXRPC, AF_SECURITY, AF_SMC, AF_SNA, AF_TIPC, AF_WANPIPE, AF_X25, AF_XDP,
  INADDR_ALLHOSTS_GROUP, INADDR_ALLRTRS_GROUP, INADDR_ALLSNOOPERS_GROUP, INADDR_ANY,
  INADDR_BROADCAST, INADDR_DUMMY, INADDR_LOOPBACK, INADDR_MAX_LOCAL_GROUP, INADDR_NONE,
  INADDR_UNSPEC_GROUP, IPPORT_RESERVED, IPPORT_USERRESERVED, IPPROTO_AH, IPPROTO_BEETPH,
  IPPROTO_COMP, IPPROTO_DCCP, IPPROTO_DSTOPTS, IPPROTO_EGP, IPPROTO_ENCAP, IPPROTO_ESP,
  IPPROTO_ETHERNET, IPPROTO_FRAGMENT, IPPROTO_GRE, IPPROTO_HOPOPTS, IPPROTO_IDP, IPPROTO_IGMP,
  IPPROTO_IPIP, IPPROTO_MH, IPPROTO_MPLS, IPPROTO_MPTCP, IPPROTO_MTP, IPPROTO_NONE, IPPROTO_PIM,
  IPPROTO_PUP, IPPROTO_ROUTING, IPPROTO_RSVP, IPPROTO_TP, PF_ALG, PF_CAN, PF_INET, PF_INET6,
  PF_KEY, PF_LOCAL, PF_NETLINK, PF_PACKET, PF_RDS, PF_ROUTE, PF_TIPC, PF_UNIX, PF_UNSPEC,
  PF_VSOCK, PF_XDP, SOCK_DCCP, SOCK_PACKET,
} = native;

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
export function socket(
  domain: Constant<"AF">,
  type: Constant<"SOCK">,
  protocol: ProtocolNumber = 0,
): number {
  return check(native.socket(domain, type, protocol), "socket");
}

/**
 * `socketpair(domain, type, protocol, sv)`: opens two connected sockets. Does not block.
 *
 * @returns the two descriptors
 * @throws SystemError as {@link socket}; EOPNOTSUPP: the domain does not support pairs
 * @see https://man7.org/linux/man-pages/man2/socketpair.2.html
 */
export function socketpair(
  domain: Constant<"AF">,
  type: Constant<"SOCK">,
  protocol: ProtocolNumber = 0,
): [number, number] {
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
  flags: Constant<"SOCK"> = 0,
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
export function shutdown(sockfd: number, how: Constant<"SHUT">): void {
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
