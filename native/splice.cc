#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>

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

// ssize_t tee(int fd_in, int fd_out, size_t size, unsigned int flags);
Napi::Value Tee(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd_in = args.Int("fdIn");
  const int fd_out = args.Int("fdOut");
  const size_t size = args.Size("size");
  const uint32_t flags = args.Bits("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::tee(fd_in, fd_out, size, flags));
}

// ssize_t vmsplice(int fd, const struct iovec* iov, size_t nr_segs, unsigned int flags);
// SPLICE_F_GIFT is refused: it gives pages away, and V8 goes on to use those of its buffers.
Napi::Value Vmsplice(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int fd = args.Int("fd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  const uint32_t flags = args.Bits("flags");
  if ((flags & SPLICE_F_GIFT) != 0) args.OutOfRange("flags", "without SPLICE_F_GIFT");
  if (args.failed()) return {};
  const size_t nr_segs = static_cast<size_t>(buffers.count);
  return Result(info.Env(), ::vmsplice(fd, buffers.data, nr_segs, flags));
}

}  // namespace

void RegisterSplice(Napi::Object exports) {
  EXPORT_FUNCTION("splice", Splice);
  EXPORT_FUNCTION("tee", Tee);
  EXPORT_FUNCTION("vmsplice", Vmsplice);

  EXPORT_CONSTANTS(SPLICE_F_MOVE, SPLICE_F_NONBLOCK, SPLICE_F_MORE, SPLICE_F_GIFT);
}
