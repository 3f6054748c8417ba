#include <fcntl.h>
#include <unistd.h>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/result.h"

namespace {

// int fcntl(int fd, int op, struct flock* lock);
Napi::Value FcntlLock(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int op = args.Int("op");
  switch (op) {
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
      break;
    default:
      args.OutOfRange("op", "an operation that takes a struct flock");
  }
  struct flock* const lock = args.Struct<struct flock>("lock").data;
  if (args.failed()) return {};
  return Result(info.Env(), ::fcntl(fd, op, lock));
}

void AddStructs(Napi::Object exports) {
  LAYOUT(flock);
  FIELD(l_, type);
  FIELD(l_, whence);
  FIELD(l_, start);
  FIELD(l_, len);
  FIELD(l_, pid);
}

}  // namespace

void RegisterFcntlLocking(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("fcntl_lock", FcntlLock);

  EXPORT_CONSTANTS(F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, SEEK_SET,
                   SEEK_CUR, SEEK_END);
}
