#ifndef POLLUX_NATIVE_SUPPORT_OUTSIDE_H_
#define POLLUX_NATIVE_SUPPORT_OUTSIDE_H_

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/sctp.h>

#include "newer.h"

// Numbers that the headers of the build machine may lack. The same on every architecture.
inline constexpr int kIptSoSetReplace = 64;   // also IP6T_SO_SET_REPLACE
inline constexpr int kArptSoSetReplace = 96;  // <linux/netfilter_arp/arp_tables.h>
inline constexpr int kEbtFirst = 128;         // <linux/netfilter_bridge/ebtables.h>, up to
inline constexpr int kEbtLast = 131;          // EBT_SO_GET_INIT_ENTRIES
inline constexpr int kTcpAoGetKeys = 41;      // <linux/tcp.h>, Linux 6.7: writes `nkeys` entries
inline constexpr int kMptcpFullInfo = 4;      // <linux/mptcp.h>, Linux 6.8
inline constexpr int kRdsGetMr = 2;           // <linux/rds.h>, which this compiler cannot include
inline constexpr int kRdsGetMrForDest = 7;

// Options whose value holds a pointer, or whose value the kernel writes without regard to `optlen`:
// with raw bytes from JavaScript the kernel would access memory outside the buffer.
inline bool ReachesOutside(int level, int optname) {
  switch (level) {
    case SOL_SOCKET:
      return optname == SO_ATTACH_FILTER /* = SO_GET_FILTER, counts in filters, not in bytes */ ||
             optname == SO_ATTACH_REUSEPORT_CBPF;
    case IPPROTO_TCP:
      return optname == TCP_ZEROCOPY_RECEIVE || optname == kTcpAoGetKeys;
    case IPPROTO_IP:
    case IPPROTO_IPV6:
      return optname == IP_MSFILTER || optname == MCAST_MSFILTER || optname == kIptSoSetReplace ||
             optname == kArptSoSetReplace || (optname >= kEbtFirst && optname <= kEbtLast);
    case IPPROTO_SCTP:
      return optname == SCTP_SOCKOPT_CONNECTX3;
    case SOL_PACKET:
      return optname == PACKET_FANOUT_DATA;
    case SOL_RDS:
      return optname == kRdsGetMr || optname == kRdsGetMrForDest;
    case SOL_XDP:
      return optname == XDP_UMEM_REG;
    case SOL_MPTCP:
      return optname == kMptcpFullInfo;
    default:
      return false;
  }
}

#endif  // POLLUX_NATIVE_SUPPORT_OUTSIDE_H_
