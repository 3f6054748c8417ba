#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/missing.h"
#include "support/result.h"

namespace {

// int poll(struct pollfd* fds, nfds_t nfds, int timeout);
Napi::Value Poll(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<pollfd> fds = args.Structs<pollfd>("fds");
  const int nfds = args.Count("nfds", fds.count);
  const int timeout_ms = args.Int("timeoutMs");
  if (args.failed()) return {};
  return Result(info.Env(), ::poll(fds.data, static_cast<nfds_t>(nfds), timeout_ms));
}

// int ppoll(struct pollfd* fds, nfds_t nfds, const struct timespec* tmo_p, const sigset_t*
// sigmask);
// The system call itself: the C library's wrapper hides the remaining time that the kernel writes.
Napi::Value Ppoll(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<pollfd> fds = args.Structs<pollfd>("fds");
  const int nfds = args.Count("nfds", fds.count);
  Timeout timeout = args.TimeLimit("timeoutMs");
  const sigset_t* const sigmask = args.OptionalStruct<sigset_t>("sigmask").data;
  if (args.failed()) return {};
  const long result =
      ::syscall(SYS_ppoll, fds.data, nfds, timeout.get(), sigmask, size_t{(NSIG - 1) / 8});
  const int error = errno;
  timeout.Report();
  return Answer(info.Env(), result < 0 ? -error : result);
}

}  // namespace

void RegisterPoll(Napi::Object exports) {
  EXPORT_FUNCTION("poll", Poll);
  EXPORT_FUNCTION("ppoll", Ppoll);

  EXPORT_CONSTANTS(POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL, POLLRDNORM, POLLRDBAND,
                   POLLWRNORM, POLLWRBAND, POLLRDHUP);

  constexpr size_t sizeof_pollfd = sizeof(pollfd);
  constexpr size_t offsetof_pollfd_events = offsetof(pollfd, events);
  constexpr size_t offsetof_pollfd_revents = offsetof(pollfd, revents);
  EXPORT_CONSTANTS(sizeof_pollfd, offsetof_pollfd_events, offsetof_pollfd_revents);

  EXPORT_CONSTANTS(POLLMSG, POLLREMOVE);
}
