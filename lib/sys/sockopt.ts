import { checkInteger } from "../arguments.ts";
import { check } from "../errors.ts";
import { type Bytes, native } from "../native/native.ts";
import type { Structs } from "../native/structs.ts";

/** The layouts of the structures that are values of socket options. */
export const structs: Structs = native.structs;

export const SOL_SOCKET: number = native.SOL_SOCKET;
export const SOL_IP: number = native.SOL_IP;
export const SOL_IPV6: number = native.SOL_IPV6;
export const SOL_TCP: number = native.SOL_TCP;
export const SOL_UDP: number = native.SOL_UDP;
export const SOL_RAW: number = native.SOL_RAW;
export const SOL_PACKET: number = native.SOL_PACKET;
export const SOL_NETLINK: number = native.SOL_NETLINK;
export const SOL_TIPC: number = native.SOL_TIPC;
export const SOL_DCCP: number = native.SOL_DCCP;
export const SOL_RDS: number = native.SOL_RDS;
export const SOL_ALG: number = native.SOL_ALG;
export const SOL_TLS: number = native.SOL_TLS;
export const SOL_XDP: number = native.SOL_XDP;
export const SOL_MPTCP: number = native.SOL_MPTCP;
export const SO_ACCEPTCONN: number = native.SO_ACCEPTCONN;
export const SO_ATTACH_BPF: number = native.SO_ATTACH_BPF;
export const SO_ATTACH_FILTER: number = native.SO_ATTACH_FILTER;
export const SO_ATTACH_REUSEPORT_CBPF: number = native.SO_ATTACH_REUSEPORT_CBPF;
export const SO_ATTACH_REUSEPORT_EBPF: number = native.SO_ATTACH_REUSEPORT_EBPF;
export const SO_BINDTODEVICE: number = native.SO_BINDTODEVICE;
export const SO_BINDTOIFINDEX: number = native.SO_BINDTOIFINDEX;
export const SO_BPF_EXTENSIONS: number = native.SO_BPF_EXTENSIONS;
export const SO_BROADCAST: number = native.SO_BROADCAST;
export const SO_BSDCOMPAT: number = native.SO_BSDCOMPAT;
export const SO_BUF_LOCK: number = native.SO_BUF_LOCK;
export const SO_BUSY_POLL: number = native.SO_BUSY_POLL;
export const SO_BUSY_POLL_BUDGET: number = native.SO_BUSY_POLL_BUDGET;
export const SO_CNX_ADVICE: number = native.SO_CNX_ADVICE;
export const SO_COOKIE: number = native.SO_COOKIE;
export const SO_DEBUG: number = native.SO_DEBUG;
export const SO_DETACH_BPF: number = native.SO_DETACH_BPF;
export const SO_DETACH_FILTER: number = native.SO_DETACH_FILTER;
export const SO_DETACH_REUSEPORT_BPF: number = native.SO_DETACH_REUSEPORT_BPF;
export const SO_DOMAIN: number = native.SO_DOMAIN;
export const SO_DONTROUTE: number = native.SO_DONTROUTE;
export const SO_ERROR: number = native.SO_ERROR;
export const SO_GET_FILTER: number = native.SO_GET_FILTER;
export const SO_INCOMING_CPU: number = native.SO_INCOMING_CPU;
export const SO_INCOMING_NAPI_ID: number = native.SO_INCOMING_NAPI_ID;
export const SO_KEEPALIVE: number = native.SO_KEEPALIVE;
export const SO_LINGER: number = native.SO_LINGER;
export const SO_LOCK_FILTER: number = native.SO_LOCK_FILTER;
export const SO_MARK: number = native.SO_MARK;
export const SO_MAX_PACING_RATE: number = native.SO_MAX_PACING_RATE;
export const SO_MEMINFO: number = native.SO_MEMINFO;
export const SO_NETNS_COOKIE: number = native.SO_NETNS_COOKIE;
export const SO_NOFCS: number = native.SO_NOFCS;
export const SO_NO_CHECK: number = native.SO_NO_CHECK;
export const SO_OOBINLINE: number = native.SO_OOBINLINE;
export const SO_PASSCRED: number = native.SO_PASSCRED;
export const SO_PASSPIDFD: number = native.SO_PASSPIDFD;
export const SO_PASSRIGHTS: number = native.SO_PASSRIGHTS;
export const SO_PASSSEC: number = native.SO_PASSSEC;
export const SO_PEEK_OFF: number = native.SO_PEEK_OFF;
export const SO_PEERCRED: number = native.SO_PEERCRED;
export const SO_PEERGROUPS: number = native.SO_PEERGROUPS;
export const SO_PEERNAME: number = native.SO_PEERNAME;
export const SO_PEERPIDFD: number = native.SO_PEERPIDFD;
export const SO_PEERSEC: number = native.SO_PEERSEC;
export const SO_PREFER_BUSY_POLL: number = native.SO_PREFER_BUSY_POLL;
export const SO_PRIORITY: number = native.SO_PRIORITY;
export const SO_PROTOCOL: number = native.SO_PROTOCOL;
export const SO_RCVBUF: number = native.SO_RCVBUF;
export const SO_RCVBUFFORCE: number = native.SO_RCVBUFFORCE;
export const SO_RCVLOWAT: number = native.SO_RCVLOWAT;
export const SO_RCVMARK: number = native.SO_RCVMARK;
export const SO_RCVPRIORITY: number = native.SO_RCVPRIORITY;
export const SO_RCVTIMEO: number = native.SO_RCVTIMEO;
export const SO_RESERVE_MEM: number = native.SO_RESERVE_MEM;
export const SO_REUSEADDR: number = native.SO_REUSEADDR;
export const SO_REUSEPORT: number = native.SO_REUSEPORT;
export const SO_RXQ_OVFL: number = native.SO_RXQ_OVFL;
export const SO_SELECT_ERR_QUEUE: number = native.SO_SELECT_ERR_QUEUE;
export const SO_SNDBUF: number = native.SO_SNDBUF;
export const SO_SNDBUFFORCE: number = native.SO_SNDBUFFORCE;
export const SO_SNDLOWAT: number = native.SO_SNDLOWAT;
export const SO_SNDTIMEO: number = native.SO_SNDTIMEO;
export const SO_TIMESTAMP: number = native.SO_TIMESTAMP;
export const SO_TIMESTAMPING: number = native.SO_TIMESTAMPING;
export const SO_TIMESTAMPNS: number = native.SO_TIMESTAMPNS;
export const SO_TXREHASH: number = native.SO_TXREHASH;
export const SO_TXTIME: number = native.SO_TXTIME;
export const SO_TYPE: number = native.SO_TYPE;
export const SO_WIFI_STATUS: number = native.SO_WIFI_STATUS;
export const SO_ZEROCOPY: number = native.SO_ZEROCOPY;
export const TCP_ESTABLISHED: number = native.TCP_ESTABLISHED;
export const TCP_SYN_SENT: number = native.TCP_SYN_SENT;
export const TCP_SYN_RECV: number = native.TCP_SYN_RECV;
export const TCP_FIN_WAIT1: number = native.TCP_FIN_WAIT1;
export const TCP_FIN_WAIT2: number = native.TCP_FIN_WAIT2;
export const TCP_TIME_WAIT: number = native.TCP_TIME_WAIT;
export const TCP_CLOSE: number = native.TCP_CLOSE;
export const TCP_CLOSE_WAIT: number = native.TCP_CLOSE_WAIT;
export const TCP_LAST_ACK: number = native.TCP_LAST_ACK;
export const TCP_LISTEN: number = native.TCP_LISTEN;
export const TCP_CLOSING: number = native.TCP_CLOSING;

/**
 * `getsockopt(sockfd, level, optname, optval, optlen)`: reads a socket option. Does not block.
 * Without `optval` the option is read as an int.
 *
 * @param optval - receives the option's bytes
 * @returns the int, or the number of bytes written to `optval`
 * @throws SystemError EBADF, EINVAL, ENOPROTOOPT: no such option at this level. ENOTSOCK, EOPNOTSUPP.
 * RangeError: the option's value holds a pointer, or is not limited by `optlen`
 * @see https://man7.org/linux/man-pages/man2/getsockopt.2.html
 */
export function getsockopt(sockfd: number, level: number, optname: number, optval?: Bytes): number {
  const int = new Int32Array(1);
  const optlen = new Uint32Array(1);
  const bytes = optval ?? int;
  check(native.getsockopt(sockfd, level, optname, bytes, optlen), "getsockopt", sockfd);
  return (optval === undefined ? int[0] : optlen[0]) ?? 0;
}

/**
 * `setsockopt(sockfd, level, optname, optval, optlen)`: changes a socket option. Does not block.
 *
 * @param value - an int, or all bytes of the option
 * @throws SystemError EACCES, EPERM, EBADF, EDOM, EINVAL, ENOPROTOOPT: no such option at this level.
 * ENOTSOCK, EOPNOTSUPP. RangeError: the option's value holds a pointer, or is not limited by `optlen`
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
