#ifndef POLLUX_NATIVE_SUPPORT_VALUES_H_
#define POLLUX_NATIVE_SUPPORT_VALUES_H_

#include <napi.h>

#include <cmath>
#include <ctime>

#include "memory.h"

// The C++ types of arguments that are not memory: see args.h.

// A timeout for the kernel; `get()` is null for "no limit".
struct Timeout {
  timespec value{};
  bool forever = false;
  Span<timespec> memory{};  // where the caller's own struct timespec is

  // Rounded up to a nanosecond; negative or Infinity: no limit. The caller excludes NaN.
  static Timeout AfterMs(double ms) {
    Timeout timeout;
    constexpr double kMaxMs = 9e15;  // 285,000 years; below it, every double is exact to a ms
    timeout.forever = ms < 0 || ms > kMaxMs;
    if (timeout.forever || ms == 0) return timeout;
    const double seconds = std::floor(ms / 1e3);
    timeout.value.tv_sec = static_cast<time_t>(seconds);
    timeout.value.tv_nsec = static_cast<long>(std::ceil((ms - seconds * 1e3) * 1e6));
    if (timeout.value.tv_nsec >= 1'000'000'000) {
      timeout.value.tv_sec += 1;
      timeout.value.tv_nsec = 0;
    }
    return timeout;
  }

  timespec* get() { return forever ? nullptr : &value; }

  // Passes on what the kernel has written.
  void Report() const {
    if (memory.data != nullptr) memory.Set(value);
  }

  double Milliseconds() const {
    return forever
               ? HUGE_VAL
               : static_cast<double>(value.tv_sec) * 1e3 + static_cast<double>(value.tv_nsec) / 1e6;
  }
};

// Whether the value stands for a null pointer.
inline bool IsNothing(Napi::Value value) {
  const napi_valuetype type = value.Type();
  return type == napi_undefined || type == napi_null;
}

#endif  // POLLUX_NATIVE_SUPPORT_VALUES_H_
