#include <sys/inotify.h>

#include <climits>
#include <cstddef>
#include <string>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int inotify_init1(int flags);
Napi::Value InotifyInit1(const Napi::CallbackInfo& info) {
  Args args(info);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), ::inotify_init1(flags));
}

// int inotify_add_watch(int fd, const char* pathname, uint32_t mask);
Napi::Value InotifyAddWatch(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const std::string pathname = args.CString("pathname");
  const uint32_t mask = args.Bits("mask");
  if (args.failed()) return {};
  return Result(info.Env(), ::inotify_add_watch(fd, pathname.c_str(), mask));
}

// int inotify_rm_watch(int fd, int wd);
Napi::Value InotifyRmWatch(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int wd = args.Int("wd");
  if (args.failed()) return {};
  return Result(info.Env(), ::inotify_rm_watch(fd, wd));
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(inotify_event);
    FIELD(, wd);
    FIELD(, mask);
    FIELD(, cookie);
    FIELD(, len);
  }
}

}  // namespace

void RegisterInotify(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("inotify_init1", InotifyInit1);
  EXPORT_FUNCTION("inotify_add_watch", InotifyAddWatch);
  EXPORT_FUNCTION("inotify_rm_watch", InotifyRmWatch);

  EXPORT_CONSTANT(IN_ACCESS);
  EXPORT_CONSTANT(IN_ALL_EVENTS);
  EXPORT_CONSTANT(IN_ATTRIB);
  EXPORT_CONSTANT(IN_CLOEXEC);
  EXPORT_CONSTANT(IN_CLOSE);
  EXPORT_CONSTANT(IN_CLOSE_NOWRITE);
  EXPORT_CONSTANT(IN_CLOSE_WRITE);
  EXPORT_CONSTANT(IN_CREATE);
  EXPORT_CONSTANT(IN_DELETE);
  EXPORT_CONSTANT(IN_DELETE_SELF);
  EXPORT_CONSTANT(IN_DONT_FOLLOW);
  EXPORT_CONSTANT(IN_EXCL_UNLINK);
  EXPORT_CONSTANT(IN_IGNORED);
  EXPORT_CONSTANT(IN_ISDIR);
  EXPORT_CONSTANT(IN_MASK_ADD);
  EXPORT_CONSTANT(IN_MASK_CREATE);
  EXPORT_CONSTANT(IN_MODIFY);
  EXPORT_CONSTANT(IN_MOVE);
  EXPORT_CONSTANT(IN_MOVED_FROM);
  EXPORT_CONSTANT(IN_MOVED_TO);
  EXPORT_CONSTANT(IN_MOVE_SELF);
  EXPORT_CONSTANT(IN_NONBLOCK);
  EXPORT_CONSTANT(IN_ONESHOT);
  EXPORT_CONSTANT(IN_ONLYDIR);
  EXPORT_CONSTANT(IN_OPEN);
  EXPORT_CONSTANT(IN_Q_OVERFLOW);
  EXPORT_CONSTANT(IN_UNMOUNT);
  EXPORT_CONSTANT(NAME_MAX);
}
