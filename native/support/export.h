#ifndef POLLUX_NATIVE_SUPPORT_EXPORT_H_
#define POLLUX_NATIVE_SUPPORT_EXPORT_H_

#include <napi.h>

// Out of line: there are more than a thousand calls, and each runs once in an environment. Inlined,
// with their ways out of an error, they were a third of the addon.
[[gnu::noinline]] inline void Export(Napi::Object exports, const char* name, Napi::Value value) {
  exports.Set(name, value);
}
[[gnu::noinline]] inline void Export(Napi::Object exports, const char* name, double value) {
  exports.Set(name, Napi::Number::New(exports.Env(), value));
}

// Both macros export under the C name, and expect `Napi::Object exports` in scope. Constants have
// the value of this machine's headers. The templated New allocates no state per function.
#define EXPORT_FUNCTION(name, function) \
  Export(exports, name, Napi::Function::New<function>(exports.Env(), name))
#define EXPORT_CONSTANT(name) Export(exports, #name, static_cast<double>(name))

#endif  // POLLUX_NATIVE_SUPPORT_EXPORT_H_
