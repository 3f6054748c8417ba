import * as sys from "../../sys/index.ts";
import { canFilters, packetMembership } from "../kinds/link.ts";
import { program } from "../kinds/programs.ts";
import { bool, bytes, int, u64, uint, uints } from "../kinds/scalars.ts";
import { timeval } from "../kinds/socket.ts";
import { struct } from "../kinds/struct.ts";
import { at } from "../option.ts";

const { structs } = sys;
const packet = at("SOL_PACKET", sys.SOL_PACKET);
const netlink = at("SOL_NETLINK", sys.SOL_NETLINK);
const vsock = at("AF_VSOCK", sys.AF_VSOCK);
const can = at("SOL_CAN_RAW", sys.SOL_CAN_RAW);
const isotp = at("SOL_CAN_ISOTP", sys.SOL_CAN_ISOTP);
const j1939 = at("SOL_CAN_J1939", sys.SOL_CAN_J1939);
const tipc = at("SOL_TIPC", sys.SOL_TIPC);
const dccp = at("SOL_DCCP", sys.SOL_DCCP);
const alg = at("SOL_ALG", sys.SOL_ALG);
const xdp = at("SOL_XDP", sys.SOL_XDP);

/** The options of packet(7), netlink(7), vsock(7), CAN, and less common families. */
export const LINK_LEVEL = {
  PACKET_ADD_MEMBERSHIP: packet.w(sys.PACKET_ADD_MEMBERSHIP, packetMembership),
  PACKET_AUXDATA: packet.rw(sys.PACKET_AUXDATA, bool, "2.6.21"),
  PACKET_COPY_THRESH: packet.w(sys.PACKET_COPY_THRESH, int, "2.6", "bytes"),
  PACKET_DROP_MEMBERSHIP: packet.w(sys.PACKET_DROP_MEMBERSHIP, packetMembership),
  PACKET_FANOUT: packet.rw(sys.PACKET_FANOUT, uint, "3.1", "group, mode << 16"),
  PACKET_FANOUT_DATA: packet.w(sys.PACKET_FANOUT_DATA, program, "4.3"),
  PACKET_IGNORE_OUTGOING: packet.rw(sys.PACKET_IGNORE_OUTGOING, bool, "4.20"),
  PACKET_LOSS: packet.rw(sys.PACKET_LOSS, bool, "2.6.31"),
  PACKET_ORIGDEV: packet.rw(sys.PACKET_ORIGDEV, bool, "2.6.22"),
  PACKET_QDISC_BYPASS: packet.rw(sys.PACKET_QDISC_BYPASS, bool, "3.14"),
  PACKET_RESERVE: packet.rw(sys.PACKET_RESERVE, uint, "2.6.27", "bytes"),
  PACKET_ROLLOVER_STATS: packet.r(
    sys.PACKET_ROLLOVER_STATS,
    struct(structs.tpacket_rollover_stats),
    "4.2",
    "packets, of a fanout",
  ),
  PACKET_RX_RING: packet.w(sys.PACKET_RX_RING, struct(structs.tpacket_req), "2.6", "bytes, counts"),
  PACKET_STATISTICS: packet.r(
    sys.PACKET_STATISTICS,
    struct(structs.tpacket_stats),
    "2.6",
    "packets, cleared by reading",
  ),
  PACKET_TIMESTAMP: packet.rw(sys.PACKET_TIMESTAMP, int, "2.6.36", "SOF_TIMESTAMPING_…"),
  PACKET_TX_HAS_OFF: packet.rw(sys.PACKET_TX_HAS_OFF, bool, "3.7"),
  PACKET_TX_RING: packet.w(
    sys.PACKET_TX_RING,
    struct(structs.tpacket_req),
    "2.6.31",
    "bytes, counts",
  ),
  PACKET_VERSION: packet.rw(sys.PACKET_VERSION, int, "2.6.27", "TPACKET_V…"),
  PACKET_VNET_HDR: packet.rw(sys.PACKET_VNET_HDR, bool, "2.6.34"),
  PACKET_VNET_HDR_SZ: packet.rw(sys.PACKET_VNET_HDR_SZ, int, "6.5", "bytes"),

  NETLINK_ADD_MEMBERSHIP: netlink.w(sys.NETLINK_ADD_MEMBERSHIP, uint, "2.6.14", "group"),
  NETLINK_BROADCAST_ERROR: netlink.rw(sys.NETLINK_BROADCAST_ERROR, bool, "2.6.30"),
  NETLINK_CAP_ACK: netlink.rw(sys.NETLINK_CAP_ACK, bool, "4.3"),
  NETLINK_DROP_MEMBERSHIP: netlink.w(sys.NETLINK_DROP_MEMBERSHIP, uint, "2.6.14", "group"),
  NETLINK_EXT_ACK: netlink.rw(sys.NETLINK_EXT_ACK, bool, "4.12"),
  NETLINK_GET_STRICT_CHK: netlink.rw(sys.NETLINK_GET_STRICT_CHK, bool, "4.20"),
  NETLINK_LISTEN_ALL_NSID: netlink.rw(sys.NETLINK_LISTEN_ALL_NSID, bool, "4.2"),
  NETLINK_LIST_MEMBERSHIPS: netlink.r(sys.NETLINK_LIST_MEMBERSHIPS, uints, "4.2", "bits"),
  NETLINK_NO_ENOBUFS: netlink.rw(sys.NETLINK_NO_ENOBUFS, bool, "2.6.30"),
  NETLINK_PKTINFO: netlink.rw(sys.NETLINK_PKTINFO, bool, "2.6.14"),

  SO_VM_SOCKETS_BUFFER_MAX_SIZE: vsock.rw(sys.SO_VM_SOCKETS_BUFFER_MAX_SIZE, u64, "3.9", "bytes"),
  SO_VM_SOCKETS_BUFFER_MIN_SIZE: vsock.rw(sys.SO_VM_SOCKETS_BUFFER_MIN_SIZE, u64, "3.9", "bytes"),
  SO_VM_SOCKETS_BUFFER_SIZE: vsock.rw(sys.SO_VM_SOCKETS_BUFFER_SIZE, u64, "3.9", "bytes"),
  SO_VM_SOCKETS_CONNECT_TIMEOUT: vsock.rw(sys.SO_VM_SOCKETS_CONNECT_TIMEOUT, timeval, "3.9"),
  SO_VM_SOCKETS_NONBLOCK_TXRX: vsock.rw(sys.SO_VM_SOCKETS_NONBLOCK_TXRX, int, "3.9"),
  SO_VM_SOCKETS_PEER_HOST_VM_ID: vsock.r(sys.SO_VM_SOCKETS_PEER_HOST_VM_ID, int, "3.9"),
  SO_VM_SOCKETS_TRUSTED: vsock.r(sys.SO_VM_SOCKETS_TRUSTED, int, "3.9"),

  CAN_RAW_ERR_FILTER: can.rw(sys.CAN_RAW_ERR_FILTER, uint, "2.6.25", "CAN_ERR_…"),
  CAN_RAW_FD_FRAMES: can.rw(sys.CAN_RAW_FD_FRAMES, bool, "3.6"),
  CAN_RAW_FILTER: can.rw(sys.CAN_RAW_FILTER, canFilters, "2.6.25"),
  CAN_RAW_JOIN_FILTERS: can.rw(sys.CAN_RAW_JOIN_FILTERS, bool, "4.1"),
  CAN_RAW_LOOPBACK: can.rw(sys.CAN_RAW_LOOPBACK, bool, "2.6.25"),
  CAN_RAW_RECV_OWN_MSGS: can.rw(sys.CAN_RAW_RECV_OWN_MSGS, bool, "2.6.25"),
  CAN_RAW_XL_FRAMES: can.rw(sys.CAN_RAW_XL_FRAMES, bool, "6.2"),
  CAN_ISOTP_LL_OPTS: isotp.rw(sys.CAN_ISOTP_LL_OPTS, struct(structs.can_isotp_ll_options), "5.10"),
  CAN_ISOTP_OPTS: isotp.rw(sys.CAN_ISOTP_OPTS, struct(structs.can_isotp_options), "5.10"),
  CAN_ISOTP_RECV_FC: isotp.rw(sys.CAN_ISOTP_RECV_FC, struct(structs.can_isotp_fc_options), "5.10"),
  CAN_ISOTP_RX_STMIN: isotp.rw(sys.CAN_ISOTP_RX_STMIN, uint, "5.10", "ns"),
  CAN_ISOTP_TX_STMIN: isotp.rw(sys.CAN_ISOTP_TX_STMIN, uint, "5.10", "ns"),
  SO_J1939_ERRQUEUE: j1939.rw(sys.SO_J1939_ERRQUEUE, bool, "5.4"),
  SO_J1939_FILTER: j1939.w(sys.SO_J1939_FILTER, bytes, "5.4", "struct j1939_filter[]"),
  SO_J1939_PROMISC: j1939.rw(sys.SO_J1939_PROMISC, bool, "5.4"),
  SO_J1939_SEND_PRIO: j1939.rw(sys.SO_J1939_SEND_PRIO, int, "5.4"),

  TIPC_CONN_TIMEOUT: tipc.rw(sys.TIPC_CONN_TIMEOUT, uint, "2.6.16", "ms"),
  TIPC_DEST_DROPPABLE: tipc.rw(sys.TIPC_DEST_DROPPABLE, bool, "2.6.16"),
  TIPC_IMPORTANCE: tipc.rw(sys.TIPC_IMPORTANCE, uint, "2.6.16"),
  TIPC_NODELAY: tipc.rw(sys.TIPC_NODELAY, bool, "5.5"),
  TIPC_NODE_RECVQ_DEPTH: tipc.r(sys.TIPC_NODE_RECVQ_DEPTH, uint, "2.6.16", "messages"),
  TIPC_SOCK_RECVQ_DEPTH: tipc.r(sys.TIPC_SOCK_RECVQ_DEPTH, uint, "2.6.16", "messages"),
  TIPC_SOCK_RECVQ_USED: tipc.r(sys.TIPC_SOCK_RECVQ_USED, uint, "4.15", "bytes"),
  TIPC_SRC_DROPPABLE: tipc.rw(sys.TIPC_SRC_DROPPABLE, bool, "2.6.16"),

  DCCP_SOCKOPT_AVAILABLE_CCIDS: dccp.r(sys.DCCP_SOCKOPT_AVAILABLE_CCIDS, bytes, "2.6.29"),
  DCCP_SOCKOPT_CCID: dccp.w(sys.DCCP_SOCKOPT_CCID, bytes, "2.6.29"),
  DCCP_SOCKOPT_GET_CUR_MPS: dccp.r(sys.DCCP_SOCKOPT_GET_CUR_MPS, int, "2.6.29", "bytes"),
  DCCP_SOCKOPT_QPOLICY_ID: dccp.rw(sys.DCCP_SOCKOPT_QPOLICY_ID, int, "2.6.38"),
  DCCP_SOCKOPT_QPOLICY_TXQLEN: dccp.rw(sys.DCCP_SOCKOPT_QPOLICY_TXQLEN, int, "2.6.38", "packets"),
  DCCP_SOCKOPT_RECV_CSCOV: dccp.rw(sys.DCCP_SOCKOPT_RECV_CSCOV, int, "2.6.20"),
  DCCP_SOCKOPT_RX_CCID: dccp.rw(sys.DCCP_SOCKOPT_RX_CCID, int, "2.6.29"),
  DCCP_SOCKOPT_SEND_CSCOV: dccp.rw(sys.DCCP_SOCKOPT_SEND_CSCOV, int, "2.6.20"),
  DCCP_SOCKOPT_SERVER_TIMEWAIT: dccp.rw(sys.DCCP_SOCKOPT_SERVER_TIMEWAIT, bool, "2.6.29"),
  DCCP_SOCKOPT_SERVICE: dccp.rw(sys.DCCP_SOCKOPT_SERVICE, bytes, "2.6.15", "__be32[]"),
  DCCP_SOCKOPT_TX_CCID: dccp.rw(sys.DCCP_SOCKOPT_TX_CCID, int, "2.6.29"),

  ALG_SET_AEAD_AUTHSIZE: alg.w(sys.ALG_SET_AEAD_AUTHSIZE, bytes, "3.19", "its length is the value"),
  ALG_SET_KEY: alg.w(sys.ALG_SET_KEY, bytes, "2.6.38"),

  XDP_MMAP_OFFSETS: xdp.r(sys.XDP_MMAP_OFFSETS, bytes, "4.18", "struct xdp_mmap_offsets"),
  XDP_OPTIONS: xdp.r(sys.XDP_OPTIONS, uint, "5.3", "bits"),
  XDP_RX_RING: xdp.w(sys.XDP_RX_RING, int, "4.18", "descriptors"),
  XDP_STATISTICS: xdp.r(sys.XDP_STATISTICS, struct(structs.xdp_statistics), "4.18"),
  XDP_TX_RING: xdp.w(sys.XDP_TX_RING, int, "4.18", "descriptors"),
  XDP_UMEM_COMPLETION_RING: xdp.w(sys.XDP_UMEM_COMPLETION_RING, int, "4.18", "descriptors"),
  XDP_UMEM_FILL_RING: xdp.w(sys.XDP_UMEM_FILL_RING, int, "4.18", "descriptors"),
};
