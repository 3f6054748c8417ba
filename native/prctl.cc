#include <sys/prctl.h>

#include <cerrno>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// Whether the second argument is a number. Others have an address there, which JavaScript must not
// choose.
bool TakesNumber(int op) { return op == PR_SET_PDEATHSIG || op == PR_SET_CHILD_SUBREAPER; }

// int prctl(int op, unsigned long arg2);
Napi::Value Prctl(const Napi::CallbackInfo& info) {
  Args args(info);
  const int op = args.Int("op");
  const unsigned long arg2 = args.Uint32("arg2");
  if (args.failed()) return {};
  if (!TakesNumber(op)) return Answer(info.Env(), -EINVAL);
  return Result(info.Env(), ::prctl(op, arg2, 0UL, 0UL, 0UL));
}

}  // namespace

void RegisterPrctl(Napi::Object exports) {
  EXPORT_FUNCTION("prctl", Prctl);

  EXPORT_CONSTANTS(PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG);
}
