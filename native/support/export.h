#ifndef POLLUX_NATIVE_SUPPORT_EXPORT_H_
#define POLLUX_NATIVE_SUPPORT_EXPORT_H_

#include <napi.h>

#include <cstddef>
#include <string_view>

// Out of line: these run once in an environment. Inlined, with their ways out of an error, they
// were a third of the addon.
[[gnu::noinline]] inline void Export(Napi::Object exports, const char* name, Napi::Value value) {
  exports.Set(name, value);
}
[[gnu::noinline]] inline void Export(Napi::Object exports, const char* name, double value) {
  exports.Set(name, Napi::Number::New(exports.Env(), value));
}

// `names` has a ", " between two, as the preprocessor writes them. It tells where the list ends:
// with a count, the compiler would make a copy of the function for each list.
[[gnu::noinline]] inline void ExportAll(Napi::Object exports, std::string_view names,
                                        const double* values) {
  const Napi::Env env = exports.Env();
  while (true) {
    const size_t length = names.find(',');
    const std::string_view name = names.substr(0, length);
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): there are as many values as names
    const Napi::Value value = Napi::Number::New(env, *values++);
    exports.Set(Napi::String::New(env, name.data(), name.size()), value);
    if (length == std::string_view::npos) return;
    names.remove_prefix(length + 2);
  }
}

// Both macros export under the C name, and expect `Napi::Object exports` in scope. Constants have
// the value of this machine's headers. The templated New allocates no state per function.
#define EXPORT_FUNCTION(name, function) \
  Export(exports, name, Napi::Function::New<function>(exports.Env(), name))
// One string and one table of values for a whole list: a call for each constant would be three
// times the size. What is no constant expression needs an Export of its own.
#define EXPORT_CONSTANTS(...)                         \
  do {                                                \
    static constexpr double values[] = {__VA_ARGS__}; \
    ExportAll(exports, #__VA_ARGS__, values);         \
  } while (false)

#endif  // POLLUX_NATIVE_SUPPORT_EXPORT_H_
