#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// The size of a binary address of this family; 0 for a family that inet_pton does not know.
int AddressSize(int af) {
  switch (af) {
    case AF_INET:
      return sizeof(in_addr);
    case AF_INET6:
      return sizeof(in6_addr);
    default:
      return 0;
  }
}

// int inet_pton(int af, const char* src, void* dst);
Napi::Value InetPton(const Napi::CallbackInfo& info) {
  Args args(info);
  const int af = args.Int("af");
  const std::string src = args.String("src");
  uint8_t* const dst = args.Struct<uint8_t>("dst", AddressSize(af));
  if (args.failed()) return {};
  // What stands behind a NUL would be cut off unseen.
  const bool whole = src.find('\0') == std::string::npos;
  return Result(info.Env(), whole ? ::inet_pton(af, src.c_str(), dst) : 0);
}

// const char* inet_ntop(int af, const void* src, char* dst, socklen_t size);
Napi::Value InetNtop(const Napi::CallbackInfo& info) {
  Args args(info);
  const int af = args.Int("af");
  const uint8_t* const src = args.Struct<uint8_t>("src", AddressSize(af));
  if (args.failed()) return {};
  char dst[INET6_ADDRSTRLEN];
  if (::inet_ntop(af, src, dst, sizeof(dst)) == nullptr) return Result(info.Env(), -1);
  return Napi::String::New(info.Env(), dst);
}

}  // namespace

void RegisterSockaddr(Napi::Object exports) {
  EXPORT_FUNCTION("inet_pton", InetPton);
  EXPORT_FUNCTION("inet_ntop", InetNtop);

  constexpr size_t sizeof_sockaddr_in = sizeof(sockaddr_in);
  constexpr size_t offsetof_sockaddr_in_port = offsetof(sockaddr_in, sin_port);
  constexpr size_t offsetof_sockaddr_in_addr = offsetof(sockaddr_in, sin_addr);
  EXPORT_CONSTANT(sizeof_sockaddr_in);
  EXPORT_CONSTANT(offsetof_sockaddr_in_port);
  EXPORT_CONSTANT(offsetof_sockaddr_in_addr);

  constexpr size_t sizeof_sockaddr_in6 = sizeof(sockaddr_in6);
  constexpr size_t offsetof_sockaddr_in6_port = offsetof(sockaddr_in6, sin6_port);
  constexpr size_t offsetof_sockaddr_in6_flowinfo = offsetof(sockaddr_in6, sin6_flowinfo);
  constexpr size_t offsetof_sockaddr_in6_addr = offsetof(sockaddr_in6, sin6_addr);
  constexpr size_t offsetof_sockaddr_in6_scope_id = offsetof(sockaddr_in6, sin6_scope_id);
  EXPORT_CONSTANT(sizeof_sockaddr_in6);
  EXPORT_CONSTANT(offsetof_sockaddr_in6_port);
  EXPORT_CONSTANT(offsetof_sockaddr_in6_flowinfo);
  EXPORT_CONSTANT(offsetof_sockaddr_in6_addr);
  EXPORT_CONSTANT(offsetof_sockaddr_in6_scope_id);

  constexpr size_t sizeof_sockaddr_un = sizeof(sockaddr_un);
  constexpr size_t offsetof_sockaddr_un_path = offsetof(sockaddr_un, sun_path);
  EXPORT_CONSTANT(sizeof_sockaddr_un);
  EXPORT_CONSTANT(offsetof_sockaddr_un_path);
}
