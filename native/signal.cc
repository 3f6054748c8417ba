#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "support/args.h"
#include "support/export.h"
#include "support/internal_signals.h"
#include "support/result.h"

namespace {

sigset_t WithoutInternal(sigset_t set) {
  unsigned long word = 0;
  std::memcpy(&word, &set, sizeof(word));
  for (int sig = kFirstRealTime; sig < SIGRTMIN; sig++) word &= ~(1UL << (sig - 1));
  std::memcpy(&set, &word, sizeof(word));
  return set;
}

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

// int sigpending(sigset_t* set);
Napi::Value Sigpending(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<sigset_t> set = args.Struct<sigset_t>("set");
  if (args.failed()) return {};
  sigset_t pending{};
  const int result = ::sigpending(&pending);
  if (result < 0) return Result(info.Env(), result);
  set.Set(pending);
  return Answer(info.Env(), result);
}

// int sigtimedwait(const sigset_t* set, siginfo_t* info, const struct timespec* timeout);
Napi::Value Sigtimedwait(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<sigset_t> set = args.Struct<sigset_t>("set");
  const Span<siginfo_t> siginfo = args.Struct<siginfo_t>("info");
  Timeout timeout = args.TimeLimit("timeoutMs");
  if (args.failed()) return {};
  const sigset_t wanted = WithoutInternal(set.Get());
  siginfo_t taken{};
  const int result = ::sigtimedwait(&wanted, &taken, timeout.get());
  if (result < 0) return Result(info.Env(), result);
  siginfo.Set(taken);
  return Answer(info.Env(), result);
}

// int tgkill(pid_t tgid, pid_t tid, int sig);
// By number: glibc has it only since 2.30.
Napi::Value Tgkill(const Napi::CallbackInfo& info) {
  Args args(info);
  const pid_t tgid = args.Int("tgid");
  const pid_t tid = args.Int("tid");
  const int sig = args.Int("sig");
  if (args.failed()) return {};
  if (IsInternal(sig)) return Answer(info.Env(), -EINVAL);
  return Result(info.Env(), ::syscall(SYS_tgkill, tgid, tid, sig));
}

// int sigqueue(pid_t pid, int sig, const union sigval value);
Napi::Value Sigqueue(const Napi::CallbackInfo& info) {
  Args args(info);
  const pid_t pid = args.Int("pid");
  const int sig = args.Int("sig");
  sigval value{};
  value.sival_int = args.Int("value");
  if (args.failed()) return {};
  return Result(info.Env(), ::sigqueue(pid, sig, value));
}

}  // namespace

void RegisterSignal(Napi::Object exports) {
  EXPORT_FUNCTION("pthread_sigmask", PthreadSigmask);
  EXPORT_FUNCTION("sigpending", Sigpending);
  EXPORT_FUNCTION("sigtimedwait", Sigtimedwait);
  EXPORT_FUNCTION("tgkill", Tgkill);
  EXPORT_FUNCTION("sigqueue", Sigqueue);

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
