#include <sys/sendfile.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// ssize_t sendfile(int out_fd, int in_fd, off_t* offset, size_t count);
Napi::Value Sendfile(const Napi::CallbackInfo& info) {
  Args args(info);
  const int out_fd = args.Int("outFd");
  const int in_fd = args.Int("inFd");
  off_t* const offset = args.OptionalStruct<off_t>("offset").data;
  const size_t count = args.Size("count");
  if (args.failed()) return {};
  return Result(info.Env(), ::sendfile(out_fd, in_fd, offset, count));
}

}  // namespace

void RegisterSendfile(Napi::Object exports) { EXPORT_FUNCTION("sendfile", Sendfile); }
