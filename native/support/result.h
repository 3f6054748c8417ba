#ifndef POLLUX_NATIVE_SUPPORT_RESULT_H_
#define POLLUX_NATIVE_SUPPORT_RESULT_H_

#include <napi.h>

#include <cerrno>
#include <cstdint>

// Every call returns to JavaScript this way: its result, or -errno. `Result` reads errno before any
// Node-API function can change it.
inline Napi::Value Answer(Napi::Env env, int64_t answer) {
  napi_value value = nullptr;
  // Small integers need no memory in V8.
  if (answer >= INT32_MIN && answer <= INT32_MAX) {
    napi_create_int32(env, static_cast<int32_t>(answer), &value);
  } else {
    napi_create_int64(env, answer, &value);
  }
  return {env, value};
}

inline Napi::Value Result(Napi::Env env, int64_t result) {
  return Answer(env, result < 0 ? -errno : result);
}

#endif  // POLLUX_NATIVE_SUPPORT_RESULT_H_
