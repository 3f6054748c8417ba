// The layouts of the kernel's structures, as the addon exports them. lib/memory/ reads and writes them.
import type { SctpStructs } from "./structs_sctp.ts";

/** The position and type of one field of a structure. */
export interface Field {
  /** The offset from the start of the structure, in bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  readonly signed: boolean;
  /** For a bit field, its bits in the byte at `offset`; otherwise 0. */
  readonly mask: number;
  /** Whether it is in network byte order. */
  readonly network: boolean;
}

export declare const wide: unique symbol;

/** A C structure. `WideFields` are the numbers of eight bytes, `Fields` all other fields. */
export interface Struct<Fields extends string, WideFields extends string = never> {
  readonly sizeof: number;
  readonly fields: Readonly<Record<Fields | WideFields, Field>>;
  readonly [wide]?: WideFields | undefined;
}

interface SocketStructs {
  readonly linger: Struct<"onoff" | "linger">;
  readonly sock_filter: Struct<"code" | "jt" | "jf" | "k">;
  readonly sock_txtime: Struct<"clockid" | "flags">;
  readonly timeval: Struct<"sec" | "usec">;
  readonly ucred: Struct<"pid" | "uid" | "gid">;
}

interface IpStructs {
  readonly group_req: Struct<"interface" | "group">;
  readonly group_source_req: Struct<"interface" | "group" | "source">;
  readonly in6_pktinfo: Struct<"addr" | "ifindex">;
  readonly ip6_mtuinfo: Struct<"addr" | "mtu">;
  readonly ip_mreq_source: Struct<"multiaddr" | "interface" | "sourceaddr">;
  readonly ip_mreqn: Struct<"multiaddr" | "address" | "ifindex">;
  readonly ipv6_mreq: Struct<"multiaddr" | "interface">;
}

interface TcpStructs {
  readonly mptcp_info: Struct<
    | "subflows"
    | "add_addr_signal"
    | "add_addr_accepted"
    | "subflows_max"
    | "add_addr_signal_max"
    | "add_addr_accepted_max"
    | "flags"
    | "token"
    | "local_addr_used"
    | "local_addr_max"
    | "csum_enabled",
    "write_seq" | "snd_una" | "rcv_nxt"
  >;
  readonly tcp_info: Struct<
    | "state"
    | "ca_state"
    | "retransmits"
    | "probes"
    | "backoff"
    | "options"
    | "snd_wscale"
    | "rcv_wscale"
    | "delivery_rate_app_limited"
    | "fastopen_client_fail"
    | "rto"
    | "ato"
    | "snd_mss"
    | "rcv_mss"
    | "unacked"
    | "sacked"
    | "lost"
    | "retrans"
    | "fackets"
    | "last_data_sent"
    | "last_ack_sent"
    | "last_data_recv"
    | "last_ack_recv"
    | "pmtu"
    | "rcv_ssthresh"
    | "rtt"
    | "rttvar"
    | "snd_ssthresh"
    | "snd_cwnd"
    | "advmss"
    | "reordering"
    | "rcv_rtt"
    | "rcv_space"
    | "total_retrans"
    | "segs_out"
    | "segs_in"
    | "notsent_bytes"
    | "min_rtt"
    | "data_segs_in"
    | "data_segs_out"
    | "delivered"
    | "delivered_ce"
    | "dsack_dups"
    | "reord_seen"
    | "rcv_ooopack"
    | "snd_wnd",
    | "pacing_rate"
    | "max_pacing_rate"
    | "bytes_acked"
    | "bytes_received"
    | "delivery_rate"
    | "busy_time"
    | "rwnd_limited"
    | "sndbuf_limited"
    | "bytes_sent"
    | "bytes_retrans"
  >;
  readonly tcp_repair_window: Struct<"snd_wl1" | "snd_wnd" | "max_window" | "rcv_wnd" | "rcv_wup">;
}

interface LinkStructs {
  readonly bcm_msg_head: Struct<
    | "opcode"
    | "flags"
    | "count"
    | "ival1_sec"
    | "ival1_usec"
    | "ival2_sec"
    | "ival2_usec"
    | "can_id"
    | "nframes"
  >;
  readonly can_filter: Struct<"id" | "mask">;
  readonly can_frame: Struct<"can_id" | "len" | "data">;
  readonly can_isotp_fc_options: Struct<"bs" | "stmin" | "wftmax">;
  readonly can_isotp_ll_options: Struct<"mtu" | "tx_dl" | "tx_flags">;
  readonly can_isotp_options: Struct<
    "flags" | "frame_txtime" | "ext_address" | "txpad_content" | "rxpad_content" | "rx_ext_address"
  >;
  readonly canfd_frame: Struct<"can_id" | "len" | "flags" | "data">;
  readonly packet_mreq: Struct<"ifindex" | "type" | "alen" | "address">;
  readonly tpacket_req: Struct<"block_size" | "block_nr" | "frame_size" | "frame_nr">;
  readonly tpacket_rollover_stats: Struct<never, "all" | "huge" | "failed">;
  readonly tpacket_stats: Struct<"packets" | "drops">;
  readonly xdp_statistics: Struct<
    never,
    | "rx_dropped"
    | "rx_invalid_descs"
    | "tx_invalid_descs"
    | "rx_ring_full"
    | "rx_fill_ring_empty_descs"
    | "tx_ring_empty_descs"
  >;
}

interface AddressStructs {
  readonly sockaddr_alg: Struct<"family" | "type" | "feat" | "mask" | "name">;
  readonly sockaddr_can: Struct<"family" | "ifindex" | "rx_id" | "tx_id" | "pgn" | "addr", "name">;
  readonly sockaddr_in: Struct<"family" | "port" | "addr">;
  readonly sockaddr_in6: Struct<"family" | "port" | "flowinfo" | "addr" | "scope_id">;
  readonly sockaddr_ll: Struct<
    "family" | "protocol" | "ifindex" | "hatype" | "pkttype" | "halen" | "addr"
  >;
  readonly sockaddr_nl: Struct<"family" | "pid" | "groups">;
  readonly sockaddr_un: Struct<"family" | "path">;
  readonly sockaddr_vm: Struct<"family" | "port" | "cid" | "flags">;
}

interface EventStructs {
  readonly flock: Struct<"type" | "whence" | "start" | "len" | "pid">;
  readonly epoll_params: Struct<"busy_poll_usecs" | "busy_poll_budget" | "prefer_busy_poll">;
  readonly inotify_event: Struct<"wd" | "mask" | "cookie" | "len">;
  readonly siginfo_t: Struct<
    "signo" | "code" | "pid" | "uid" | "status" | "int" | "fd" | "band" | "overrun"
  >;
  readonly signalfd_siginfo: Struct<
    "signo" | "code" | "pid" | "uid" | "fd" | "band" | "overrun" | "status" | "int"
  >;
}

interface ControlStructs {
  readonly af_alg_iv: Struct<"ivlen">;
  readonly cmsghdr: Struct<"len" | "level" | "type">;
  readonly in_pktinfo: Struct<"ifindex" | "spec_dst" | "addr">;
  readonly sctp_prinfo: Struct<"policy" | "value">;
  readonly sctp_rcvinfo: Struct<
    "sid" | "ssn" | "flags" | "ppid" | "tsn" | "cumtsn" | "context" | "assoc_id"
  >;
  readonly sock_extended_err: Struct<"errno" | "origin" | "type" | "code" | "info" | "data">;
  readonly timespec: Struct<"sec" | "nsec">;
}

interface NetlinkStructs {
  readonly ifa_cacheinfo: Struct<"ifa_prefered" | "ifa_valid" | "cstamp" | "tstamp">;
  readonly ifaddrmsg: Struct<"family" | "prefixlen" | "flags" | "scope" | "index">;
  readonly ifinfomsg: Struct<"family" | "type" | "index" | "flags" | "change">;
  readonly nlattr: Struct<"len" | "type">;
  readonly nlmsgerr: Struct<"error">;
  readonly nlmsghdr: Struct<"len" | "type" | "flags" | "seq" | "pid">;
  readonly rtmsg: Struct<
    "family" | "dst_len" | "src_len" | "tos" | "table" | "protocol" | "scope" | "type" | "flags"
  >;
  readonly rtnexthop: Struct<"len" | "flags" | "hops" | "ifindex">;
}

interface IoUringStructs {
  readonly io_uring_cqe: Struct<"res" | "flags", "user_data">;
  readonly io_uring_params: Struct<"sq_entries" | "cq_entries" | "flags">;
}

/** Every structure, by its C name. Field names omit the prefix that all fields of a structure share. */
export interface Structs
  extends
    AddressStructs,
    ControlStructs,
    EventStructs,
    IoUringStructs,
    IpStructs,
    LinkStructs,
    NetlinkStructs,
    SctpStructs,
    SocketStructs,
    TcpStructs {}
