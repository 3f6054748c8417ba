#include <fcntl.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// ssize_t splice(int fd_in, off_t* off_in, int fd_out, off_t* off_out, size_t size, unsigned int
// flags);
Napi::Value Splice(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd_in = args.Int("fdIn");
  loff_t* const off_in = args.OptionalStruct<loff_t>("offIn").data;
  const int fd_out = args.Int("fdOut");
  loff_t* const off_out = args.OptionalStruct<loff_t>("offOut").data;
  const size_t size = args.Size("size");
  const uint32_t flags = args.Bits("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::splice(fd_in, off_in, fd_out, off_out, size, flags));
}

}  // namespace

void RegisterSplice(Napi::Object exports) {
  EXPORT_FUNCTION("splice", Splice);

  EXPORT_CONSTANTS(SPLICE_F_MOVE, SPLICE_F_NONBLOCK, SPLICE_F_MORE, SPLICE_F_GIFT);
}
