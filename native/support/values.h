#ifndef POLLUX_NATIVE_SUPPORT_VALUES_H_
#define POLLUX_NATIVE_SUPPORT_VALUES_H_

#include <napi.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <vector>

// What arguments become: see args.h.

// Memory that JavaScript owns, lent to one system call. A typed array may begin at any address, so
// `data` need not be aligned for a T: it is for the kernel, which copies. What is read and written
// here is copied as well.
template <typename T>
struct Span {
  T* data = nullptr;
  int count = 0;

  T Get(int index = 0) const {
    T value;
    std::memcpy(&value, At(index), sizeof(T));
    return value;
  }

  void Set(const T& value, int index = 0) const { std::memcpy(At(index), &value, sizeof(T)); }

  // As many of them, in memory of their own.
  std::vector<T> Copy() const {
    std::vector<T> copy(static_cast<size_t>(count));
    if (count > 0) std::memcpy(copy.data(), data, copy.size() * sizeof(T));
    return copy;
  }

 private:
  uint8_t* At(int index) const {
    return reinterpret_cast<uint8_t*>(data) + ptrdiff_t{index} * ptrdiff_t{sizeof(T)};
  }
};

// Where an empty typed array begins. Node-API says null, but for the kernel null is no buffer, and
// an empty one is: it then reports the length that did not fit.
alignas(std::max_align_t) inline constexpr uint8_t kEmpty[1] = {};

// A time limit as the kernel takes it; `get()` is null for "without limit".
struct Timeout {
  timespec value{};
  bool forever = false;

  // Rounded up to a nanosecond; negative or Infinity: no limit. NaN is the caller's business.
  static Timeout AfterMs(double ms) {
    Timeout timeout;
    constexpr double kLongestMs = 9e15;  // 285,000 years; every double below it has whole seconds
    timeout.forever = ms < 0 || ms > kLongestMs;
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

  double Milliseconds() const {
    return forever
               ? HUGE_VAL
               : static_cast<double>(value.tv_sec) * 1e3 + static_cast<double>(value.tv_nsec) / 1e6;
  }
};

// What stands for a null pointer.
inline bool IsNothing(Napi::Value value) {
  const napi_valuetype type = value.Type();
  return type == napi_undefined || type == napi_null;
}

inline size_t ElementSize(napi_typedarray_type type) {
  switch (type) {
    case napi_int16_array:
    case napi_uint16_array:
      return 2;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array:
      return 4;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array:
      return 8;
    default:
      return 1;  // never more than there is, also for a type that is newer than this file
  }
}

#endif  // POLLUX_NATIVE_SUPPORT_VALUES_H_
