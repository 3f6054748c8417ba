#include <unistd.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// ssize_t copy_file_range(int fd_in, off_t* off_in, int fd_out, off_t* off_out, size_t size,
// unsigned int flags);
Napi::Value CopyFileRange(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd_in = args.Int("fdIn");
  off_t* const off_in = args.OptionalStruct<off_t>("offIn").data;
  const int fd_out = args.Int("fdOut");
  off_t* const off_out = args.OptionalStruct<off_t>("offOut").data;
  const size_t size = args.Size("size");
  const uint32_t flags = args.Bits("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::copy_file_range(fd_in, off_in, fd_out, off_out, size, flags));
}

}  // namespace

void RegisterCopyFileRange(Napi::Object exports) {
  EXPORT_FUNCTION("copy_file_range", CopyFileRange);
}
