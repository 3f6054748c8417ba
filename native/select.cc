#include <signal.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// One of the three sets: null, or enough whole words for `nfds` bits. The kernel writes whole
// words.
fd_set* Set(Args& args, const char* name, int nfds) {
  const int words = nfds <= 0 ? 0 : (nfds - 1) / NFDBITS + 1;
  return reinterpret_cast<fd_set*>(args.OptionalStruct<unsigned long>(name, words).data);
}

// int pselect(int nfds, fd_set* readfds, fd_set* writefds, fd_set* exceptfds,
//             const struct timespec* timeout, const sigset_t* sigmask);
// The system call itself: the C library's wrapper hides the remaining time that the kernel writes.
// `leftMs[0]` receives it, in milliseconds.
Napi::Value Pselect(const Napi::CallbackInfo& info) {
  Args args(info);
  const int nfds = args.Int("nfds");
  fd_set* const readfds = Set(args, "readfds", nfds);
  fd_set* const writefds = Set(args, "writefds", nfds);
  fd_set* const exceptfds = Set(args, "exceptfds", nfds);
  Timeout timeout = args.TimeLimit("timeoutMs");
  const sigset_t* const sigmask = args.OptionalStruct<sigset_t>("sigmask").data;
  const Span<double> left_ms = args.OptionalStruct<double>("leftMs");
  if (args.failed()) return {};
  struct {
    const sigset_t* set;
    size_t size;
  } mask = {sigmask, (NSIG - 1) / 8};
  const long result =
      ::syscall(SYS_pselect6, nfds, readfds, writefds, exceptfds, timeout.get(), &mask);
  const int error = errno;
  timeout.Report();
  if (left_ms.data != nullptr) left_ms.Set(timeout.Milliseconds());
  return Answer(info.Env(), result < 0 ? -error : result);
}

}  // namespace

void RegisterSelect(Napi::Object exports) {
  EXPORT_FUNCTION("pselect", Pselect);

  EXPORT_CONSTANTS(FD_SETSIZE, NFDBITS);
}
