#include <signal.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// int pthread_sigmask(int how, const sigset_t* set, sigset_t* oldset);
Napi::Value PthreadSigmask(const Napi::CallbackInfo& info) {
  Args args(info);
  const int how = args.Int("how");
  const Span<sigset_t> set = args.OptionalStruct<sigset_t>("set");
  const Span<sigset_t> oldset = args.OptionalStruct<sigset_t>("oldset");
  if (args.failed()) return {};
  // Copies: typed arrays need not be aligned, and the C library accesses the sets directly.
  sigset_t wanted, old;
  if (set.data != nullptr) wanted = set.Get();
  const int error = ::pthread_sigmask(how, set.data == nullptr ? nullptr : &wanted, &old);
  if (error == 0 && oldset.data != nullptr) oldset.Set(old);
  return Answer(info.Env(), -error);
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
