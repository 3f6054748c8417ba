#include <stdint.h>
#include <sys/socket.h>

// After glibc's headers: it then skips what glibc has defined.
#include <linux/sctp.h>

#include "support/args.h"
#include "support/export.h"
#include "support/missing.h"
#include "support/result.h"

namespace {

// ssize_t recv(int sockfd, void* buf, size_t len, int flags);
Napi::Value Recv(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Part buffer = args.Slice("buffer");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::recv(sockfd, buffer.data, buffer.size, flags));
}

// ssize_t send(int sockfd, const void* buf, size_t len, int flags);
Napi::Value Send(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Part buffer = args.Slice("buffer");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::send(sockfd, buffer.data, buffer.size, flags));
}

// ssize_t recvfrom(int sockfd, void* buf, size_t len, int flags, struct sockaddr* src_addr,
// socklen_t* addrlen);
Napi::Value Recvfrom(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Part buffer = args.Slice("buffer");
  const int flags = args.Int("flags");
  const Span<uint8_t> address = args.OptionalBytes("srcAddr");
  const Span<socklen_t> addrlen = args.OptionalStruct<socklen_t>("addrlen");
  if (address.data != nullptr && addrlen.data == nullptr) {
    args.OutOfRange("addrlen", "given where srcAddr is");
  }
  if (args.failed()) return {};
  sockaddr* const src_addr = reinterpret_cast<sockaddr*>(address.data);
  // A copy: in shared memory another thread could increase `addrlen` after the check.
  socklen_t len = static_cast<socklen_t>(address.count);
  const ssize_t received = ::recvfrom(sockfd, buffer.data, buffer.size, flags, src_addr,
                                      src_addr == nullptr ? nullptr : &len);
  if (received >= 0 && addrlen.data != nullptr) addrlen.Set(len);
  return Result(info.Env(), received);
}

// ssize_t sendto(int sockfd, const void* buf, size_t len, int flags, const struct sockaddr*
// dest_addr, socklen_t addrlen);
Napi::Value Sendto(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Part buffer = args.Slice("buffer");
  const int flags = args.Int("flags");
  const Span<uint8_t> address = args.OptionalBytes("destAddr");
  const int addrlen = args.Count("addrlen", address.count);
  if (args.failed()) return {};
  // An empty array means no address, as in sendmsg.
  const auto* const dest_addr =
      addrlen == 0 ? nullptr : reinterpret_cast<const sockaddr*>(address.data);
  return Result(info.Env(), ::sendto(sockfd, buffer.data, buffer.size, flags, dest_addr,
                                     static_cast<socklen_t>(addrlen)));
}

}  // namespace

void RegisterTransfer(Napi::Object exports) {
  EXPORT_FUNCTION("recv", Recv);
  EXPORT_FUNCTION("send", Send);
  EXPORT_FUNCTION("recvfrom", Recvfrom);
  EXPORT_FUNCTION("sendto", Sendto);

  EXPORT_CONSTANTS(MSG_BATCH, MSG_CMSG_CLOEXEC, MSG_CONFIRM, MSG_CTRUNC, MSG_DONTROUTE,
                   MSG_DONTWAIT, MSG_EOR, MSG_ERRQUEUE, MSG_FASTOPEN, MSG_FIN, MSG_MORE,
                   MSG_NOSIGNAL, MSG_NOTIFICATION, MSG_OOB, MSG_PEEK, MSG_PROXY, MSG_RST, MSG_SYN,
                   MSG_TRUNC, MSG_TRYHARD, MSG_WAITALL, MSG_WAITFORONE, MSG_ZEROCOPY);
}
