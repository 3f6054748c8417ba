#include <sys/socket.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/filter.h>
#include <linux/if_packet.h>

#include <climits>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/result.h"

namespace {

bool TakesProgram(int level, int optname) {
  if (level == SOL_PACKET) return optname == PACKET_FANOUT_DATA;
  return level == SOL_SOCKET &&
         (optname == SO_ATTACH_FILTER || optname == SO_ATTACH_REUSEPORT_CBPF);
}

// int setsockopt(int sockfd, int level, int optname, const struct sock_fprog* optval,
//                socklen_t optlen);
// The program is an array of struct sock_filter; its address never comes from JavaScript.
Napi::Value SetsockoptFprog(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int level = args.Int("level");
  const int optname = args.Int("optname");
  if (!TakesProgram(level, optname)) args.OutOfRange("optname", "an option that takes a program");
  const Span<sock_filter> filter = args.Structs<sock_filter>("filter");
  if (filter.count > USHRT_MAX) args.OutOfRange("filter", "at most 65535 instructions long");
  if (args.failed()) return {};
  const sock_fprog program{static_cast<unsigned short>(filter.count), filter.data};
  return Result(info.Env(), ::setsockopt(sockfd, level, optname, &program, sizeof(program)));
}

// int getsockopt(int sockfd, SOL_SOCKET, SO_GET_FILTER, struct sock_filter* optval,
//                socklen_t* optlen);
// `optlen` counts instructions, not bytes. With no room for any, the kernel only returns the
// number.
Napi::Value GetsockoptFilter(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Span<sock_filter> filter = args.Structs<sock_filter>("filter");
  const Span<socklen_t> optlen = args.Struct<socklen_t>("optlen");
  if (args.failed()) return {};
  socklen_t len = static_cast<socklen_t>(filter.count);
  const int result = ::getsockopt(sockfd, SOL_SOCKET, SO_GET_FILTER, filter.data, &len);
  if (result == 0) optlen.Set(len);
  return Result(info.Env(), result);
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sock_filter);
    FIELD(, code);
    FIELD(, jt);
    FIELD(, jf);
    FIELD(, k);
  }
}

}  // namespace

void RegisterSockoptFilter(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("setsockopt_fprog", SetsockoptFprog);
  EXPORT_FUNCTION("getsockopt_filter", GetsockoptFilter);
}
