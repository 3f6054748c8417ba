#include <sys/resource.h>

#include <type_traits>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// An enum in C++ with glibc, an int elsewhere.
using Resource =
    std::conditional_t<std::is_enum_v<decltype(RLIMIT_NOFILE)>, decltype(RLIMIT_NOFILE), int>;

// int prlimit(pid_t pid, int resource, const struct rlimit* new_limit, struct rlimit* old_limit);
Napi::Value Prlimit(const Napi::CallbackInfo& info) {
  Args args(info);
  const pid_t pid = args.Int("pid");
  const auto resource = static_cast<Resource>(args.Int("resource"));
  const Span<rlimit> new_limit = args.OptionalStruct<rlimit>("newLimit");
  const Span<rlimit> old_limit = args.OptionalStruct<rlimit>("oldLimit");
  if (args.failed()) return {};
  // Copies: typed arrays need not be aligned, and the C library may access both directly.
  rlimit wanted{}, old{};
  if (new_limit.data != nullptr) wanted = new_limit.Get();
  const int result = ::prlimit(pid, resource, new_limit.data == nullptr ? nullptr : &wanted, &old);
  if (result < 0) return Result(info.Env(), result);
  if (old_limit.data != nullptr) old_limit.Set(old);
  return Answer(info.Env(), result);
}

}  // namespace

void RegisterRlimit(Napi::Object exports) {
  EXPORT_FUNCTION("prlimit", Prlimit);

  EXPORT_CONSTANTS(RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_LOCKS,
                   RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_NOFILE, RLIMIT_NPROC,
                   RLIMIT_RSS, RLIMIT_RTPRIO, RLIMIT_RTTIME, RLIMIT_SIGPENDING, RLIMIT_STACK);
}
