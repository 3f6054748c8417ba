#include <node_api.h>

#include "support/args.h"
#include "support/export.h"
#include "support/libuv.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int uv_backend_fd(const uv_loop_t* loop);
Napi::Value UvBackendFd(const Napi::CallbackInfo& info) {
  uv_loop_s* loop = nullptr;
  if (uv_backend_fd == nullptr || napi_get_uv_event_loop(info.Env(), &loop) != napi_ok) {
    errno = ENOSYS;
    return Result(info.Env(), -1);
  }
  return Result(info.Env(), uv_backend_fd(loop));
}

// Closes `fd` when the environment ends, as it does with what was opened in it.
Napi::Value Own(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  if (args.failed()) return {};
  Owned::Of(info.Env()).fds.insert(fd);
  return Result(info.Env(), 0);
}

// Leaves `fd` open when the environment ends.
Napi::Value Disown(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  if (args.failed()) return {};
  Owned::Of(info.Env()).fds.erase(fd);
  return Result(info.Env(), 0);
}

}  // namespace

void RegisterEnvironment(Napi::Object exports) {
  exports.Env().SetInstanceData(new Owned());
  EXPORT_FUNCTION("uv_backend_fd", UvBackendFd);
  EXPORT_FUNCTION("own", Own);
  EXPORT_FUNCTION("disown", Disown);
}
