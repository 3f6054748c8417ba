#include <netinet/in.h>
#include <sys/socket.h>

#include "support/args.h"
#include "support/export.h"
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
// the address was truncated. Both may be null where the man page allows it.
struct Out {
  sockaddr* addr;
  // The kernel gets a copy of `addrlen`: in shared memory another thread could increase it between
  // our check and the kernel's read.
  socklen_t len;
  Span<socklen_t> addrlen;

  explicit Out(Args& args) {
    const Span<uint8_t> bytes = args.OptionalBytes("addr");
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
  Out peer(args);
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
  Out address(args);
  if (args.failed()) return {};
  return Result(info.Env(), address.Report(::getsockname(sockfd, address.addr, address.lenp())));
}

// int getpeername(int sockfd, struct sockaddr* addr, socklen_t* addrlen);
Napi::Value Getpeername(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  Out address(args);
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

  EXPORT_CONSTANT(AF_UNSPEC);
  EXPORT_CONSTANT(AF_UNIX);
  EXPORT_CONSTANT(AF_LOCAL);
  EXPORT_CONSTANT(AF_INET);
  EXPORT_CONSTANT(AF_INET6);
  EXPORT_CONSTANT(AF_NETLINK);
  EXPORT_CONSTANT(AF_PACKET);
  EXPORT_CONSTANT(AF_CAN);
  EXPORT_CONSTANT(AF_VSOCK);
  EXPORT_CONSTANT(SOCK_STREAM);
  EXPORT_CONSTANT(SOCK_DGRAM);
  EXPORT_CONSTANT(SOCK_RAW);
  EXPORT_CONSTANT(SOCK_RDM);
  EXPORT_CONSTANT(SOCK_SEQPACKET);
  EXPORT_CONSTANT(SOCK_CLOEXEC);
  EXPORT_CONSTANT(SOCK_NONBLOCK);
  EXPORT_CONSTANT(IPPROTO_IP);
  EXPORT_CONSTANT(IPPROTO_ICMP);
  EXPORT_CONSTANT(IPPROTO_TCP);
  EXPORT_CONSTANT(IPPROTO_UDP);
  EXPORT_CONSTANT(IPPROTO_IPV6);
  EXPORT_CONSTANT(IPPROTO_ICMPV6);
  EXPORT_CONSTANT(IPPROTO_SCTP);
  EXPORT_CONSTANT(IPPROTO_UDPLITE);
  EXPORT_CONSTANT(IPPROTO_RAW);
  EXPORT_CONSTANT(SHUT_RD);
  EXPORT_CONSTANT(SHUT_WR);
  EXPORT_CONSTANT(SHUT_RDWR);
  EXPORT_CONSTANT(SOMAXCONN);
  constexpr size_t sizeof_sockaddr_storage = sizeof(sockaddr_storage);
  EXPORT_CONSTANT(sizeof_sockaddr_storage);
}
