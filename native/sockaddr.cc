#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/result.h"

namespace {

// The size of a binary address of this family, in bytes; 0 for a family that inet_pton rejects.
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
  uint8_t* const dst = args.Struct<uint8_t>("dst", AddressSize(af)).data;
  if (args.failed()) return {};
  // Text after a null byte would be dropped silently.
  const bool whole = src.find('\0') == std::string::npos;
  return Result(info.Env(), whole ? ::inet_pton(af, src.c_str(), dst) : 0);
}

// const char* inet_ntop(int af, const void* src, char* dst, socklen_t size);
Napi::Value InetNtop(const Napi::CallbackInfo& info) {
  Args args(info);
  const int af = args.Int("af");
  const uint8_t* const src = args.Struct<uint8_t>("src", AddressSize(af)).data;
  if (args.failed()) return {};
  char dst[INET6_ADDRSTRLEN];
  if (::inet_ntop(af, src, dst, sizeof(dst)) == nullptr) return Result(info.Env(), -1);
  return Napi::String::New(info.Env(), dst);
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sockaddr_in);
    FIELD(sin_, family);
    NETWORK_FIELD(sin_, port);
    FIELD(sin_, addr);
  }
  {
    LAYOUT(sockaddr_in6);
    FIELD(sin6_, family);
    NETWORK_FIELD(sin6_, port);
    NETWORK_FIELD(sin6_, flowinfo);
    FIELD(sin6_, addr);
    FIELD(sin6_, scope_id);
  }
  {
    LAYOUT(sockaddr_un);
    FIELD(sun_, family);
    FIELD(sun_, path);
  }
}

}  // namespace

void RegisterSockaddr(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("inet_pton", InetPton);
  EXPORT_FUNCTION("inet_ntop", InetNtop);
}
