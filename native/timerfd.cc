#include <sys/timerfd.h>
#include <time.h>

#include "support/args.h"
#include "support/export.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int timerfd_create(int clockid, int flags);
Napi::Value TimerfdCreate(const Napi::CallbackInfo& info) {
  Args args(info);
  const int clockid = args.Int("clockid");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), ::timerfd_create(clockid, flags));
}

// int timerfd_settime(int fd, int flags, const struct itimerspec* new_value,
//                     struct itimerspec* old_value);
Napi::Value TimerfdSettime(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int flags = args.Int("flags");
  const auto* const new_value = args.Struct<itimerspec>("newValue").data;
  auto* const old_value = args.OptionalStruct<itimerspec>("oldValue").data;
  if (args.failed()) return {};
  return Result(info.Env(), ::timerfd_settime(fd, flags, new_value, old_value));
}

// int timerfd_gettime(int fd, struct itimerspec* curr_value);
Napi::Value TimerfdGettime(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  auto* const curr_value = args.Struct<itimerspec>("currValue").data;
  if (args.failed()) return {};
  return Result(info.Env(), ::timerfd_gettime(fd, curr_value));
}

}  // namespace

void RegisterTimerfd(Napi::Object exports) {
  EXPORT_FUNCTION("timerfd_create", TimerfdCreate);
  EXPORT_FUNCTION("timerfd_settime", TimerfdSettime);
  EXPORT_FUNCTION("timerfd_gettime", TimerfdGettime);

  EXPORT_CONSTANTS(CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM,
                   CLOCK_BOOTTIME_ALARM, TFD_CLOEXEC, TFD_NONBLOCK, TFD_TIMER_ABSTIME,
                   TFD_TIMER_CANCEL_ON_SET);
}
