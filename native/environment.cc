#include <node_api.h>
#include <unistd.h>

#include <unordered_set>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

// Weak: runtimes with Node-API but without libuv (Bun) load the addon all the same. Declared here,
// because the Node-API headers that cmake-js builds with do not bring <uv.h>.
extern "C" __attribute__((weak)) int uv_backend_fd(const uv_loop_s* loop);

namespace {

// The descriptors that this environment's classes own. `worker.terminate()` runs no JavaScript any
// more: nobody but the environment's teardown can close them then.
struct Owned {
  std::unordered_set<int> fds;
  ~Owned() {
    for (const int fd : fds) ::close(fd);
  }
};

// int uv_backend_fd(const uv_loop_t* loop);
Napi::Value UvBackendFd(const Napi::CallbackInfo& info) {
  uv_loop_s* loop = nullptr;
  if (uv_backend_fd == nullptr || napi_get_uv_event_loop(info.Env(), &loop) != napi_ok) {
    errno = ENOSYS;
    return Result(info.Env(), -1);
  }
  return Result(info.Env(), uv_backend_fd(loop));
}

// Closes `fd` when the environment goes, unless it was released before.
Napi::Value Own(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  if (args.failed()) return {};
  info.Env().GetInstanceData<Owned>()->fds.insert(fd);
  return Result(info.Env(), 0);
}

// Forgets `fd`. One call with the close, so that no termination can come between the two.
Napi::Value Release(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const bool close = args.Bool("close");
  if (args.failed()) return {};
  info.Env().GetInstanceData<Owned>()->fds.erase(fd);
  return Result(info.Env(), close ? ::close(fd) : 0);
}

}  // namespace

void RegisterEnvironment(Napi::Object exports) {
  exports.Env().SetInstanceData(new Owned());
  EXPORT_FUNCTION("uv_backend_fd", UvBackendFd);
  EXPORT_FUNCTION("own", Own);
  EXPORT_FUNCTION("release", Release);
}
