#ifndef POLLUX_NATIVE_SUPPORT_SCALAR_ARGS_H_
#define POLLUX_NATIVE_SUPPORT_SCALAR_ARGS_H_

#include <napi.h>

#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "values.h"

// The part of Args (args.h) that needs no memory of JavaScript's: numbers, text, functions and
// objects, and the errors of all arguments.
class ScalarArgs {
 public:
  explicit ScalarArgs(const Napi::CallbackInfo& info) : info_(info), env_(info.Env()) {}

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
    const double ms = Number(name);
    if (failed_) return {};
    if (std::isnan(ms)) {
      OutOfRange(name, "a number of milliseconds");
      return {};
    }
    return Timeout::AfterMs(ms);
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

  void OutOfRange(const char* name, const std::string& expected) {
    if (failed_) return;
    failed_ = true;
    const std::string message =
        "The value of \"" + std::string(name) + "\" is out of range. It must be " + expected;
    // Fails after worker.terminate() has stopped all JavaScript: no code is left to catch the
    // error.
    napi_throw_range_error(env_, "ERR_OUT_OF_RANGE", message.c_str());
  }

 protected:
  Napi::Value Next() { return info_[next_++]; }

  // The argument that Next returns, without going on to the one after it.
  Napi::Value Peek() const { return info_[next_]; }

  double Integer(const char* name, double min, double max) {
    const double number = Number(name);
    if (failed_) return 0;
    if (number >= min && number <= max && IsWhole(number)) return number;
    OutOfRange(name, "an integer >= " + std::to_string(static_cast<int64_t>(min)) +
                         " and <= " + std::to_string(static_cast<int64_t>(max)));
    return 0;
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

  // After a call of Node-API has failed, which leaves its own exception pending.
  void Fail() { failed_ = true; }

  Napi::Env env() const { return env_; }

 private:
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

  const Napi::CallbackInfo& info_;
  const Napi::Env env_;
  size_t next_ = 0;
  bool failed_ = false;
};

#endif  // POLLUX_NATIVE_SUPPORT_SCALAR_ARGS_H_
