#include <unistd.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// int pipe2(int pipefd[2], int flags);
Napi::Value Pipe2(const Napi::CallbackInfo& info) {
  Args args(info);
  int* const pipefd = args.Struct<int>("pipefd", 2);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::pipe2(pipefd, flags));
}

}  // namespace

void RegisterPipe(Napi::Object exports) { EXPORT_FUNCTION("pipe2", Pipe2); }
