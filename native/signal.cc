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
  // The kernel sets only as many bits as there are signals.
  sigset_t wanted{}, old{};
  if (set.data != nullptr) wanted = set.Get();
  const int error = ::pthread_sigmask(how, set.data == nullptr ? nullptr : &wanted, &old);
  if (error == 0 && oldset.data != nullptr) oldset.Set(old);
  return Answer(info.Env(), -error);
}

}  // namespace

void RegisterSignal(Napi::Object exports) {
  EXPORT_FUNCTION("pthread_sigmask", PthreadSigmask);

  EXPORT_CONSTANTS(SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, NSIG);
  constexpr size_t sizeof_sigset_t = sizeof(sigset_t);
  EXPORT_CONSTANTS(sizeof_sigset_t);

  EXPORT_CONSTANTS(POLL_ERR, POLL_HUP, POLL_IN, POLL_MSG, POLL_OUT, POLL_PRI);
  EXPORT_CONSTANTS(SIGABRT, SIGALRM, SIGBUS, SIGCHLD, SIGCONT, SIGFPE, SIGHUP, SIGILL, SIGINT,
                   SIGIO, SIGKILL, SIGPIPE, SIGPOLL, SIGPROF, SIGPWR, SIGQUIT, SIGSEGV, SIGSTKFLT,
                   SIGSTOP, SIGSYS, SIGTERM, SIGTRAP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGUSR1,
                   SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ);
  EXPORT_CONSTANTS(SI_ASYNCIO, SI_ASYNCNL, SI_KERNEL, SI_MESGQ, SI_QUEUE, SI_SIGIO, SI_TIMER,
                   SI_TKILL, SI_USER);
  // The C library keeps some for itself, and says at run time which are left.
  Export(exports, "SIGRTMIN", SIGRTMIN);
  Export(exports, "SIGRTMAX", SIGRTMAX);
}
