import * as sys from "../../sys/index.ts";
import { address } from "../kinds/address.ts";
import { ifindexInNetworkOrder } from "../kinds/interfaces.ts";
import { portRange } from "../kinds/ip.ts";
import {
  groupMembership,
  groupSourceMembership,
  inetInterface,
  inetMembership,
  inetSourceMembership,
} from "../kinds/multicast.ts";
import { bool, bytes, int } from "../kinds/scalars.ts";
import { at } from "../option.ts";

const { r, w, rw } = at("SOL_IP", sys.SOL_IP);
const udp = at("SOL_UDP", sys.SOL_UDP);
const udplite = at("IPPROTO_UDPLITE", sys.IPPROTO_UDPLITE);

/** The options of ip(7), and of its transports udp(7) and udplite(7). */
export const IP_LEVEL = {
  IP_ADD_MEMBERSHIP: w(sys.IP_ADD_MEMBERSHIP, inetMembership),
  IP_ADD_SOURCE_MEMBERSHIP: w(sys.IP_ADD_SOURCE_MEMBERSHIP, inetSourceMembership),
  IP_BIND_ADDRESS_NO_PORT: rw(sys.IP_BIND_ADDRESS_NO_PORT, bool, "4.2"),
  IP_BLOCK_SOURCE: w(sys.IP_BLOCK_SOURCE, inetSourceMembership),
  IP_CHECKSUM: rw(sys.IP_CHECKSUM, bool, "4.0"),
  IP_DROP_MEMBERSHIP: w(sys.IP_DROP_MEMBERSHIP, inetMembership),
  IP_DROP_SOURCE_MEMBERSHIP: w(sys.IP_DROP_SOURCE_MEMBERSHIP, inetSourceMembership),
  IP_FREEBIND: rw(sys.IP_FREEBIND, bool),
  IP_HDRINCL: rw(sys.IP_HDRINCL, bool),
  IP_LOCAL_PORT_RANGE: rw(sys.IP_LOCAL_PORT_RANGE, portRange, "6.3"),
  IP_MINTTL: rw(sys.IP_MINTTL, int, "2.6.34", "hops"),
  IP_MTU: r(sys.IP_MTU, int, "2.6", "bytes, of a connected socket"),
  IP_MTU_DISCOVER: rw(sys.IP_MTU_DISCOVER, int, "2.6", "IP_PMTUDISC_…"),
  IP_MULTICAST_ALL: rw(sys.IP_MULTICAST_ALL, bool, "2.6.31"),
  IP_MULTICAST_IF: rw(sys.IP_MULTICAST_IF, inetInterface),
  IP_MULTICAST_LOOP: rw(sys.IP_MULTICAST_LOOP, bool),
  IP_MULTICAST_TTL: rw(sys.IP_MULTICAST_TTL, int, "2.6", "hops"),
  IP_NODEFRAG: rw(sys.IP_NODEFRAG, bool, "2.6.36"),
  IP_OPTIONS: rw(sys.IP_OPTIONS, bytes, "2.6", "at most 40 bytes"),
  IP_PASSSEC: rw(sys.IP_PASSSEC, bool, "2.6.17"),
  IP_PKTINFO: rw(sys.IP_PKTINFO, bool),
  IP_PROTOCOL: r(sys.IP_PROTOCOL, int, "6.4", "IPPROTO_…"),
  IP_RECVERR: rw(sys.IP_RECVERR, bool),
  IP_RECVERR_RFC4884: rw(sys.IP_RECVERR_RFC4884, bool, "5.9"),
  IP_RECVFRAGSIZE: rw(sys.IP_RECVFRAGSIZE, bool, "4.10"),
  IP_RECVOPTS: rw(sys.IP_RECVOPTS, bool),
  IP_RECVORIGDSTADDR: rw(sys.IP_RECVORIGDSTADDR, bool, "2.6.29"),
  IP_RECVRETOPTS: rw(sys.IP_RECVRETOPTS, bool, "2.6", "as IP_RETOPTS"),
  IP_RECVTOS: rw(sys.IP_RECVTOS, bool),
  IP_RECVTTL: rw(sys.IP_RECVTTL, bool),
  IP_RETOPTS: rw(sys.IP_RETOPTS, bool),
  IP_ROUTER_ALERT: rw(sys.IP_ROUTER_ALERT, bool),
  IP_TOS: rw(sys.IP_TOS, int),
  IP_TRANSPARENT: rw(sys.IP_TRANSPARENT, bool, "2.6.24"),
  IP_TTL: rw(sys.IP_TTL, int, "2.6", "hops"),
  IP_UNBLOCK_SOURCE: w(sys.IP_UNBLOCK_SOURCE, inetSourceMembership),
  IP_UNICAST_IF: rw(sys.IP_UNICAST_IF, ifindexInNetworkOrder, "3.3", "interface"),
  MCAST_BLOCK_SOURCE: w(sys.MCAST_BLOCK_SOURCE, groupSourceMembership),
  MCAST_JOIN_GROUP: w(sys.MCAST_JOIN_GROUP, groupMembership),
  MCAST_JOIN_SOURCE_GROUP: w(sys.MCAST_JOIN_SOURCE_GROUP, groupSourceMembership),
  MCAST_LEAVE_GROUP: w(sys.MCAST_LEAVE_GROUP, groupMembership),
  MCAST_LEAVE_SOURCE_GROUP: w(sys.MCAST_LEAVE_SOURCE_GROUP, groupSourceMembership),
  MCAST_UNBLOCK_SOURCE: w(sys.MCAST_UNBLOCK_SOURCE, groupSourceMembership),
  SO_ORIGINAL_DST: r(sys.SO_ORIGINAL_DST, address, "2.6", "before a firewall's redirection"),

  UDP_CORK: udp.rw(sys.UDP_CORK, bool),
  UDP_ENCAP: udp.rw(sys.UDP_ENCAP, int, "2.6", "UDP_ENCAP_…"),
  UDP_GRO: udp.rw(sys.UDP_GRO, bool, "5.0"),
  UDP_NO_CHECK6_RX: udp.rw(sys.UDP_NO_CHECK6_RX, bool, "3.16"),
  UDP_NO_CHECK6_TX: udp.rw(sys.UDP_NO_CHECK6_TX, bool, "3.16"),
  UDP_SEGMENT: udp.rw(sys.UDP_SEGMENT, int, "4.18", "bytes"),
  UDPLITE_RECV_CSCOV: udplite.rw(sys.UDPLITE_RECV_CSCOV, int, "2.6.20", "bytes"),
  UDPLITE_SEND_CSCOV: udplite.rw(sys.UDPLITE_SEND_CSCOV, int, "2.6.20", "bytes"),
};
