#include <netinet/in.h>
#include <sys/socket.h>

#include "support/args.h"
#include "support/export.h"
#include "support/missing.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// An address is passed as a typed array of exactly its length.
struct In {
  const sockaddr* addr;
  socklen_t len;
  In(Args& args, const char* name) {
    const Span<uint8_t> bytes = args.Bytes(name);
    addr = reinterpret_cast<const sockaddr*>(bytes.data);
    len = static_cast<socklen_t>(bytes.count);
  }
};

// `addr` receives an address, and `addrlen[0]` its full length, which exceeds the size of `addr` if
// the address was truncated. Both may be null if `optional`: where the man page allows it.
struct Out {
  sockaddr* addr;
  // The kernel gets a copy of `addrlen`: in shared memory another thread could increase it between
  // our check and the kernel's read.
  socklen_t len;
  Span<socklen_t> addrlen;

  Out(Args& args, bool optional) {
    const Span<uint8_t> bytes = optional ? args.OptionalBytes("addr") : args.Bytes("addr");
    addr = reinterpret_cast<sockaddr*>(bytes.data);
    len = static_cast<socklen_t>(bytes.count);
    addrlen = args.OptionalStruct<socklen_t>("addrlen");
    if (addr != nullptr && addrlen.data == nullptr) {
      args.OutOfRange("addrlen", "given where addr is");
    }
  }
  socklen_t* lenp() { return addr == nullptr ? nullptr : &len; }
  int Report(int result) const {
    if (result >= 0 && addrlen.data != nullptr) addrlen.Set(len);
    return result;
  }
};

// int socket(int domain, int type, int protocol);
Napi::Value Socket(const Napi::CallbackInfo& info) {
  Args args(info);
  const int domain = args.Int("domain");
  const int type = args.Int("type");
  const int protocol = args.Int("protocol");
  if (args.failed()) return {};
  return Opened(info.Env(), ::socket(domain, type, protocol));
}

// int socketpair(int domain, int type, int protocol, int sv[2]);
Napi::Value Socketpair(const Napi::CallbackInfo& info) {
  Args args(info);
  const int domain = args.Int("domain");
  const int type = args.Int("type");
  const int protocol = args.Int("protocol");
  const Span<int> out = args.Struct<int>("sv", 2);
  if (args.failed()) return {};
  int sv[2];
  return OpenedPair(info.Env(), ::socketpair(domain, type, protocol, sv), sv, out);
}

// int bind(int sockfd, const struct sockaddr* addr, socklen_t addrlen);
Napi::Value Bind(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const In address(args, "addr");
  if (args.failed()) return {};
  return Result(info.Env(), ::bind(sockfd, address.addr, address.len));
}

// int listen(int sockfd, int backlog);
Napi::Value Listen(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int backlog = args.Int("backlog");
  if (args.failed()) return {};
  return Result(info.Env(), ::listen(sockfd, backlog));
}

// int accept4(int sockfd, struct sockaddr* addr, socklen_t* addrlen, int flags);
Napi::Value Accept4(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  Out peer(args, true);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), peer.Report(::accept4(sockfd, peer.addr, peer.lenp(), flags)));
}

// int connect(int sockfd, const struct sockaddr* addr, socklen_t addrlen);
Napi::Value Connect(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const In address(args, "addr");
  if (args.failed()) return {};
  return Result(info.Env(), ::connect(sockfd, address.addr, address.len));
}

// int shutdown(int sockfd, int how);
Napi::Value Shutdown(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int how = args.Int("how");
  if (args.failed()) return {};
  return Result(info.Env(), ::shutdown(sockfd, how));
}

// int getsockname(int sockfd, struct sockaddr* addr, socklen_t* addrlen);
Napi::Value Getsockname(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  Out address(args, false);
  if (args.failed()) return {};
  return Result(info.Env(), address.Report(::getsockname(sockfd, address.addr, address.lenp())));
}

// int getpeername(int sockfd, struct sockaddr* addr, socklen_t* addrlen);
Napi::Value Getpeername(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  Out address(args, false);
  if (args.failed()) return {};
  return Result(info.Env(), address.Report(::getpeername(sockfd, address.addr, address.lenp())));
}

}  // namespace

void RegisterSocket(Napi::Object exports) {
  EXPORT_FUNCTION("socket", Socket);
  EXPORT_FUNCTION("socketpair", Socketpair);
  EXPORT_FUNCTION("bind", Bind);
  EXPORT_FUNCTION("listen", Listen);
  EXPORT_FUNCTION("accept4", Accept4);
  EXPORT_FUNCTION("connect", Connect);
  EXPORT_FUNCTION("shutdown", Shutdown);
  EXPORT_FUNCTION("getsockname", Getsockname);
  EXPORT_FUNCTION("getpeername", Getpeername);

  EXPORT_CONSTANTS(AF_UNSPEC, AF_UNIX, AF_LOCAL, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_CAN,
                   AF_VSOCK, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET,
                   SOCK_CLOEXEC, SOCK_NONBLOCK, IPPROTO_IP, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP,
                   IPPROTO_IPV6, IPPROTO_ICMPV6, IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_RAW,
                   SHUT_RD, SHUT_WR, SHUT_RDWR, SOMAXCONN);
  constexpr size_t sizeof_sockaddr_storage = sizeof(sockaddr_storage);
  EXPORT_CONSTANTS(sizeof_sockaddr_storage);

  EXPORT_CONSTANTS(AF_ALG, AF_APPLETALK, AF_ASH, AF_ATMPVC, AF_ATMSVC, AF_AX25, AF_BLUETOOTH,
                   AF_BRIDGE, AF_CAIF, AF_DECnet, AF_ECONET, AF_IB, AF_IEEE802154, AF_IPX, AF_IRDA,
                   AF_ISDN, AF_IUCV, AF_KCM, AF_KEY, AF_LLC, AF_MCTP, AF_MPLS, AF_NETBEUI,
                   AF_NETROM, AF_NFC, AF_PHONET, AF_PPPOX, AF_QIPCRTR, AF_RDS, AF_ROSE, AF_ROUTE,
                   AF_RXRPC, AF_SECURITY, AF_SMC, AF_SNA, AF_TIPC, AF_WANPIPE, AF_X25, AF_XDP);
  EXPORT_CONSTANTS(INADDR_ALLHOSTS_GROUP, INADDR_ALLRTRS_GROUP, INADDR_ALLSNOOPERS_GROUP,
                   INADDR_ANY, INADDR_BROADCAST, INADDR_DUMMY, INADDR_LOOPBACK,
                   INADDR_MAX_LOCAL_GROUP, INADDR_NONE, INADDR_UNSPEC_GROUP);
  EXPORT_CONSTANTS(IPPORT_RESERVED, IPPORT_USERRESERVED);
  EXPORT_CONSTANTS(IPPROTO_AH, IPPROTO_BEETPH, IPPROTO_COMP, IPPROTO_DCCP, IPPROTO_DSTOPTS,
                   IPPROTO_EGP, IPPROTO_ENCAP, IPPROTO_ESP, IPPROTO_ETHERNET, IPPROTO_FRAGMENT,
                   IPPROTO_GRE, IPPROTO_HOPOPTS, IPPROTO_IDP, IPPROTO_IGMP, IPPROTO_IPIP,
                   IPPROTO_MH, IPPROTO_MPLS, IPPROTO_MPTCP, IPPROTO_MTP, IPPROTO_NONE, IPPROTO_PIM,
                   IPPROTO_PUP, IPPROTO_ROUTING, IPPROTO_RSVP, IPPROTO_TP);
  EXPORT_CONSTANTS(PF_ALG, PF_CAN, PF_INET, PF_INET6, PF_KEY, PF_LOCAL, PF_NETLINK, PF_PACKET,
                   PF_RDS, PF_ROUTE, PF_TIPC, PF_UNIX, PF_UNSPEC, PF_VSOCK, PF_XDP);
  EXPORT_CONSTANTS(SOCK_DCCP, SOCK_PACKET);
}
