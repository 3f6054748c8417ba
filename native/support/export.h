#ifndef POLLUX_NATIVE_SUPPORT_EXPORT_H_
#define POLLUX_NATIVE_SUPPORT_EXPORT_H_

#include <napi.h>

// Both macros export under the C name, and expect `Napi::Object exports` in scope. Constants have
// the value of this machine's headers. The templated New allocates no state per function.
#define EXPORT_FUNCTION(name, function) \
  exports.Set(name, Napi::Function::New<function>(exports.Env(), name))
#define EXPORT_CONSTANT(name) \
  exports.Set(#name, Napi::Number::New(exports.Env(), static_cast<double>(name)))

#endif  // POLLUX_NATIVE_SUPPORT_EXPORT_H_
