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
  | "NETLINK_RDMA" | "NETLINK_CRYPTO";

// prettier-ignore
type PacketConstant =
  | "sizeof_sockaddr_ll" | "offsetof_sockaddr_ll_protocol" | "offsetof_sockaddr_ll_ifindex"
  | "offsetof_sockaddr_ll_hatype" | "offsetof_sockaddr_ll_pkttype" | "offsetof_sockaddr_ll_halen"
  | "offsetof_sockaddr_ll_addr" | "PACKET_HOST" | "PACKET_BROADCAST" | "PACKET_MULTICAST"
  | "PACKET_OTHERHOST" | "PACKET_OUTGOING" | "ETH_P_LOOP" | "ETH_P_IP" | "ETH_P_ARP"
  | "ETH_P_8021Q" | "ETH_P_IPV6" | "ETH_P_802_3" | "ETH_P_ALL" | "ETH_P_802_2" | "ETH_P_CAN";

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
  | VsockConstant;
