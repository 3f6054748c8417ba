import { check, checkInteger } from "../errors.ts";
import { type Bytes, native } from "../native.ts";

export const SOL_SOCKET: number = native.SOL_SOCKET;
export const SOL_IP: number = native.SOL_IP;
export const SOL_IPV6: number = native.SOL_IPV6;
export const SOL_TCP: number = native.SOL_TCP;
export const SO_ACCEPTCONN: number = native.SO_ACCEPTCONN;
export const SO_BINDTODEVICE: number = native.SO_BINDTODEVICE;
export const SO_BROADCAST: number = native.SO_BROADCAST;
export const SO_BUSY_POLL: number = native.SO_BUSY_POLL;
export const SO_DEBUG: number = native.SO_DEBUG;
export const SO_DOMAIN: number = native.SO_DOMAIN;
export const SO_DONTROUTE: number = native.SO_DONTROUTE;
export const SO_ERROR: number = native.SO_ERROR;
export const SO_INCOMING_CPU: number = native.SO_INCOMING_CPU;
export const SO_KEEPALIVE: number = native.SO_KEEPALIVE;
export const SO_LINGER: number = native.SO_LINGER;
export const SO_LOCK_FILTER: number = native.SO_LOCK_FILTER;
export const SO_MARK: number = native.SO_MARK;
export const SO_OOBINLINE: number = native.SO_OOBINLINE;
export const SO_PASSCRED: number = native.SO_PASSCRED;
export const SO_PEEK_OFF: number = native.SO_PEEK_OFF;
export const SO_PEERCRED: number = native.SO_PEERCRED;
export const SO_PRIORITY: number = native.SO_PRIORITY;
export const SO_PROTOCOL: number = native.SO_PROTOCOL;
export const SO_RCVBUF: number = native.SO_RCVBUF;
export const SO_RCVBUFFORCE: number = native.SO_RCVBUFFORCE;
export const SO_RCVLOWAT: number = native.SO_RCVLOWAT;
export const SO_RCVTIMEO: number = native.SO_RCVTIMEO;
export const SO_REUSEADDR: number = native.SO_REUSEADDR;
export const SO_REUSEPORT: number = native.SO_REUSEPORT;
export const SO_RXQ_OVFL: number = native.SO_RXQ_OVFL;
export const SO_SNDBUF: number = native.SO_SNDBUF;
export const SO_SNDBUFFORCE: number = native.SO_SNDBUFFORCE;
export const SO_SNDLOWAT: number = native.SO_SNDLOWAT;
export const SO_SNDTIMEO: number = native.SO_SNDTIMEO;
export const SO_TIMESTAMP: number = native.SO_TIMESTAMP;
export const SO_TIMESTAMPNS: number = native.SO_TIMESTAMPNS;
export const SO_TYPE: number = native.SO_TYPE;
export const SO_ZEROCOPY: number = native.SO_ZEROCOPY;
export const TCP_CONGESTION: number = native.TCP_CONGESTION;
export const TCP_CORK: number = native.TCP_CORK;
export const TCP_DEFER_ACCEPT: number = native.TCP_DEFER_ACCEPT;
export const TCP_FASTOPEN: number = native.TCP_FASTOPEN;
export const TCP_INFO: number = native.TCP_INFO;
export const TCP_KEEPCNT: number = native.TCP_KEEPCNT;
export const TCP_KEEPIDLE: number = native.TCP_KEEPIDLE;
export const TCP_KEEPINTVL: number = native.TCP_KEEPINTVL;
export const TCP_LINGER2: number = native.TCP_LINGER2;
export const TCP_MAXSEG: number = native.TCP_MAXSEG;
export const TCP_NODELAY: number = native.TCP_NODELAY;
export const TCP_QUICKACK: number = native.TCP_QUICKACK;
export const TCP_SYNCNT: number = native.TCP_SYNCNT;
export const TCP_USER_TIMEOUT: number = native.TCP_USER_TIMEOUT;
export const TCP_WINDOW_CLAMP: number = native.TCP_WINDOW_CLAMP;
export const IP_ADD_MEMBERSHIP: number = native.IP_ADD_MEMBERSHIP;
export const IP_DROP_MEMBERSHIP: number = native.IP_DROP_MEMBERSHIP;
export const IP_FREEBIND: number = native.IP_FREEBIND;
export const IP_HDRINCL: number = native.IP_HDRINCL;
export const IP_MTU: number = native.IP_MTU;
export const IP_MTU_DISCOVER: number = native.IP_MTU_DISCOVER;
export const IP_MULTICAST_IF: number = native.IP_MULTICAST_IF;
export const IP_MULTICAST_LOOP: number = native.IP_MULTICAST_LOOP;
export const IP_MULTICAST_TTL: number = native.IP_MULTICAST_TTL;
export const IP_PKTINFO: number = native.IP_PKTINFO;
export const IP_RECVERR: number = native.IP_RECVERR;
export const IP_RECVTOS: number = native.IP_RECVTOS;
export const IP_RECVTTL: number = native.IP_RECVTTL;
export const IP_TOS: number = native.IP_TOS;
export const IP_TRANSPARENT: number = native.IP_TRANSPARENT;
export const IP_TTL: number = native.IP_TTL;
export const IPV6_JOIN_GROUP: number = native.IPV6_JOIN_GROUP;
export const IPV6_LEAVE_GROUP: number = native.IPV6_LEAVE_GROUP;
export const IPV6_MULTICAST_HOPS: number = native.IPV6_MULTICAST_HOPS;
export const IPV6_MULTICAST_IF: number = native.IPV6_MULTICAST_IF;
export const IPV6_MULTICAST_LOOP: number = native.IPV6_MULTICAST_LOOP;
export const IPV6_RECVERR: number = native.IPV6_RECVERR;
export const IPV6_RECVHOPLIMIT: number = native.IPV6_RECVHOPLIMIT;
export const IPV6_RECVPKTINFO: number = native.IPV6_RECVPKTINFO;
export const IPV6_TCLASS: number = native.IPV6_TCLASS;
export const IPV6_UNICAST_HOPS: number = native.IPV6_UNICAST_HOPS;
export const IPV6_V6ONLY: number = native.IPV6_V6ONLY;

/**
 * `getsockopt(sockfd, level, optname, optval, optlen)`: asks for a socket option. Does not block.
 * Without `optval` the option is read as an int.
 *
 * @param optval - receives the option's bytes
 * @returns the int, or how many bytes were written to `optval`
 * @throws SystemError EBADF, EINVAL, ENOPROTOOPT: no such option at this level. ENOTSOCK, EOPNOTSUPP.
 * RangeError: an option whose value is more than plain bytes
 * @see https://man7.org/linux/man-pages/man2/getsockopt.2.html
 */
export function getsockopt(sockfd: number, level: number, optname: number, optval?: Bytes): number {
  const bytes = optval ?? new Int32Array(1);
  const optlen = new Uint32Array(1);
  check(native.getsockopt(sockfd, level, optname, bytes, optlen), "getsockopt", sockfd);
  return (optval === undefined ? Number(bytes[0]) : optlen[0]) ?? 0;
}

/**
 * `setsockopt(sockfd, level, optname, optval, optlen)`: changes a socket option. Does not block.
 *
 * @param value - an int, or the option's bytes
 * @throws SystemError EACCES, EPERM, EBADF, EDOM, EINVAL, ENOPROTOOPT: no such option at this level.
 * ENOTSOCK, EOPNOTSUPP. RangeError: an option whose value is more than plain bytes
 * @see https://man7.org/linux/man-pages/man2/setsockopt.2.html
 */
export function setsockopt(
  sockfd: number,
  level: number,
  optname: number,
  value: number | Bytes,
): void {
  const optval =
    typeof value === "number"
      ? Int32Array.of(checkInteger(value, "value", -(2 ** 31), 2 ** 31 - 1))
      : value;
  check(native.setsockopt(sockfd, level, optname, optval), "setsockopt", sockfd);
}
