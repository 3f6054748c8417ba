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

  EXPORT_CONSTANT(F_GETLK);
  EXPORT_CONSTANT(F_SETLK);
  EXPORT_CONSTANT(F_SETLKW);
  EXPORT_CONSTANT(F_OFD_GETLK);
  EXPORT_CONSTANT(F_OFD_SETLK);
  EXPORT_CONSTANT(F_OFD_SETLKW);
  EXPORT_CONSTANT(F_RDLCK);
  EXPORT_CONSTANT(F_WRLCK);
  EXPORT_CONSTANT(F_UNLCK);
  EXPORT_CONSTANT(SEEK_SET);
  EXPORT_CONSTANT(SEEK_CUR);
  EXPORT_CONSTANT(SEEK_END);
}
