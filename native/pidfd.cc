#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "support/args.h"
#include "support/export.h"
#include "support/internal_signals.h"
#include "support/newer.h"
#include "support/owned.h"
#include "support/result.h"

// By number: glibc has functions for them only since 2.36.
namespace {

// int pidfd_open(pid_t pid, unsigned int flags);
Napi::Value PidfdOpen(const Napi::CallbackInfo& info) {
  Args args(info);
  const pid_t pid = args.Int("pid");
  const unsigned int flags = args.Bits("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), static_cast<int>(::syscall(SYS_pidfd_open, pid, flags)));
}

// int pidfd_getfd(int pidfd, int targetfd, unsigned int flags);
Napi::Value PidfdGetfd(const Napi::CallbackInfo& info) {
  Args args(info);
  const int pidfd = args.Int("pidfd");
  const int targetfd = args.Int("targetfd");
  const unsigned int flags = args.Bits("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd, targetfd, flags)));
}

// int pidfd_send_signal(int pidfd, int sig, siginfo_t* info, unsigned int flags);
// With a null `info`, the kernel fills it in as for kill(2). A value makes it that of sigqueue(3):
// other contents would let JavaScript pose as the C library, whose handlers trust them.
Napi::Value PidfdSendSignal(const Napi::CallbackInfo& info) {
  Args args(info);
  const int pidfd = args.Int("pidfd");
  const int sig = args.Int("sig");
  const Span<int> value = args.OptionalStruct<int>("value");
  const unsigned int flags = args.Bits("flags");
  if (args.failed()) return {};
  // To one thread, it would come as one that the C library has sent.
  if (IsInternal(sig)) return Answer(info.Env(), -EINVAL);
  siginfo_t queued{};
  queued.si_signo = sig;
  queued.si_code = SI_QUEUE;
  queued.si_pid = ::getpid();
  queued.si_uid = ::getuid();
  if (value.data != nullptr) queued.si_value.sival_int = value.Get();
  siginfo_t* const siginfo = value.data == nullptr ? nullptr : &queued;
  return Result(info.Env(), ::syscall(SYS_pidfd_send_signal, pidfd, sig, siginfo, flags));
}

}  // namespace

void RegisterPidfd(Napi::Object exports) {
  EXPORT_FUNCTION("pidfd_open", PidfdOpen);
  EXPORT_FUNCTION("pidfd_getfd", PidfdGetfd);
  EXPORT_FUNCTION("pidfd_send_signal", PidfdSendSignal);

  constexpr int PIDFD_NONBLOCK = O_NONBLOCK;  // from <sys/pidfd.h> of glibc 2.36
  EXPORT_CONSTANTS(PIDFD_NONBLOCK);

  EXPORT_CONSTANTS(PIDFD_THREAD, PIDFD_SIGNAL_THREAD, PIDFD_SIGNAL_THREAD_GROUP,
                   PIDFD_SIGNAL_PROCESS_GROUP, PIDFD_SELF_THREAD, PIDFD_SELF_THREAD_GROUP);
}
