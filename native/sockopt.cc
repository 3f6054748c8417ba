#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// Numbers that the headers of a build machine may not have yet, and the same on every architecture.
constexpr int kIptSoSetReplace = 64;   // also IP6T_SO_SET_REPLACE
constexpr int kArptSoSetReplace = 96;  // <linux/netfilter_arp/arp_tables.h>
constexpr int kEbtFirst = 128;         // <linux/netfilter_bridge/ebtables.h>, up to
constexpr int kEbtLast = 131;          // EBT_SO_GET_INIT_ENTRIES
constexpr int kMptcpFullInfo = 4;      // <linux/mptcp.h>, Linux 6.8
constexpr int kSolMptcp = 284;         // glibc 2.32
constexpr int kSctpConnectx3 = 111;    // <linux/sctp.h>

// Values that hold a pointer, or that the kernel writes without regard to `optlen`: raw bytes from
// JavaScript would let the kernel reach memory that is not theirs.
bool ReachesOutside(int level, int optname) {
  switch (level) {
    case SOL_SOCKET:
      return optname == SO_ATTACH_FILTER /* = SO_GET_FILTER, counts in filters, not in bytes */ ||
             optname == SO_ATTACH_REUSEPORT_CBPF;
    case IPPROTO_TCP:
      return optname == TCP_ZEROCOPY_RECEIVE;
    case IPPROTO_IP:
    case IPPROTO_IPV6:
      return optname == IP_MSFILTER || optname == MCAST_MSFILTER || optname == kIptSoSetReplace ||
             optname == kArptSoSetReplace || (optname >= kEbtFirst && optname <= kEbtLast);
    case IPPROTO_SCTP:
      return optname == kSctpConnectx3;
    case SOL_PACKET:
      return optname == PACKET_FANOUT_DATA;
    case SOL_XDP:
      return optname == XDP_UMEM_REG;
    case kSolMptcp:
      return optname == kMptcpFullInfo;
    default:
      return false;
  }
}

int Optname(Args& args, int level) {
  const int optname = args.Int("optname");
  if (ReachesOutside(level, optname)) {
    args.OutOfRange("optname", "an option whose value is plain bytes");
  }
  return optname;
}

// int getsockopt(int sockfd, int level, int optname, void* optval, socklen_t* optlen);
Napi::Value Getsockopt(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int level = args.Int("level");
  const int optname = Optname(args, level);
  const Span<uint8_t> optval = args.Bytes("optval");
  socklen_t* const optlen = args.Struct<socklen_t>("optlen");
  if (args.failed()) return {};
  // A copy, because in shared memory another thread could raise `optlen` behind our back.
  socklen_t len = static_cast<socklen_t>(optval.count);
  const int result = ::getsockopt(sockfd, level, optname, optval.data, &len);
  if (result == 0) *optlen = len;
  return Result(info.Env(), result);
}

// int setsockopt(int sockfd, int level, int optname, const void* optval, socklen_t optlen);
Napi::Value Setsockopt(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int level = args.Int("level");
  const int optname = Optname(args, level);
  const Span<uint8_t> optval = args.Bytes("optval");
  if (args.failed()) return {};
  return Result(info.Env(), ::setsockopt(sockfd, level, optname, optval.data,
                                         static_cast<socklen_t>(optval.count)));
}

}  // namespace

void RegisterSockopt(Napi::Object exports) {
  EXPORT_FUNCTION("getsockopt", Getsockopt);
  EXPORT_FUNCTION("setsockopt", Setsockopt);

  EXPORT_CONSTANT(SOL_SOCKET);
  EXPORT_CONSTANT(SOL_IP);
  EXPORT_CONSTANT(SOL_IPV6);
  EXPORT_CONSTANT(SOL_TCP);
  EXPORT_CONSTANT(SO_ACCEPTCONN);
  EXPORT_CONSTANT(SO_BINDTODEVICE);
  EXPORT_CONSTANT(SO_BROADCAST);
  EXPORT_CONSTANT(SO_BUSY_POLL);
  EXPORT_CONSTANT(SO_DEBUG);
  EXPORT_CONSTANT(SO_DOMAIN);
  EXPORT_CONSTANT(SO_DONTROUTE);
  EXPORT_CONSTANT(SO_ERROR);
  EXPORT_CONSTANT(SO_INCOMING_CPU);
  EXPORT_CONSTANT(SO_KEEPALIVE);
  EXPORT_CONSTANT(SO_LINGER);
  EXPORT_CONSTANT(SO_LOCK_FILTER);
  EXPORT_CONSTANT(SO_MARK);
  EXPORT_CONSTANT(SO_OOBINLINE);
  EXPORT_CONSTANT(SO_PASSCRED);
  EXPORT_CONSTANT(SO_PEEK_OFF);
  EXPORT_CONSTANT(SO_PEERCRED);
  EXPORT_CONSTANT(SO_PRIORITY);
  EXPORT_CONSTANT(SO_PROTOCOL);
  EXPORT_CONSTANT(SO_RCVBUF);
  EXPORT_CONSTANT(SO_RCVBUFFORCE);
  EXPORT_CONSTANT(SO_RCVLOWAT);
  EXPORT_CONSTANT(SO_RCVTIMEO);
  EXPORT_CONSTANT(SO_REUSEADDR);
  EXPORT_CONSTANT(SO_REUSEPORT);
  EXPORT_CONSTANT(SO_RXQ_OVFL);
  EXPORT_CONSTANT(SO_SNDBUF);
  EXPORT_CONSTANT(SO_SNDBUFFORCE);
  EXPORT_CONSTANT(SO_SNDLOWAT);
  EXPORT_CONSTANT(SO_SNDTIMEO);
  EXPORT_CONSTANT(SO_TIMESTAMP);
  EXPORT_CONSTANT(SO_TIMESTAMPNS);
  EXPORT_CONSTANT(SO_TYPE);
  EXPORT_CONSTANT(SO_ZEROCOPY);

  EXPORT_CONSTANT(TCP_CONGESTION);
  EXPORT_CONSTANT(TCP_CORK);
  EXPORT_CONSTANT(TCP_DEFER_ACCEPT);
  EXPORT_CONSTANT(TCP_FASTOPEN);
  EXPORT_CONSTANT(TCP_INFO);
  EXPORT_CONSTANT(TCP_KEEPCNT);
  EXPORT_CONSTANT(TCP_KEEPIDLE);
  EXPORT_CONSTANT(TCP_KEEPINTVL);
  EXPORT_CONSTANT(TCP_LINGER2);
  EXPORT_CONSTANT(TCP_MAXSEG);
  EXPORT_CONSTANT(TCP_NODELAY);
  EXPORT_CONSTANT(TCP_QUICKACK);
  EXPORT_CONSTANT(TCP_SYNCNT);
  EXPORT_CONSTANT(TCP_USER_TIMEOUT);
  EXPORT_CONSTANT(TCP_WINDOW_CLAMP);

  EXPORT_CONSTANT(IP_ADD_MEMBERSHIP);
  EXPORT_CONSTANT(IP_DROP_MEMBERSHIP);
  EXPORT_CONSTANT(IP_FREEBIND);
  EXPORT_CONSTANT(IP_HDRINCL);
  EXPORT_CONSTANT(IP_MTU);
  EXPORT_CONSTANT(IP_MTU_DISCOVER);
  EXPORT_CONSTANT(IP_MULTICAST_IF);
  EXPORT_CONSTANT(IP_MULTICAST_LOOP);
  EXPORT_CONSTANT(IP_MULTICAST_TTL);
  EXPORT_CONSTANT(IP_PKTINFO);
  EXPORT_CONSTANT(IP_RECVERR);
  EXPORT_CONSTANT(IP_RECVTOS);
  EXPORT_CONSTANT(IP_RECVTTL);
  EXPORT_CONSTANT(IP_TOS);
  EXPORT_CONSTANT(IP_TRANSPARENT);
  EXPORT_CONSTANT(IP_TTL);

  EXPORT_CONSTANT(IPV6_JOIN_GROUP);
  EXPORT_CONSTANT(IPV6_LEAVE_GROUP);
  EXPORT_CONSTANT(IPV6_MULTICAST_HOPS);
  EXPORT_CONSTANT(IPV6_MULTICAST_IF);
  EXPORT_CONSTANT(IPV6_MULTICAST_LOOP);
  EXPORT_CONSTANT(IPV6_RECVERR);
  EXPORT_CONSTANT(IPV6_RECVHOPLIMIT);
  EXPORT_CONSTANT(IPV6_RECVPKTINFO);
  EXPORT_CONSTANT(IPV6_TCLASS);
  EXPORT_CONSTANT(IPV6_UNICAST_HOPS);
  EXPORT_CONSTANT(IPV6_V6ONLY);
}
