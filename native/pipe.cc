#include <unistd.h>

#include <climits>

#include "support/args.h"
#include "support/export.h"
#include "support/owned.h"

namespace {

// int pipe2(int pipefd[2], int flags);
Napi::Value Pipe2(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<int> out = args.Struct<int>("pipefd", 2);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  int pipefd[2];
  return OpenedPair(info.Env(), ::pipe2(pipefd, flags), pipefd, out);
}

}  // namespace

void RegisterPipe(Napi::Object exports) {
  EXPORT_FUNCTION("pipe2", Pipe2);

  EXPORT_CONSTANTS(PIPE_BUF);
}
