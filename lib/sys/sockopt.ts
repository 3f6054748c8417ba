import { checkInteger } from "../arguments.ts";
import { check } from "../errors.ts";
import type { OptionLevel, OptionNumber } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";
import type { Structs } from "../native/structs.ts";

/** The layouts of the structures that are values of socket options. */
export const structs: Structs = native.structs;

// prettier-ignore
export const {
  SOL_SOCKET, SOL_IP, SOL_IPV6, SOL_TCP, SOL_UDP, SOL_RAW, SOL_PACKET, SOL_NETLINK, SOL_TIPC,
  SOL_DCCP, SOL_RDS, SOL_ALG, SOL_TLS, SOL_XDP, SOL_MPTCP, SO_ACCEPTCONN, SO_ATTACH_BPF,
  SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF, SO_BINDTODEVICE,
  SO_BINDTOIFINDEX, SO_BPF_EXTENSIONS, SO_BROADCAST, SO_BSDCOMPAT, SO_BUF_LOCK, SO_BUSY_POLL,
  SO_BUSY_POLL_BUDGET, SO_CNX_ADVICE, SO_COOKIE, SO_DEBUG, SO_DETACH_BPF, SO_DETACH_FILTER,
  SO_DETACH_REUSEPORT_BPF, SO_DOMAIN, SO_DONTROUTE, SO_ERROR, SO_GET_FILTER, SO_INCOMING_CPU,
  SO_INCOMING_NAPI_ID, SO_KEEPALIVE, SO_LINGER, SO_LOCK_FILTER, SO_MARK, SO_MAX_PACING_RATE,
  SO_MEMINFO, SO_NETNS_COOKIE, SO_NOFCS, SO_NO_CHECK, SO_OOBINLINE, SO_PASSCRED, SO_PASSPIDFD,
  SO_PASSRIGHTS, SO_PASSSEC, SO_PEEK_OFF, SO_PEERCRED, SO_PEERGROUPS, SO_PEERNAME, SO_PEERPIDFD,
  SO_PEERSEC, SO_PREFER_BUSY_POLL, SO_PRIORITY, SO_PROTOCOL, SO_RCVBUF, SO_RCVBUFFORCE,
  SO_RCVLOWAT, SO_RCVMARK, SO_RCVPRIORITY, SO_RCVTIMEO, SO_RESERVE_MEM, SO_REUSEADDR,
  SO_REUSEPORT, SO_RXQ_OVFL, SO_SELECT_ERR_QUEUE, SO_SNDBUF, SO_SNDBUFFORCE, SO_SNDLOWAT,
  SO_SNDTIMEO, SO_TIMESTAMP, SO_TIMESTAMPING, SO_TIMESTAMPNS, SO_TXREHASH, SO_TXTIME, SO_TYPE,
  SO_WIFI_STATUS, SO_ZEROCOPY, TCP_ESTABLISHED, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1,
  TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_CLOSE, TCP_CLOSE_WAIT, TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING,
  SK_MEMINFO_BACKLOG, SK_MEMINFO_DROPS, SK_MEMINFO_FWD_ALLOC, SK_MEMINFO_OPTMEM,
  SK_MEMINFO_RCVBUF, SK_MEMINFO_RMEM_ALLOC, SK_MEMINFO_SNDBUF, SK_MEMINFO_WMEM_ALLOC,
  SK_MEMINFO_WMEM_QUEUED, SOCK_RCVBUF_LOCK, SOCK_SNDBUF_LOCK, SOCK_TXREHASH_DEFAULT,
  SOCK_TXREHASH_DISABLED, SOCK_TXREHASH_ENABLED, SOF_TIMESTAMPING_BIND_PHC,
  SOF_TIMESTAMPING_OPT_CMSG, SOF_TIMESTAMPING_OPT_ID, SOF_TIMESTAMPING_OPT_PKTINFO,
  SOF_TIMESTAMPING_OPT_STATS, SOF_TIMESTAMPING_OPT_TSONLY, SOF_TIMESTAMPING_OPT_TX_SWHW,
  SOF_TIMESTAMPING_RAW_HARDWARE, SOF_TIMESTAMPING_RX_HARDWARE, SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE, SOF_TIMESTAMPING_SYS_HARDWARE, SOF_TIMESTAMPING_TX_ACK,
  SOF_TIMESTAMPING_TX_HARDWARE, SOF_TIMESTAMPING_TX_RECORD_MASK, SOF_TIMESTAMPING_TX_SCHED,
  SOF_TIMESTAMPING_TX_SOFTWARE, SOF_TXTIME_DEADLINE_MODE, SOF_TXTIME_REPORT_ERRORS, SOL_AAL,
  SOL_ATM, SOL_BLUETOOTH, SOL_CAIF, SOL_CAN_BASE, SOL_DECNET, SOL_ICMPV6, SOL_IRDA, SOL_IUCV,
  SOL_KCM, SOL_LLC, SOL_MCTP, SOL_NETBEUI, SOL_NFC, SOL_PNPIPE, SOL_PPPOL2TP, SOL_RXRPC, SOL_SMC,
  SOL_VSOCK, SOL_X25, SO_RCVTIMEO_NEW, SO_RCVTIMEO_OLD, SO_SNDTIMEO_NEW, SO_SNDTIMEO_OLD,
  SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD, SO_TIMESTAMPNS_NEW, SO_TIMESTAMPNS_OLD,
  SO_TIMESTAMP_NEW, SO_TIMESTAMP_OLD, SOF_TIMESTAMPING_OPT_ID_TCP, SOF_TIMESTAMPING_OPT_RX_FILTER,
  SOF_TIMESTAMPING_TX_COMPLETION,
} = native;

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
export function getsockopt(
  sockfd: number,
  level: OptionLevel,
  optname: OptionNumber,
  optval?: Bytes,
): number {
  const int = new Int32Array(1);
  const optlen = new Uint32Array(1);
  const bytes = optval ?? int;
  check(native.getsockopt(sockfd, level, optname, bytes, optlen), "getsockopt", sockfd);
  return (optval === undefined ? int[0] : optlen[0]) ?? 0;
}

/**
 * `setsockopt(sockfd, level, optname, optval, optlen)`: changes a socket option. Does not block.
 *
 * @param optval - an int, or all bytes of the option
 * @throws SystemError EACCES, EPERM, EBADF, EDOM, EINVAL, ENOPROTOOPT: no such option at this level.
 * ENOTSOCK, EOPNOTSUPP. RangeError: the option's value holds a pointer, or is not limited by `optlen`
 * @see https://man7.org/linux/man-pages/man2/setsockopt.2.html
 */
export function setsockopt(
  sockfd: number,
  level: OptionLevel,
  optname: OptionNumber,
  optval: number | Bytes,
): void {
  const bytes =
    typeof optval === "number"
      ? Int32Array.of(checkInteger(optval, "optval", -(2 ** 31), 2 ** 31 - 1))
      : optval;
  check(native.setsockopt(sockfd, level, optname, bytes), "setsockopt", sockfd);
}
