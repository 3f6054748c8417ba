#include <sys/eventfd.h>

#include <cerrno>

#include "support/args.h"
#include "support/export.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int eventfd(unsigned int initval, int flags);
Napi::Value Eventfd(const Napi::CallbackInfo& info) {
  Args args(info);
  const unsigned int initval = args.Uint32("initval");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), ::eventfd(initval, flags));
}

// int eventfd_read(int fd, eventfd_t* value);
Napi::Value EventfdRead(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  eventfd_t* const value = args.Struct<eventfd_t>("value").data;
  if (args.failed()) return {};
  errno = EINVAL;  // glibc does not set errno if the read returns fewer than 8 bytes
  return Result(info.Env(), ::eventfd_read(fd, value));
}

// int eventfd_write(int fd, eventfd_t value);
Napi::Value EventfdWrite(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const eventfd_t value = args.Uint64("value");
  if (args.failed()) return {};
  errno = EINVAL;  // glibc does not set errno if the write takes fewer than 8 bytes
  return Result(info.Env(), ::eventfd_write(fd, value));
}

}  // namespace

void RegisterEventfd(Napi::Object exports) {
  EXPORT_FUNCTION("eventfd", Eventfd);
  EXPORT_FUNCTION("eventfd_read", EventfdRead);
  EXPORT_FUNCTION("eventfd_write", EventfdWrite);

  EXPORT_CONSTANTS(EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE);
}
