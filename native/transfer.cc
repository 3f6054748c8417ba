#include <sys/socket.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// ssize_t recv(int sockfd, void* buf, size_t len, int flags);
Napi::Value Recv(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Span<uint8_t> buffer = args.Slice("buffer");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::recv(sockfd, buffer.data, static_cast<size_t>(buffer.count), flags));
}

// ssize_t send(int sockfd, const void* buf, size_t len, int flags);
Napi::Value Send(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Span<uint8_t> buffer = args.Slice("buffer");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::send(sockfd, buffer.data, static_cast<size_t>(buffer.count), flags));
}

}  // namespace

void RegisterTransfer(Napi::Object exports) {
  EXPORT_FUNCTION("recv", Recv);
  EXPORT_FUNCTION("send", Send);

  EXPORT_CONSTANT(MSG_CONFIRM);
  EXPORT_CONSTANT(MSG_CTRUNC);
  EXPORT_CONSTANT(MSG_DONTROUTE);
  EXPORT_CONSTANT(MSG_DONTWAIT);
  EXPORT_CONSTANT(MSG_EOR);
  EXPORT_CONSTANT(MSG_ERRQUEUE);
  EXPORT_CONSTANT(MSG_FASTOPEN);
  EXPORT_CONSTANT(MSG_MORE);
  EXPORT_CONSTANT(MSG_NOSIGNAL);
  EXPORT_CONSTANT(MSG_OOB);
  EXPORT_CONSTANT(MSG_PEEK);
  EXPORT_CONSTANT(MSG_TRUNC);
  EXPORT_CONSTANT(MSG_WAITALL);
  EXPORT_CONSTANT(MSG_ZEROCOPY);
}
