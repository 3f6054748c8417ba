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

  EXPORT_CONSTANTS(IN_ACCESS, IN_ALL_EVENTS, IN_ATTRIB, IN_CLOEXEC, IN_CLOSE, IN_CLOSE_NOWRITE,
                   IN_CLOSE_WRITE, IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_DONT_FOLLOW,
                   IN_EXCL_UNLINK, IN_IGNORED, IN_ISDIR, IN_MASK_ADD, IN_MASK_CREATE, IN_MODIFY,
                   IN_MOVE, IN_MOVED_FROM, IN_MOVED_TO, IN_MOVE_SELF, IN_NONBLOCK, IN_ONESHOT,
                   IN_ONLYDIR, IN_OPEN, IN_Q_OVERFLOW, IN_UNMOUNT, NAME_MAX);
}
