#ifndef POLLUX_NATIVE_SUPPORT_REPORT_EXCEPTION_H_
#define POLLUX_NATIVE_SUPPORT_REPORT_EXCEPTION_H_

#include <napi.h>

// What a callback throws is an 'uncaughtException': no JavaScript is there to catch it. Says
// whether worker.terminate() has ended it, which leaves a null.
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
