#include <signal.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// int pthread_sigmask(int how, const sigset_t* set, sigset_t* oldset);
Napi::Value PthreadSigmask(const Napi::CallbackInfo& info) {
  Args args(info);
  const int how = args.Int("how");
  const auto* const set = args.OptionalStruct<sigset_t>("set");
  auto* const oldset = args.OptionalStruct<sigset_t>("oldset");
  if (args.failed()) return {};
  return Answer(info.Env(), -::pthread_sigmask(how, set, oldset));  // it returns errno itself
}

}  // namespace

void RegisterSignal(Napi::Object exports) {
  EXPORT_FUNCTION("pthread_sigmask", PthreadSigmask);

  EXPORT_CONSTANT(SIG_BLOCK);
  EXPORT_CONSTANT(SIG_UNBLOCK);
  EXPORT_CONSTANT(SIG_SETMASK);
  EXPORT_CONSTANT(NSIG);
  constexpr size_t sizeof_sigset_t = sizeof(sigset_t);
  EXPORT_CONSTANT(sizeof_sigset_t);
}
