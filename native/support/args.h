#ifndef POLLUX_NATIVE_SUPPORT_ARGS_H_
#define POLLUX_NATIVE_SUPPORT_ARGS_H_

#include <napi.h>
#include <sys/uio.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "memory.h"
#include "scalar_args.h"
#include "values.h"

// Reads a binding's arguments from left to right, in man-page order. The first wrong argument
// leaves a TypeError or RangeError pending with Node's code; `failed()` is then true, and all
// arguments read after it are empty. Numbers are never truncated: a fraction or 2^32 is refused.
class Args : public ScalarArgs {
 public:
  using ScalarArgs::ScalarArgs;

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
    if (failed()) return {};
    return {whole.data + offset, length};
  }

  // A typed array's bytes as a C string. They must not contain a null byte, which would end it.
  std::string CString(const char* name) {
    const Span<uint8_t> bytes = Bytes(name);
    if (failed() || bytes.count == 0) return {};
    std::string text(reinterpret_cast<const char*>(bytes.data), static_cast<size_t>(bytes.count));
    if (text.find('\0') != std::string::npos) OutOfRange(name, "free of null bytes");
    return text;
  }

  // As CString, but null and undefined become the null pointer.
  std::optional<std::string> OptionalCString(const char* name) {
    if (failed() || !IsNothing(Peek())) return CString(name);
    Next();
    return std::nullopt;
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

  // As Milliseconds, or a struct timespec, which only the kernel judges.
  Timeout TimeLimit(const char* name) {
    if (failed() || !Peek().IsTypedArray()) return Milliseconds(name);
    Timeout timeout;
    timeout.memory = Struct<timespec>(name);
    if (!failed()) timeout.value = timeout.memory.Get();
    return timeout;
  }

  // An array of typed arrays, as iovecs in `iov`. Must be read before all other memory: reading the
  // elements may run JavaScript, which may detach a buffer that was already checked.
  template <size_t N>
  Span<iovec> Buffers(const char* name, iovec (&iov)[N]) {
    const Napi::Value value = Next();
    napi_value elements[N];
    uint32_t count = 0;
    if (failed()) return {};
    if (napi_get_array_length(env(), value, &count) != napi_ok) {
      WrongType(name, "an array of TypedArrays or DataViews", value);
    } else if (count > N) {
      OutOfRange(name, "at most " + std::to_string(N) + " long");
    }
    for (uint32_t i = 0; i < count && !failed(); i++) ReadElement(value, i, &elements[i]);
    for (uint32_t i = 0; i < count && !failed(); i++) {
      const Part part = Memory(name, Napi::Value(env(), elements[i]));
      iov[i] = {part.data, part.size};
    }
    return failed() ? Span<iovec>() : Span<iovec>{iov, static_cast<int>(count)};
  }

  // As Buffers, for several messages: an array of such arrays, with null for a message that has
  // none. Null and undefined become an empty vector.
  std::vector<std::optional<std::vector<iovec>>> BufferLists(const char* name) {
    const Napi::Value value = Next();
    if (failed() || IsNothing(value)) return {};
    std::vector<std::optional<std::vector<napi_value>>> lists;
    for (napi_value each : Elements(name, value)) {
      const Napi::Value list(env(), each);
      const bool none = failed() || IsNothing(list);
      lists.push_back(none ? std::nullopt : std::optional(Elements(name, list)));
    }
    std::vector<std::optional<std::vector<iovec>>> iovs(lists.size());
    for (size_t i = 0; i < lists.size() && !failed(); i++) {
      if (!lists[i]) continue;
      iovs[i].emplace();
      for (napi_value each : *lists[i]) {
        const Part part = Memory(name, Napi::Value(env(), each));
        iovs[i]->push_back({part.data, part.size});
      }
    }
    return iovs;
  }

 private:
  Part Memory(const char* name, Napi::Value value) {
    if (failed()) return {};
    const std::optional<Part> memory = MemoryOf(env(), value);
    if (!memory) WrongType(name, "a TypedArray or a DataView", value);
    return memory.value_or(Part());
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
    return failed() ? Span<T>() : Span<T>{reinterpret_cast<T*>(bytes.data), count};
  }

  // Of an array that is not longer than the kernel's arrays of iovecs and of messages.
  std::vector<napi_value> Elements(const char* name, Napi::Value array) {
    uint32_t count = 0;
    if (failed()) return {};
    if (napi_get_array_length(env(), array, &count) != napi_ok) {
      WrongType(name, "an array of arrays of TypedArrays", array);
      return {};
    }
    if (count > IOV_MAX) {
      OutOfRange(name, "at most " + std::to_string(IOV_MAX) + " long");
      return {};
    }
    std::vector<napi_value> elements(count);
    for (uint32_t i = 0; i < count && !failed(); i++) ReadElement(array, i, &elements[i]);
    return failed() ? std::vector<napi_value>() : elements;
  }

  // Fails if a getter throws, or after worker.terminate() has stopped all JavaScript.
  void ReadElement(napi_value array, uint32_t index, napi_value* element) {
    if (napi_get_element(env(), array, index, element) != napi_ok) Fail();
  }
};

#endif  // POLLUX_NATIVE_SUPPORT_ARGS_H_
