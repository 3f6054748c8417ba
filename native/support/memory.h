#ifndef POLLUX_NATIVE_SUPPORT_MEMORY_H_
#define POLLUX_NATIVE_SUPPORT_MEMORY_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

// The memory of typed arrays and DataViews.

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

// `data` is not used if there are no bytes.
inline Part PartOf(void* data, size_t size) {
  return {size == 0 ? const_cast<uint8_t*>(kEmpty) : static_cast<uint8_t*>(data), size};
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

// For a DataView, some supported versions of Node report the bounds that it was made with. Those
// of an ArrayBuffer are always those of now. A SharedArrayBuffer, of which Node-API tells less,
// never shrinks.
inline std::optional<Part> MemoryOfDataView(napi_env env, napi_value value) {
  bool is_view = false;
  napi_is_dataview(env, value, &is_view);
  size_t length = 0, offset = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  if (!is_view || napi_get_dataview_info(env, value, &length, &data, &buffer, &offset) != napi_ok) {
    return std::nullopt;
  }
  size_t available = 0;
  void* start = nullptr;
  if (napi_get_arraybuffer_info(env, buffer, &start, &available) != napi_ok) {
    return PartOf(data, length);
  }
  if (offset > available || length > available - offset) return PartOf(nullptr, 0);
  return PartOf(static_cast<uint8_t*>(start) + offset, length);
}

// The whole of a typed array or a DataView; nothing for any other value. Node-API checks the bounds
// of a typed array if its buffer is resizable or detached: it is then empty.
inline std::optional<Part> MemoryOf(napi_env env, napi_value value) {
  napi_typedarray_type type = napi_uint8_array;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) {
    return MemoryOfDataView(env, value);
  }
  return PartOf(data, length * ElementSize(type));
}

#endif  // POLLUX_NATIVE_SUPPORT_MEMORY_H_
