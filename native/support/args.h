#ifndef POLLUX_NATIVE_SUPPORT_ARGS_H_
#define POLLUX_NATIVE_SUPPORT_ARGS_H_

#include <napi.h>
#include <sys/uio.h>

#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "values.h"

// Reads a binding's arguments from left to right, in man-page order. The first wrong argument
// leaves a TypeError or RangeError pending with Node's code; `failed()` is then true, and all
// arguments read after it are empty. Numbers are never truncated: a fraction or 2^32 is refused.
class Args {
 public:
  explicit Args(const Napi::CallbackInfo& info) : info_(info), env_(info.Env()) {}

  bool failed() const { return failed_; }

  // A change of a number of bytes; negative if it shrinks.
  int64_t Change(const char* name) {
    return static_cast<int64_t>(Integer(name, -9007199254740991, 9007199254740991));
  }

  int Int(const char* name) { return static_cast<int>(Integer(name, INT_MIN, INT_MAX)); }

  // The number of elements of the previous argument that the call may use.
  int Count(const char* name, int available) {
    return static_cast<int>(Integer(name, 0, available));
  }

  // Flag words: JavaScript's bit operators make bit 31 negative, the headers make it positive.
  uint32_t Bits(const char* name) {
    return static_cast<uint32_t>(static_cast<int64_t>(Integer(name, INT_MIN, UINT_MAX)));
  }

  uint32_t Uint32(const char* name) { return static_cast<uint32_t>(Integer(name, 0, UINT_MAX)); }

  // A size_t that a JavaScript number can hold exactly.
  size_t Size(const char* name) { return static_cast<size_t>(Integer(name, 0, 9007199254740991)); }

  uint64_t Uint64(const char* name) {
    const Napi::Value value = Next();
    uint64_t result = 0;
    bool lossless = false;
    if (failed_) return 0;
    if (napi_get_value_bigint_uint64(env_, value, &result, &lossless) != napi_ok) {
      WrongType(name, "a bigint", value);
    } else if (!lossless) {
      OutOfRange(name, ">= 0n and < 2n ** 64n");
    }
    return result;
  }

  // A timeout in milliseconds, possibly fractional, rounded up to a nanosecond. Negative or
  // Infinity: no limit.
  Timeout Milliseconds(const char* name) {
    Timeout timeout;
    const double ms = Number(name);
    if (failed_) return timeout;
    if (std::isnan(ms)) {
      OutOfRange(name, "a number of milliseconds");
      return timeout;
    }
    timeout = Timeout::AfterMs(ms);
    return timeout;
  }

  // As Milliseconds, or a struct timespec, which only the kernel judges.
  Timeout TimeLimit(const char* name) {
    if (failed_ || !info_[next_].IsTypedArray()) return Milliseconds(name);
    Timeout timeout;
    timeout.memory = Struct<timespec>(name);
    if (!failed_) timeout.value = timeout.memory.Get();
    return timeout;
  }

  bool Bool(const char* name) {
    const Napi::Value value = Next();
    if (!failed_ && !value.IsBoolean()) WrongType(name, "a boolean", value);
    return !failed_ && value.As<Napi::Boolean>().Value();
  }

  std::string String(const char* name) {
    const Napi::Value value = Next();
    if (failed_) return {};
    if (!value.IsString()) {
      WrongType(name, "a string", value);
      return {};
    }
    return value.As<Napi::String>().Utf8Value();
  }

  // A typed array's bytes as a C string. They must not contain a null byte, which would end it.
  std::string CString(const char* name) {
    const Span<uint8_t> bytes = Bytes(name);
    if (failed_ || bytes.count == 0) return {};
    std::string text(reinterpret_cast<const char*>(bytes.data), static_cast<size_t>(bytes.count));
    if (text.find('\0') != std::string::npos) OutOfRange(name, "free of null bytes");
    return text;
  }

  // As CString, but null and undefined become the null pointer.
  std::optional<std::string> OptionalCString(const char* name) {
    if (failed_ || !IsNothing(info_[next_])) return CString(name);
    next_++;
    return std::nullopt;
  }

  Napi::Function Function(const char* name) {
    const Napi::Value value = Next();
    if (!failed_ && !value.IsFunction()) WrongType(name, "a function", value);
    return failed_ ? Napi::Function() : value.As<Napi::Function>();
  }

  Napi::Object Object(const char* name) {
    const Napi::Value value = Next();
    if (!failed_ && !value.IsObject()) WrongType(name, "an object", value);
    return failed_ ? Napi::Object() : value.As<Napi::Object>();
  }

  // An object with this tag, which only the addon sets.
  Napi::Object Tagged(const char* name, const napi_type_tag& tag) {
    const Napi::Value value = Next();
    bool tagged = false;
    if (!failed_ && value.IsObject()) napi_check_object_type_tag(env_, value, &tag, &tagged);
    if (!failed_ && !tagged) WrongType(name, "a handle of this kind", value);
    return failed_ ? Napi::Object() : value.As<Napi::Object>();
  }

  // The whole of a typed array or a DataView.
  Span<uint8_t> Bytes(const char* name) { return View(name, Next()); }

  // As Bytes, but null and undefined become the null pointer.
  Span<uint8_t> OptionalBytes(const char* name) {
    const Napi::Value value = Next();
    if (IsNothing(value)) return {};
    return View(name, value);
  }

  // Three arguments, (typed array, byte offset, byte length), checked against each other.
  // The array may be of any size: the kernel transfers less than 2 GiB of it in one call.
  Part Slice(const char* name) {
    const Part whole = Memory(name, Next());
    const size_t offset =
        static_cast<size_t>(Integer("offset", 0, static_cast<double>(whole.size)));
    const size_t length =
        static_cast<size_t>(Integer("length", 0, static_cast<double>(whole.size - offset)));
    if (failed_) return {};
    return {whole.data + offset, length};
  }

  // An array of typed arrays, as iovecs in `iov`. Must be read before all other memory: reading the
  // elements may run JavaScript, which may detach a buffer that was already checked.
  template <size_t N>
  Span<iovec> Buffers(const char* name, iovec (&iov)[N]) {
    const Napi::Value value = Next();
    napi_value elements[N];
    uint32_t count = 0;
    if (failed_) return {};
    if (napi_get_array_length(env_, value, &count) != napi_ok) {
      WrongType(name, "an array of TypedArrays or DataViews", value);
    } else if (count > N) {
      OutOfRange(name, "at most " + std::to_string(N) + " long");
    }
    for (uint32_t i = 0; i < count && !failed_; i++) {
      // Fails if a getter throws, or after worker.terminate() has stopped all JavaScript.
      failed_ = napi_get_element(env_, value, i, &elements[i]) != napi_ok;
    }
    for (uint32_t i = 0; i < count && !failed_; i++) {
      const Part part = Memory(name, Napi::Value(env_, elements[i]));
      iov[i] = {part.data, part.size};
    }
    return failed_ ? Span<iovec>() : Span<iovec>{iov, static_cast<int>(count)};
  }

  // As Buffers, for several messages: an array of such arrays, with null for a message that has
  // none. Null and undefined become an empty vector.
  std::vector<std::optional<std::vector<iovec>>> BufferLists(const char* name) {
    const Napi::Value value = Next();
    if (failed_ || IsNothing(value)) return {};
    std::vector<std::optional<std::vector<napi_value>>> lists;
    for (const napi_value each : Elements(name, value)) {
      const Napi::Value list(env_, each);
      const bool none = failed_ || IsNothing(list);
      lists.push_back(none ? std::nullopt : std::optional(Elements(name, list)));
    }
    std::vector<std::optional<std::vector<iovec>>> iovs(lists.size());
    for (size_t i = 0; i < lists.size() && !failed_; i++) {
      if (!lists[i]) continue;
      iovs[i].emplace();
      for (const napi_value each : *lists[i]) {
        const Part part = Memory(name, Napi::Value(env_, each));
        iovs[i]->push_back({part.data, part.size});
      }
    }
    return iovs;
  }

  // A typed array as an array of a kernel structure; an incomplete last one is left out.
  template <typename T>
  Span<T> Structs(const char* name) {
    const Span<uint8_t> bytes = Bytes(name);
    return {reinterpret_cast<T*>(bytes.data), bytes.count / static_cast<int>(sizeof(T))};
  }

  // A typed array that holds at least one T, or at least `count` of them.
  template <typename T>
  Span<T> Struct(const char* name, int count = 1) {
    return AtLeast<T>(name, Bytes(name), count);
  }

  // As Struct, but null and undefined become the null pointer.
  template <typename T>
  Span<T> OptionalStruct(const char* name, int count = 1) {
    const Napi::Value value = Next();
    if (IsNothing(value)) return {};
    return AtLeast<T>(name, View(name, value), count);
  }

  void OutOfRange(const char* name, const std::string& expected) {
    if (failed_) return;
    failed_ = true;
    const std::string message =
        "The value of \"" + std::string(name) + "\" is out of range. It must be " + expected;
    // Fails after worker.terminate() has stopped all JavaScript: no code is left to catch the
    // error.
    napi_throw_range_error(env_, "ERR_OUT_OF_RANGE", message.c_str());
  }

 private:
  Napi::Value Next() { return info_[next_++]; }

  // Of an array that is not longer than the kernel's arrays of iovecs and of messages.
  std::vector<napi_value> Elements(const char* name, Napi::Value array) {
    uint32_t count = 0;
    if (failed_) return {};
    if (napi_get_array_length(env_, array, &count) != napi_ok) {
      WrongType(name, "an array of arrays of TypedArrays", array);
      return {};
    }
    if (count > IOV_MAX) {
      OutOfRange(name, "at most " + std::to_string(IOV_MAX) + " long");
      return {};
    }
    std::vector<napi_value> elements(count);
    for (uint32_t i = 0; i < count && !failed_; i++) {
      failed_ = napi_get_element(env_, array, i, &elements[i]) != napi_ok;
    }
    return failed_ ? std::vector<napi_value>() : elements;
  }

  double Number(const char* name) {
    const Napi::Value value = Next();
    double number = 0;
    if (!failed_ && napi_get_value_double(env_, value, &number) != napi_ok) {
      WrongType(name, "a number", value);
    }
    return number;
  }

  // Avoids the function call of std::trunc. `number` must fit in 64 bits.
  static bool IsWhole(double number) {
    return static_cast<double>(static_cast<int64_t>(number)) == number;
  }

  double Integer(const char* name, double min, double max) {
    const double number = Number(name);
    if (failed_) return 0;
    if (number >= min && number <= max && IsWhole(number)) return number;
    OutOfRange(name, "an integer >= " + std::to_string(static_cast<int64_t>(min)) +
                         " and <= " + std::to_string(static_cast<int64_t>(max)));
    return 0;
  }

  // Node-API checks the bounds of a typed array if its buffer is resizable or detached: it is then
  // empty.
  Part Memory(const char* name, Napi::Value value) {
    if (failed_) return {};
    napi_typedarray_type type = napi_uint8_array;
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env_, value, &type, &length, &data, nullptr, nullptr) != napi_ok) {
      return MemoryOfDataView(name, value);
    }
    const size_t bytes = length * ElementSize(type);
    if (bytes == 0) data = const_cast<uint8_t*>(kEmpty);
    return {static_cast<uint8_t*>(data), bytes};
  }

  // For a DataView, some supported versions of Node report the bounds that it was made with. Those
  // of an ArrayBuffer are always those of now. A SharedArrayBuffer, of which Node-API tells less,
  // never shrinks.
  Part MemoryOfDataView(const char* name, Napi::Value value) {
    bool is_view = false;
    napi_is_dataview(env_, value, &is_view);
    size_t length = 0, offset = 0;
    void* data = nullptr;
    napi_value buffer = nullptr;
    if (!is_view ||
        napi_get_dataview_info(env_, value, &length, &data, &buffer, &offset) != napi_ok) {
      WrongType(name, "a TypedArray or a DataView", value);
      return {};
    }
    size_t available = 0;
    void* start = nullptr;
    if (napi_get_arraybuffer_info(env_, buffer, &start, &available) == napi_ok) {
      const bool inside = offset <= available && length <= available - offset;
      if (!inside) length = 0;
      data = static_cast<uint8_t*>(start) + (inside ? offset : 0);
    }
    if (length == 0) data = const_cast<uint8_t*>(kEmpty);
    return {static_cast<uint8_t*>(data), length};
  }

  Span<uint8_t> View(const char* name, Napi::Value value) {
    const Part memory = Memory(name, value);
    if (memory.size > INT_MAX) {
      OutOfRange(name, "at most 2147483647 bytes long");
      return {};
    }
    return {memory.data, static_cast<int>(memory.size)};
  }

  template <typename T>
  Span<T> AtLeast(const char* name, Span<uint8_t> bytes, int count) {
    const int64_t needed = int64_t{static_cast<int64_t>(sizeof(T))} * count;
    if (bytes.count < needed) {
      OutOfRange(name, "at least " + std::to_string(needed) + " bytes long");
    }
    return failed_ ? Span<T>() : Span<T>{reinterpret_cast<T*>(bytes.data), count};
  }

  void WrongType(const char* name, const char* expected, Napi::Value value) {
    static constexpr const char* kTypes[] = {"undefined",   "null",     "a boolean", "a number",
                                             "a string",    "a symbol", "an object", "a function",
                                             "an external", "a bigint"};
    failed_ = true;
    const std::string message = "The \"" + std::string(name) + "\" argument must be " + expected +
                                ". Received " + kTypes[value.Type()];
    napi_throw_type_error(env_, "ERR_INVALID_ARG_TYPE", message.c_str());
  }

  const Napi::CallbackInfo& info_;
  const Napi::Env env_;
  size_t next_ = 0;
  bool failed_ = false;
};

#endif  // POLLUX_NATIVE_SUPPORT_ARGS_H_
