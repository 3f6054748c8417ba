import type { OptionInput, OptionValue, ReadableOption, WritableOption } from "../../lib/index.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

const { AF_CAN, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX, AF_VSOCK } = sys;
const { IPPROTO_SCTP, IPPROTO_UDPLITE, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM } = sys;

/** The sockets that options are tried on. */
export const SOCKETS = {
  tcp: () => Socket.open(AF_INET, SOCK_STREAM),
  tcp6: () => Socket.open(AF_INET6, SOCK_STREAM),
  udp: () => Socket.open(AF_INET, SOCK_DGRAM),
  udp6: () => Socket.open(AF_INET6, SOCK_DGRAM),
  udplite: () => Socket.open(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE),
  raw: () => Socket.open(AF_INET, SOCK_RAW, sys.IPPROTO_ICMP),
  rawRaw: () => Socket.open(AF_INET, SOCK_RAW, sys.IPPROTO_RAW),
  raw6: () => Socket.open(AF_INET6, SOCK_RAW, sys.IPPROTO_ICMPV6),
  rawRaw6: () => Socket.open(AF_INET6, SOCK_RAW, sys.IPPROTO_RAW),
  rawOther6: () => Socket.open(AF_INET6, SOCK_RAW, 253),
  unix: () => Socket.open(AF_UNIX, SOCK_DGRAM),
  packet: () => Socket.open(AF_PACKET, SOCK_RAW),
  netlink: () => Socket.open(AF_NETLINK, SOCK_RAW),
  vsock: () => Socket.open(AF_VSOCK, SOCK_STREAM),
  sctp: () => Socket.open(AF_INET, SOCK_STREAM, IPPROTO_SCTP),
  can: () => Socket.open(AF_CAN, SOCK_RAW, 1),
  isotp: () => Socket.open(AF_CAN, SOCK_DGRAM, 6),
  j1939: () => Socket.open(AF_CAN, SOCK_DGRAM, 7),
  tipc: () => Socket.open(30, SOCK_DGRAM),
  dccp: () => Socket.open(AF_INET, 6, 33),
} satisfies Record<string, () => Socket>;

export type On = keyof typeof SOCKETS;

/** A value that an option can be set to, and what it then is. */
export interface Case {
  readonly name: ReadableOption & WritableOption;
  readonly on: On;
  readonly value: unknown;
  readonly read: unknown;
}

function on<N extends ReadableOption & WritableOption>(
  where: On,
  name: N,
  value: OptionInput<N>,
  read?: OptionValue<N>,
): Case {
  return { name, on: where, value, read: read ?? value };
}

const flags = (where: On, ...names: (ReadableOption & WritableOption)[]): Case[] =>
  names.map((name) => ({ name, on: where, value: true, read: true }));
const off = (where: On, ...names: (ReadableOption & WritableOption)[]): Case[] =>
  names.map((name) => ({ name, on: where, value: false, read: false }));

const noAssociation = { assoc_id: 0 };

export const CASES: readonly Case[] = [
  // socket(7)
  ...flags("udp", "SO_BROADCAST", "SO_DONTROUTE", "SO_KEEPALIVE", "SO_LOCK_FILTER", "SO_NO_CHECK"),
  ...flags("udp", "SO_OOBINLINE", "SO_RCVMARK", "SO_RCVPRIORITY", "SO_REUSEADDR", "SO_REUSEPORT"),
  ...flags("udp", "SO_RXQ_OVFL", "SO_SELECT_ERR_QUEUE", "SO_TIMESTAMP", "SO_TIMESTAMPNS"),
  ...flags("udp", "SO_WIFI_STATUS", "SO_ZEROCOPY", "SO_PREFER_BUSY_POLL", "SO_NOFCS", "SO_DEBUG"),
  ...flags("unix", "SO_PASSCRED", "SO_PASSPIDFD", "SO_PASSSEC"),
  ...off("unix", "SO_PASSRIGHTS"),
  on("udp", "SO_BINDTODEVICE", "lo"),
  on("udp", "SO_BINDTOIFINDEX", "lo", 1),
  on("udp", "SO_BUF_LOCK", 3),
  on("udp", "SO_BUSY_POLL", 77),
  on("udp", "SO_INCOMING_CPU", 1),
  on("udp", "SO_LINGER", { onoff: true, linger: 7 }),
  on("udp", "SO_MARK", 0xfedc_ba98),
  on("udp", "SO_MAX_PACING_RATE", 123_456n),
  on("unix", "SO_PEEK_OFF", 12),
  on("udp", "SO_PRIORITY", 5),
  on("udp", "SO_RCVBUF", 40_000, 80_000),
  on("tcp", "SO_RCVLOWAT", 100),
  on("udp", "SO_RCVTIMEO", { sec: 3, usec: 500_000 }),
  on("tcp", "SO_RESERVE_MEM", 4096),
  on("udp", "SO_SNDBUF", 50_000, 100_000),
  on("udp", "SO_SNDTIMEO", { sec: 4, usec: 500_000 }),
  on("udp", "SO_TIMESTAMPING", 1 << 4),
  on("tcp", "SO_TXREHASH", 0),
  on("udp", "SO_TXTIME", { clockid: sys.CLOCK_MONOTONIC, flags: 0 }),

  // tcp(7)
  ...flags("tcp", "TCP_CORK", "TCP_FASTOPEN_CONNECT", "TCP_FASTOPEN_NO_COOKIE", "TCP_INQ"),
  ...flags("tcp", "TCP_NODELAY", "TCP_THIN_LINEAR_TIMEOUTS"),
  ...off("tcp", "TCP_QUICKACK"),
  on("tcp", "TCP_CONGESTION", "reno"),
  on("tcp", "TCP_DEFER_ACCEPT", 3),
  on("tcp", "TCP_DELACK_MAX_US", 20_000),
  on("tcp", "TCP_FASTOPEN", 5),
  on(
    "tcp",
    "TCP_FASTOPEN_KEY",
    Uint8Array.from({ length: 16 }, (_, index) => index),
  ),
  on("tcp", "TCP_KEEPCNT", 3),
  on("tcp", "TCP_KEEPIDLE", 33),
  on("tcp", "TCP_KEEPINTVL", 11),
  on("tcp", "TCP_LINGER2", 13),
  on("tcp", "TCP_MAXSEG", 1000),
  on("tcp", "TCP_NOTSENT_LOWAT", 70_000),
  on("tcp", "TCP_REPAIR", 1),
  on("tcp", "TCP_RTO_MAX_MS", 5000),
  on("tcp", "TCP_RTO_MIN_US", 40_000),
  on("tcp", "TCP_SAVE_SYN", 1),
  on("tcp", "TCP_SYNCNT", 2),
  on("tcp", "TCP_TX_DELAY", 3000),
  on("tcp", "TCP_USER_TIMEOUT", 4321),
  on("tcp", "TCP_WINDOW_CLAMP", 30_000),

  // ip(7), udp(7)
  ...flags("udp", "IP_BIND_ADDRESS_NO_PORT", "IP_CHECKSUM", "IP_FREEBIND", "IP_PASSSEC"),
  ...flags("udp", "IP_PKTINFO", "IP_RECVERR", "IP_RECVERR_RFC4884", "IP_RECVFRAGSIZE"),
  ...flags(
    "udp",
    "IP_RECVOPTS",
    "IP_RECVORIGDSTADDR",
    "IP_RECVTOS",
    "IP_RECVTTL",
    "IP_RETOPTS",
    "IP_RECVRETOPTS",
  ),
  ...flags("udp", "IP_TRANSPARENT", "UDP_CORK", "UDP_GRO", "UDP_NO_CHECK6_RX", "UDP_NO_CHECK6_TX"),
  ...flags("raw", "IP_HDRINCL", "IP_NODEFRAG"),
  ...off("udp", "IP_MULTICAST_ALL", "IP_MULTICAST_LOOP"),
  on("udp", "IP_LOCAL_PORT_RANGE", { low: 40_000, high: 41_000 }),
  on("udp", "IP_MINTTL", 3),
  on("udp", "IP_MTU_DISCOVER", sys.IP_PMTUDISC_PROBE),
  on("udp", "IP_MULTICAST_IF", { address: "127.0.0.1" }, "127.0.0.1"),
  on("udp", "IP_MULTICAST_TTL", 9),
  on("udp", "IP_OPTIONS", Uint8Array.of(1, 1, 1, 0)), // three times "no operation", and the end
  on("udp", "IP_TOS", 0x10),
  on("udp", "IP_TTL", 17),
  on("udp", "IP_UNICAST_IF", "lo", 1),
  on("udp", "UDP_ENCAP", 2),
  on("udp", "UDP_SEGMENT", 1400),
  on("udplite", "UDPLITE_RECV_CSCOV", 20),
  on("udplite", "UDPLITE_SEND_CSCOV", 20),

  // ipv6(7)
  ...flags("udp6", "IPV6_DONTFRAG", "IPV6_FLOWINFO", "IPV6_FLOWINFO_SEND"),
  ...flags("udp6", "IPV6_FREEBIND", "IPV6_RECVDSTOPTS", "IPV6_RECVERR", "IPV6_RECVERR_RFC4884"),
  ...flags("udp6", "IPV6_RECVFRAGSIZE", "IPV6_RECVHOPLIMIT", "IPV6_RECVHOPOPTS"),
  ...flags("udp6", "IPV6_RECVORIGDSTADDR", "IPV6_RECVPATHMTU", "IPV6_RECVPKTINFO"),
  ...flags("udp6", "IPV6_RECVRTHDR", "IPV6_RECVTCLASS", "IPV6_ROUTER_ALERT_ISOLATE"),
  ...flags("udp6", "IPV6_TRANSPARENT", "IPV6_V6ONLY"),
  ...flags("rawOther6", "IPV6_HDRINCL"),
  ...off("udp6", "IPV6_AUTOFLOWLABEL", "IPV6_MULTICAST_ALL", "IPV6_MULTICAST_LOOP"),
  on("udp6", "IPV6_ADDR_PREFERENCES", 1, 0x401),
  on("rawOther6", "IPV6_CHECKSUM", 4),
  on("udp6", "IPV6_MINHOPCOUNT", 3),
  on("udp6", "IPV6_MTU_DISCOVER", sys.IP_PMTUDISC_PROBE),
  on("udp6", "IPV6_MULTICAST_HOPS", 9),
  on("udp6", "IPV6_MULTICAST_IF", "lo", 1),
  on("udp6", "IPV6_TCLASS", 0x20),
  on("udp6", "IPV6_UNICAST_HOPS", 19),
  on("udp6", "IPV6_UNICAST_IF", "lo", 1),
  // Headers with six bytes of padding; a routing header cannot be invented.
  on("udp6", "IPV6_DSTOPTS", Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 0)),
  on("udp6", "IPV6_HOPOPTS", Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 0)),
  on("udp6", "IPV6_RTHDRDSTOPTS", Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 0)),
  on("raw6", "ICMP6_FILTER", [1, 128, 255]),

  // packet(7), netlink(7), vsock(7), CAN
  ...flags("packet", "PACKET_AUXDATA", "PACKET_IGNORE_OUTGOING", "PACKET_LOSS", "PACKET_ORIGDEV"),
  ...flags("packet", "PACKET_QDISC_BYPASS", "PACKET_TX_HAS_OFF", "PACKET_VNET_HDR"),
  on("packet", "PACKET_RESERVE", 32),
  on("packet", "PACKET_TIMESTAMP", 1 << 6),
  on("packet", "PACKET_VERSION", 2),
  on("packet", "PACKET_VNET_HDR_SZ", 12),
  ...flags("netlink", "NETLINK_BROADCAST_ERROR", "NETLINK_CAP_ACK", "NETLINK_EXT_ACK"),
  ...flags("netlink", "NETLINK_GET_STRICT_CHK", "NETLINK_LISTEN_ALL_NSID", "NETLINK_NO_ENOBUFS"),
  ...flags("netlink", "NETLINK_PKTINFO"),
  on("vsock", "SO_VM_SOCKETS_BUFFER_MAX_SIZE", 300_000n),
  on("vsock", "SO_VM_SOCKETS_BUFFER_MIN_SIZE", 300n),
  on("vsock", "SO_VM_SOCKETS_BUFFER_SIZE", 200_000n),
  on("vsock", "SO_VM_SOCKETS_CONNECT_TIMEOUT", { sec: 9, usec: 500_000 }),
  ...flags("can", "CAN_RAW_FD_FRAMES", "CAN_RAW_JOIN_FILTERS", "CAN_RAW_RECV_OWN_MSGS"),
  ...flags("can", "CAN_RAW_XL_FRAMES"),
  ...off("can", "CAN_RAW_LOOPBACK"),
  on("can", "CAN_RAW_ERR_FILTER", 0xff),
  on("can", "CAN_RAW_FILTER", [{ id: 0x123, mask: 0x7ff }]),
  on("isotp", "CAN_ISOTP_LL_OPTS", { mtu: 72, tx_dl: 64, tx_flags: 1 }),
  on("isotp", "CAN_ISOTP_RECV_FC", { bs: 3, stmin: 4, wftmax: 5 }),
  on("isotp", "CAN_ISOTP_RX_STMIN", 1000),
  on("isotp", "CAN_ISOTP_TX_STMIN", 2000),
  ...flags("j1939", "SO_J1939_ERRQUEUE", "SO_J1939_PROMISC"),
  on("j1939", "SO_J1939_SEND_PRIO", 3),
  on("tipc", "TIPC_CONN_TIMEOUT", 4000),
  on("tipc", "TIPC_IMPORTANCE", 2),
  ...off("tipc", "TIPC_DEST_DROPPABLE"),
  ...flags("tipc", "TIPC_SRC_DROPPABLE"),
  ...flags("dccp", "DCCP_SOCKOPT_SERVER_TIMEWAIT"),

  // sctp(7)
  ...flags("sctp", "SCTP_DISABLE_FRAGMENTS", "SCTP_NODELAY", "SCTP_RECVNXTINFO"),
  ...flags("sctp", "SCTP_RECVRCVINFO", "SCTP_REUSE_PORT"),
  ...off("sctp", "SCTP_I_WANT_MAPPED_V4_ADDR"),
  on("sctp", "SCTP_ADAPTATION_LAYER", 77),
  on("sctp", "SCTP_FRAGMENT_INTERLEAVE", 1),
  on("sctp", "SCTP_PARTIAL_DELIVERY_POINT", 1000),
  on("sctp", "SCTP_RTOINFO", { ...noAssociation, initial: 2500, max: 50_000, min: 700 }),
  on("sctp", "SCTP_CONTEXT", { ...noAssociation, assoc_value: 5 }),
  on("sctp", "SCTP_MAX_BURST", { ...noAssociation, assoc_value: 6 }),
  on("sctp", "SCTP_MAXSEG", { ...noAssociation, assoc_value: 1000 }),
  on("sctp", "SCTP_STREAM_SCHEDULER", { ...noAssociation, assoc_value: 1 }),
  on("sctp", "SCTP_INITMSG", {
    ...{ num_ostreams: 7, max_instreams: 8, max_attempts: 3, max_init_timeo: 900 },
  }),
  on("sctp", "SCTP_DELAYED_SACK", { ...noAssociation, delay: 300, freq: 3 }),
  on("sctp", "SCTP_DEFAULT_SNDINFO", {
    ...{ ...noAssociation, sid: 2, flags: 0, ppid: 5, context: 6 },
  }),
];
