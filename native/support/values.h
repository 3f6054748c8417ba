#ifndef POLLUX_NATIVE_SUPPORT_VALUES_H_
#define POLLUX_NATIVE_SUPPORT_VALUES_H_

#include <napi.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <vector>

// The C++ types of arguments: see args.h.

// Memory that JavaScript owns, used for one system call. A typed array may begin at any address, so
// `data` need not be aligned for a T. The kernel copies from and to it, and Get and Set copy too.
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

  // A copy of all elements.
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

// As a Span of bytes, for memory of any size.
struct Part {
  uint8_t* data = nullptr;
  size_t size = 0;
};

// The address of an empty typed array. Node-API returns null, but the kernel treats null as no
// buffer at all. With an empty buffer it reports the length that did not fit.
alignas(std::max_align_t) inline constexpr uint8_t kEmpty[1] = {};

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
      return 1;  // never too many bytes, even for an element type added later
  }
}

#endif  // POLLUX_NATIVE_SUPPORT_VALUES_H_
