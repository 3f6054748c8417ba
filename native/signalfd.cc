#include <signal.h>
#include <sys/signalfd.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int signalfd(int fd, const sigset_t* mask, int flags);
Napi::Value Signalfd(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const auto* const mask = args.Struct<sigset_t>("mask").data;
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  const int result = ::signalfd(fd, mask, flags);
  // With an existing descriptor, the call replaces its mask and opens nothing.
  return fd == -1 ? Opened(info.Env(), result) : Result(info.Env(), result);
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(signalfd_siginfo);
    FIELD(ssi_, signo);
    FIELD(ssi_, code);
    FIELD(ssi_, pid);
    FIELD(ssi_, uid);
    FIELD(ssi_, fd);
    FIELD(ssi_, band);
    FIELD(ssi_, overrun);
    FIELD(ssi_, status);
    FIELD(ssi_, int);
  }
}

}  // namespace

void RegisterSignalfd(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("signalfd", Signalfd);

  EXPORT_CONSTANTS(SFD_CLOEXEC, SFD_NONBLOCK);
}
