import * as sys from "../../sys/index.ts";
import { address } from "../kinds/address.ts";
import { ifindex, ifindexInNetworkOrder } from "../kinds/interfaces.ts";
import { icmp6Filter, inet6PacketInfo, pathMtu } from "../kinds/ipv6.ts";
import { inet6Membership } from "../kinds/multicast.ts";
import { bool, bytes, int } from "../kinds/scalars.ts";
import { at } from "../option.ts";

const { r, w, rw } = at("SOL_IPV6", sys.SOL_IPV6);
const icmp6 = at("IPPROTO_ICMPV6", sys.IPPROTO_ICMPV6);

/** The options of ipv6(7). */
export const IPV6_LEVEL = {
  IPV6_ADDRFORM: rw(sys.IPV6_ADDRFORM, int, "2.6", "AF_INET"),
  IPV6_ADD_MEMBERSHIP: w(sys.IPV6_ADD_MEMBERSHIP, inet6Membership, "2.6", "as IPV6_JOIN_GROUP"),
  IPV6_ADDR_PREFERENCES: rw(sys.IPV6_ADDR_PREFERENCES, int, "2.6.26", "bits"),
  IPV6_AUTOFLOWLABEL: rw(sys.IPV6_AUTOFLOWLABEL, bool, "3.16"),
  IPV6_CHECKSUM: rw(sys.IPV6_CHECKSUM, int, "2.6", "offset in bytes, -1 is off"),
  IPV6_DONTFRAG: rw(sys.IPV6_DONTFRAG, bool, "2.6.35"),
  IPV6_DROP_MEMBERSHIP: w(sys.IPV6_DROP_MEMBERSHIP, inet6Membership, "2.6", "as IPV6_LEAVE_GROUP"),
  IPV6_DSTOPTS: rw(sys.IPV6_DSTOPTS, bytes),
  IPV6_FLOWINFO: rw(sys.IPV6_FLOWINFO, bool),
  IPV6_FLOWINFO_SEND: rw(sys.IPV6_FLOWINFO_SEND, bool),
  IPV6_FLOWLABEL_MGR: w(sys.IPV6_FLOWLABEL_MGR, bytes, "2.6", "struct in6_flowlabel_req"),
  IPV6_FREEBIND: rw(sys.IPV6_FREEBIND, bool, "4.15"),
  IPV6_HDRINCL: rw(sys.IPV6_HDRINCL, bool, "4.5"),
  IPV6_HOPOPTS: rw(sys.IPV6_HOPOPTS, bytes),
  IPV6_JOIN_ANYCAST: w(sys.IPV6_JOIN_ANYCAST, inet6Membership),
  IPV6_JOIN_GROUP: w(sys.IPV6_JOIN_GROUP, inet6Membership),
  IPV6_LEAVE_ANYCAST: w(sys.IPV6_LEAVE_ANYCAST, inet6Membership),
  IPV6_LEAVE_GROUP: w(sys.IPV6_LEAVE_GROUP, inet6Membership),
  IPV6_MINHOPCOUNT: rw(sys.IPV6_MINHOPCOUNT, int, "2.6.35", "hops"),
  IPV6_MTU: rw(sys.IPV6_MTU, int, "2.6", "bytes; read of a connected socket"),
  IPV6_MTU_DISCOVER: rw(sys.IPV6_MTU_DISCOVER, int, "2.6", "IP_PMTUDISC_…"),
  IPV6_MULTICAST_ALL: rw(sys.IPV6_MULTICAST_ALL, bool, "4.20"),
  IPV6_MULTICAST_HOPS: rw(sys.IPV6_MULTICAST_HOPS, int, "2.6", "hops"),
  IPV6_MULTICAST_IF: rw(sys.IPV6_MULTICAST_IF, ifindex, "2.6", "interface"),
  IPV6_MULTICAST_LOOP: rw(sys.IPV6_MULTICAST_LOOP, bool),
  IPV6_NEXTHOP: w(sys.IPV6_NEXTHOP, address),
  IPV6_PATHMTU: r(sys.IPV6_PATHMTU, pathMtu, "2.6.35", "bytes, of a connected socket"),
  IPV6_PKTINFO: w(sys.IPV6_PKTINFO, inet6PacketInfo),
  IPV6_RECVDSTOPTS: rw(sys.IPV6_RECVDSTOPTS, bool, "2.6.14"),
  IPV6_RECVERR: rw(sys.IPV6_RECVERR, bool),
  IPV6_RECVERR_RFC4884: rw(sys.IPV6_RECVERR_RFC4884, bool, "5.9"),
  IPV6_RECVFRAGSIZE: rw(sys.IPV6_RECVFRAGSIZE, bool, "4.10"),
  IPV6_RECVHOPLIMIT: rw(sys.IPV6_RECVHOPLIMIT, bool, "2.6.14"),
  IPV6_RECVHOPOPTS: rw(sys.IPV6_RECVHOPOPTS, bool, "2.6.14"),
  IPV6_RECVORIGDSTADDR: rw(sys.IPV6_RECVORIGDSTADDR, bool, "2.6.37"),
  IPV6_RECVPATHMTU: rw(sys.IPV6_RECVPATHMTU, bool, "2.6.35"),
  IPV6_RECVPKTINFO: rw(sys.IPV6_RECVPKTINFO, bool, "2.6.14"),
  IPV6_RECVRTHDR: rw(sys.IPV6_RECVRTHDR, bool, "2.6.14"),
  IPV6_RECVTCLASS: rw(sys.IPV6_RECVTCLASS, bool, "2.6.14"),
  IPV6_ROUTER_ALERT: rw(sys.IPV6_ROUTER_ALERT, int, "2.6", "-1 is off"),
  IPV6_ROUTER_ALERT_ISOLATE: rw(sys.IPV6_ROUTER_ALERT_ISOLATE, bool, "5.1"),
  IPV6_RTHDR: rw(sys.IPV6_RTHDR, bytes),
  IPV6_RTHDRDSTOPTS: rw(sys.IPV6_RTHDRDSTOPTS, bytes),
  IPV6_TCLASS: rw(sys.IPV6_TCLASS, int, "2.6.14", "-1 is the usual one"),
  IPV6_TRANSPARENT: rw(sys.IPV6_TRANSPARENT, bool, "2.6.37"),
  IPV6_UNICAST_HOPS: rw(sys.IPV6_UNICAST_HOPS, int, "2.6", "hops, -1 is the usual"),
  IPV6_UNICAST_IF: rw(sys.IPV6_UNICAST_IF, ifindexInNetworkOrder, "3.4", "interface"),
  IPV6_V6ONLY: rw(sys.IPV6_V6ONLY, bool),
  IP6T_SO_ORIGINAL_DST: r(sys.IP6T_SO_ORIGINAL_DST, address, "3.8", "as SO_ORIGINAL_DST"),

  ICMP6_FILTER: icmp6.rw(sys.ICMP6_FILTER, icmp6Filter, "2.6", "types let through"),
};
