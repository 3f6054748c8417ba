// The names of what the addon exports of interfaces, netlink and their addresses.

// prettier-ignore
type CanConstant =
  | "sizeof_sockaddr_can" | "offsetof_sockaddr_can_ifindex" | "offsetof_sockaddr_can_rx_id"
  | "offsetof_sockaddr_can_tx_id" | "offsetof_sockaddr_can_name" | "offsetof_sockaddr_can_pgn"
  | "offsetof_sockaddr_can_addr" | "CAN_RAW" | "CAN_BCM" | "CAN_ISOTP" | "CAN_J1939"
  | "CAN_EFF_FLAG" | "CAN_RTR_FLAG" | "CAN_ERR_FLAG" | "CAN_SFF_MASK" | "CAN_EFF_MASK"
  | "J1939_NO_ADDR" | "J1939_NO_NAME" | "J1939_NO_PGN";

// prettier-ignore
type InterfaceConstant =
  | "IF_NAMESIZE" | "IFF_UP" | "IFF_BROADCAST" | "IFF_DEBUG" | "IFF_LOOPBACK" | "IFF_POINTOPOINT"
  | "IFF_NOTRAILERS" | "IFF_RUNNING" | "IFF_NOARP" | "IFF_PROMISC" | "IFF_ALLMULTI" | "IFF_MASTER"
  | "IFF_SLAVE" | "IFF_MULTICAST" | "IFF_PORTSEL" | "IFF_AUTOMEDIA" | "IFF_DYNAMIC";

// prettier-ignore
type IoctlConstant =
  | "sizeof_ifreq" | "offsetof_ifreq_ifru" | "FIOCLEX" | "FIONCLEX" | "FIONREAD" | "FIONBIO"
  | "FIOASYNC" | "FIOSETOWN" | "FIOGETOWN" | "SIOCSPGRP" | "SIOCGPGRP" | "SIOCATMARK" | "SIOCOUTQ"
  | "SIOCINQ" | "TIOCOUTQ" | "SIOCOUTQNSD" | "IOCTL_VM_SOCKETS_GET_LOCAL_CID" | "SIOCGSTAMP"
  | "SIOCGSTAMPNS" | "SIOCGIFNAME" | "SIOCSIFNAME" | "SIOCGIFINDEX" | "SIOCGIFFLAGS"
  | "SIOCSIFFLAGS" | "SIOCGIFADDR" | "SIOCSIFADDR" | "SIOCGIFDSTADDR" | "SIOCSIFDSTADDR"
  | "SIOCGIFBRDADDR" | "SIOCSIFBRDADDR" | "SIOCGIFNETMASK" | "SIOCSIFNETMASK" | "SIOCGIFMETRIC"
  | "SIOCSIFMETRIC" | "SIOCGIFMTU" | "SIOCSIFMTU" | "SIOCGIFHWADDR" | "SIOCSIFHWADDR"
  | "SIOCSIFHWBROADCAST" | "SIOCGIFTXQLEN" | "SIOCSIFTXQLEN" | "SIOCGIFMAP" | "SIOCADDMULTI"
  | "SIOCDELMULTI";

// prettier-ignore
type NetlinkConstant =
  | "sizeof_sockaddr_nl" | "offsetof_sockaddr_nl_pid" | "offsetof_sockaddr_nl_groups"
  | "NETLINK_ROUTE" | "NETLINK_USERSOCK" | "NETLINK_FIREWALL" | "NETLINK_SOCK_DIAG"
  | "NETLINK_NFLOG" | "NETLINK_XFRM" | "NETLINK_SELINUX" | "NETLINK_ISCSI" | "NETLINK_AUDIT"
  | "NETLINK_FIB_LOOKUP" | "NETLINK_CONNECTOR" | "NETLINK_NETFILTER" | "NETLINK_DNRTMSG"
  | "NETLINK_KOBJECT_UEVENT" | "NETLINK_GENERIC" | "NETLINK_SCSITRANSPORT" | "NETLINK_ECRYPTFS"
  | "NETLINK_RDMA" | "NETLINK_CRYPTO" | "NLM_F_REQUEST" | "NLM_F_MULTI" | "NLM_F_ACK"
  | "NLM_F_ECHO" | "NLM_F_DUMP_INTR" | "NLM_F_DUMP_FILTERED" | "NLM_F_ROOT" | "NLM_F_MATCH"
  | "NLM_F_ATOMIC" | "NLM_F_DUMP" | "NLM_F_REPLACE" | "NLM_F_EXCL" | "NLM_F_CREATE"
  | "NLM_F_APPEND" | "NLM_F_CAPPED" | "NLM_F_ACK_TLVS" | "NLMSG_ALIGNTO" | "NLMSG_NOOP"
  | "NLMSG_ERROR" | "NLMSG_DONE" | "NLMSG_OVERRUN" | "NLMSG_MIN_TYPE" | "NLMSGERR_ATTR_MSG"
  | "NLA_ALIGNTO" | "NLA_F_NESTED" | "NLA_F_NET_BYTEORDER" | "NLA_TYPE_MASK";

// prettier-ignore
type PacketConstant =
  | "sizeof_sockaddr_ll" | "offsetof_sockaddr_ll_protocol" | "offsetof_sockaddr_ll_ifindex"
  | "offsetof_sockaddr_ll_hatype" | "offsetof_sockaddr_ll_pkttype" | "offsetof_sockaddr_ll_halen"
  | "offsetof_sockaddr_ll_addr" | "PACKET_HOST" | "PACKET_BROADCAST" | "PACKET_MULTICAST"
  | "PACKET_OTHERHOST" | "PACKET_OUTGOING" | "ETH_P_LOOP" | "ETH_P_IP" | "ETH_P_ARP"
  | "ETH_P_8021Q" | "ETH_P_IPV6" | "ETH_P_802_3" | "ETH_P_ALL" | "ETH_P_802_2" | "ETH_P_CAN";

// prettier-ignore
type RtnetlinkConstant =
  | "RTM_NEWLINK" | "RTM_DELLINK" | "RTM_GETLINK" | "RTM_SETLINK" | "RTM_NEWADDR" | "RTM_DELADDR"
  | "RTM_GETADDR" | "RTM_NEWROUTE" | "RTM_DELROUTE" | "RTM_GETROUTE" | "RTM_NEWNEIGH"
  | "RTM_DELNEIGH" | "RTM_GETNEIGH" | "RTM_NEWRULE" | "RTM_DELRULE" | "RTM_GETRULE"
  | "RTMGRP_LINK" | "RTMGRP_NOTIFY" | "RTMGRP_NEIGH" | "RTMGRP_TC" | "RTMGRP_IPV4_IFADDR"
  | "RTMGRP_IPV4_MROUTE" | "RTMGRP_IPV4_ROUTE" | "RTMGRP_IPV4_RULE" | "RTMGRP_IPV6_IFADDR"
  | "RTMGRP_IPV6_MROUTE" | "RTMGRP_IPV6_ROUTE" | "RTMGRP_IPV6_PREFIX" | "IFLA_ADDRESS"
  | "IFLA_BROADCAST" | "IFLA_IFNAME" | "IFLA_MTU" | "IFLA_LINK" | "IFLA_QDISC" | "IFLA_MASTER"
  | "IFLA_TXQLEN" | "IFLA_OPERSTATE" | "IFLA_LINKMODE" | "IFLA_LINKINFO" | "IFLA_IFALIAS"
  | "IFLA_GROUP" | "IFLA_INFO_KIND" | "IF_OPER_UNKNOWN" | "IF_OPER_NOTPRESENT" | "IF_OPER_DOWN"
  | "IF_OPER_LOWERLAYERDOWN" | "IF_OPER_TESTING" | "IF_OPER_DORMANT" | "IF_OPER_UP"
  | "IFA_ADDRESS" | "IFA_LOCAL" | "IFA_LABEL" | "IFA_BROADCAST" | "IFA_CACHEINFO" | "IFA_FLAGS"
  | "IFA_RT_PRIORITY" | "IFA_PROTO" | "RTA_DST" | "RTA_SRC" | "RTA_IIF" | "RTA_OIF"
  | "RTA_GATEWAY" | "RTA_PRIORITY" | "RTA_PREFSRC" | "RTA_METRICS" | "RTA_MULTIPATH" | "RTA_TABLE"
  | "RTA_VIA" | "RTA_PREF" | "RT_SCOPE_UNIVERSE" | "RT_SCOPE_SITE" | "RT_SCOPE_LINK"
  | "RT_SCOPE_HOST" | "RT_SCOPE_NOWHERE" | "RT_TABLE_UNSPEC" | "RT_TABLE_DEFAULT"
  | "RT_TABLE_MAIN" | "RT_TABLE_LOCAL" | "RTPROT_UNSPEC" | "RTPROT_REDIRECT" | "RTPROT_KERNEL"
  | "RTPROT_BOOT" | "RTPROT_STATIC" | "RTPROT_RA" | "RTPROT_DHCP" | "RTN_UNSPEC" | "RTN_UNICAST"
  | "RTN_LOCAL" | "RTN_BROADCAST" | "RTN_ANYCAST" | "RTN_MULTICAST" | "RTN_BLACKHOLE"
  | "RTN_UNREACHABLE" | "RTN_PROHIBIT" | "RTN_THROW" | "RTN_NAT" | "RTN_XRESOLVE" | "RTNH_F_DEAD"
  | "RTNH_F_ONLINK" | "RTNH_F_LINKDOWN" | "RTM_F_CLONED" | "ARPHRD_ETHER" | "ARPHRD_LOOPBACK"
  | "ARPHRD_NONE" | "ARPHRD_CAN" | "ARPHRD_TUNNEL" | "ARPHRD_TUNNEL6" | "ARPHRD_SIT";

// prettier-ignore
type VsockConstant =
  | "sizeof_sockaddr_vm" | "offsetof_sockaddr_vm_port" | "offsetof_sockaddr_vm_cid"
  | "offsetof_sockaddr_vm_flags" | "VMADDR_CID_ANY" | "VMADDR_CID_HYPERVISOR" | "VMADDR_CID_LOCAL"
  | "VMADDR_CID_HOST" | "VMADDR_PORT_ANY" | "VMADDR_FLAG_TO_HOST";

/** Every constant of these. */
export type NetworkConstant =
  | CanConstant
  | InterfaceConstant
  | IoctlConstant
  | NetlinkConstant
  | PacketConstant
  | RtnetlinkConstant
  | VsockConstant;
