#ifndef POLLUX_NATIVE_SUPPORT_WRAPPED_H_
#define POLLUX_NATIVE_SUPPORT_WRAPPED_H_

#include <napi.h>

#include "args.h"
#include "result.h"

// Wraps a C++ object in a JavaScript object. The tag distinguishes it from every other object, so
// that a wrong argument is a TypeError and never a wrong pointer. `T` has `kTag` and `Finalize()`.
template <typename T>
Napi::Value Wrap(Napi::Env env, T* wrapped) {
  const Napi::Object object = Napi::Object::New(env);
  const napi_finalize finalize = [](napi_env /*env*/, void* data, void* /*hint*/) {
    static_cast<T*>(data)->Finalize();
  };
  if (napi_wrap(env, object, wrapped, finalize, nullptr, nullptr) == napi_ok) {
    napi_type_tag_object(env, object, &T::kTag);
    return object;
  }
  // worker.terminate() has stopped all JavaScript: no code is left to close it.
  wrapped->Finalize();
  return {};
}

// Calls `function(T&, Args&)` with the object that the first argument wraps, and the remaining
// arguments. `function` returns a result or -errno.
template <typename T, typename Function>
Napi::Value WithWrapped(const Napi::CallbackInfo& info, Function function) {
  Args args(info);
  const Napi::Object object = args.Tagged("handle", T::kTag);
  if (args.failed()) return {};
  void* wrapped = nullptr;
  // Fails if worker.terminate() has stopped all JavaScript since the tag was checked.
  if (napi_unwrap(info.Env(), object, &wrapped) != napi_ok) return {};
  const int answer = function(*static_cast<T*>(wrapped), args);
  return args.failed() ? Napi::Value() : Answer(info.Env(), answer);
}

#endif  // POLLUX_NATIVE_SUPPORT_WRAPPED_H_
