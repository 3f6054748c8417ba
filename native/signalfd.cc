#include <signal.h>
#include <sys/signalfd.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int signalfd(int fd, const sigset_t* mask, int flags);
Napi::Value Signalfd(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const auto* const mask = args.Struct<sigset_t>("mask");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  const int result = ::signalfd(fd, mask, flags);
  // Given a descriptor, the call changes what that one takes, and opens none.
  return fd == -1 ? Opened(info.Env(), result) : Result(info.Env(), result);
}

}  // namespace

#define EXPORT_OFFSET(field)                                                                      \
  do {                                                                                            \
    constexpr size_t offsetof_signalfd_siginfo_##field = offsetof(signalfd_siginfo, ssi_##field); \
    EXPORT_CONSTANT(offsetof_signalfd_siginfo_##field);                                           \
  } while (false)

void RegisterSignalfd(Napi::Object exports) {
  EXPORT_FUNCTION("signalfd", Signalfd);

  EXPORT_CONSTANT(SFD_CLOEXEC);
  EXPORT_CONSTANT(SFD_NONBLOCK);
  constexpr size_t sizeof_signalfd_siginfo = sizeof(signalfd_siginfo);
  EXPORT_CONSTANT(sizeof_signalfd_siginfo);
  EXPORT_OFFSET(signo);
  EXPORT_OFFSET(code);
  EXPORT_OFFSET(pid);
  EXPORT_OFFSET(uid);
  EXPORT_OFFSET(fd);
  EXPORT_OFFSET(band);
  EXPORT_OFFSET(overrun);
  EXPORT_OFFSET(status);
  EXPORT_OFFSET(int);
}
