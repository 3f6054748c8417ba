#ifndef POLLUX_NATIVE_SUPPORT_LAYOUT_H_
#define POLLUX_NATIVE_SUPPORT_LAYOUT_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

// The layout of one of the kernel's structures, exported as `structs.NAME`: its size, and for each
// field its offset, size, sign, byte order, and the mask of a bit field. lib/memory/ reads and
// writes structures with it. Field names are those of C, without the prefix that all fields of a
// structure share.
class Layout {
 public:
  Layout(Napi::Object exports, const char* name, size_t size) : env_(exports.Env()) {
    Napi::Value structs = exports.Get("structs");
    if (!structs.IsObject()) {
      structs = Napi::Object::New(env_);
      exports.Set("structs", structs);
    }
    fields_ = Napi::Object::New(env_);
    Napi::Object layout = Napi::Object::New(env_);
    layout.Set("sizeof", Napi::Number::New(env_, static_cast<double>(size)));
    layout.Set("fields", fields_);
    structs.As<Napi::Object>().Set(name, layout);
  }

  void Field(const char* name, size_t offset, size_t size, bool is_signed, unsigned mask = 0,
             bool network = false) {
    Napi::Object field = Napi::Object::New(env_);
    field.Set("offset", Napi::Number::New(env_, static_cast<double>(offset)));
    field.Set("size", Napi::Number::New(env_, static_cast<double>(size)));
    field.Set("signed", Napi::Boolean::New(env_, is_signed));
    field.Set("mask", Napi::Number::New(env_, mask));
    field.Set("network", Napi::Boolean::New(env_, network));
    fields_.Set(name, field);
  }

  // Finds a bit field in `all_set`, a structure in which only its bits are set.
  void BitField(const char* name, const void* all_set, size_t size) {
    const uint8_t* const bytes = static_cast<const uint8_t*>(all_set);
    for (size_t offset = 0; offset < size; offset++) {
      if (bytes[offset] != 0) Field(name, offset, 1, false, bytes[offset]);
    }
  }

 private:
  Napi::Env env_;
  Napi::Object fields_;
};

// All macros expect `Napi::Object exports` in scope. Fields follow their LAYOUT in the same block.
#define LAYOUT(name)     \
  using S = struct name; \
  Layout layout(exports, #name, sizeof(S))
// As LAYOUT, for a typedef of an unnamed structure.
#define LAYOUT_OF_TYPE(name) \
  using S = name;            \
  Layout layout(exports, #name, sizeof(S))
#define FIELD(prefix, field)                                                 \
  layout.Field(#field, offsetof(S, prefix##field), sizeof(S::prefix##field), \
               std::is_signed_v<decltype(S::prefix##field)>)
// A field inside another one, such as a union: its name in JavaScript, and its path in C.
#define NESTED_FIELD(name, path) \
  layout.Field(#name, offsetof(S, path), sizeof(S::path), std::is_signed_v<decltype(S::path)>)
// A field in network byte order.
#define NETWORK_FIELD(prefix, field) \
  layout.Field(#field, offsetof(S, prefix##field), sizeof(S::prefix##field), false, 0, true)
#define BIT_FIELD(prefix, field)                  \
  {                                               \
    S all_set;                                    \
    std::memset(&all_set, 0, sizeof(all_set));    \
    all_set.prefix##field--;                      \
    layout.BitField(#field, &all_set, sizeof(S)); \
  }

#endif  // POLLUX_NATIVE_SUPPORT_LAYOUT_H_
