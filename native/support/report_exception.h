#ifndef POLLUX_NATIVE_SUPPORT_REPORT_EXCEPTION_H_
#define POLLUX_NATIVE_SUPPORT_REPORT_EXCEPTION_H_

#include <napi.h>

// Reports an exception of a callback as an 'uncaughtException': no JavaScript could catch it.
// Returns whether worker.terminate() ended the callback; the exception is then null.
inline bool ReportException(Napi::Env env) {
  if (!env.IsExceptionPending()) return false;
  napi_value error = nullptr;
  napi_valuetype type = napi_undefined;
  napi_get_and_clear_last_exception(env, &error);
  napi_typeof(env, error, &type);
  napi_fatal_exception(env, error);
  return type == napi_null;
}

#endif  // POLLUX_NATIVE_SUPPORT_REPORT_EXCEPTION_H_
