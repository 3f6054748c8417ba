#include <sys/select.h>

#include <climits>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// One of the three sets: null, or whole words for `nfds` bits, since the kernel writes whole words.
fd_set* Set(Args& args, const char* name, int nfds) {
  const int words = nfds <= 0 ? 0 : (nfds - 1) / NFDBITS + 1;
  return reinterpret_cast<fd_set*>(args.OptionalStruct<unsigned long>(name, words));
}

// int pselect(int nfds, fd_set* readfds, fd_set* writefds, fd_set* exceptfds,
//             const struct timespec* timeout, const sigset_t* sigmask);
Napi::Value Pselect(const Napi::CallbackInfo& info) {
  Args args(info);
  const int nfds = args.Int("nfds");
  fd_set* const readfds = Set(args, "readfds", nfds);
  fd_set* const writefds = Set(args, "writefds", nfds);
  fd_set* const exceptfds = Set(args, "exceptfds", nfds);
  const Timeout timeout = args.Milliseconds("timeoutMs");
  if (args.failed()) return {};
  return Result(info.Env(), ::pselect(nfds, readfds, writefds, exceptfds, timeout.get(), nullptr));
}

}  // namespace

void RegisterSelect(Napi::Object exports) {
  EXPORT_FUNCTION("pselect", Pselect);

  EXPORT_CONSTANT(FD_SETSIZE);
  EXPORT_CONSTANT(NFDBITS);
}
