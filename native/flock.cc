#include <sys/file.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// int flock(int fd, int op);
Napi::Value Flock(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int op = args.Int("op");
  if (args.failed()) return {};
  return Result(info.Env(), ::flock(fd, op));
}

}  // namespace

void RegisterFlock(Napi::Object exports) {
  EXPORT_FUNCTION("flock", Flock);

  EXPORT_CONSTANTS(LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN);
}
