#include <node_api.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

// Makes the environment close `fd` when it ends, as it does with descriptors that were opened in
// it. Returns the ticket of this opening of the number.
Napi::Value Own(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  if (args.failed()) return {};
  return Answer(info.Env(), Owned::Of(info.Env()).Claim(info.Env(), fd));
}

// Leaves `fd` open when the environment ends, if `ticket` is its ticket or 0.
Napi::Value Disown(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int ticket = args.Int("ticket");
  if (args.failed()) return {};
  Owned::Of(info.Env()).Remove(info.Env(), fd, ticket);
  return Answer(info.Env(), 0);
}

// int close(int fd);
// EBADF if the environment has no such descriptor with this ticket: it was closed, and its number
// may belong to another file.
Napi::Value CloseOwned(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int ticket = args.Int("ticket");
  if (args.failed()) return {};
  if (!Owned::Of(info.Env()).RemoveToClose(info.Env(), fd, ticket)) {
    return Answer(info.Env(), -EBADF);
  }
  return Result(info.Env(), ::close(fd));
}

// Whether this thread is about to start a child process, which ends with the environment if that
// ends before own_child.
Napi::Value ExpectChild(const Napi::CallbackInfo& info) {
  Args args(info);
  const bool expected = args.Bool("expected");
  if (args.failed()) return {};
  Owned::Of(info.Env()).ExpectChild(expected);
  return Answer(info.Env(), 0);
}

// Makes the environment kill the child process `pid` when it ends, and wait for it.
// ECHILD: no child, or it was waited for.
Napi::Value OwnChild(const Napi::CallbackInfo& info) {
  Args args(info);
  const pid_t pid = args.Int("pid");
  if (args.failed()) return {};
  return Result(info.Env(), Owned::Of(info.Env()).OwnChild(pid));
}

// The child process `pid` was waited for.
Napi::Value DisownChild(const Napi::CallbackInfo& info) {
  Args args(info);
  const pid_t pid = args.Int("pid");
  if (args.failed()) return {};
  Owned::Of(info.Env()).DisownChild(pid);
  return Answer(info.Env(), 0);
}

// Other code is about to see `fd`, and may close it by other means.
Napi::Value ShowOwned(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int ticket = args.Int("ticket");
  if (args.failed()) return {};
  Owned::Of(info.Env()).Show(fd, ticket);
  return Answer(info.Env(), 0);
}

// Records `owner` as the user of `fd`: forgotten() reports `fd` after `owner` is garbage-collected.
// EBADF as above.
Napi::Value WatchOwner(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int ticket = args.Int("ticket");
  const Napi::Object owner = args.Object("owner");
  if (args.failed()) return {};
  const bool watched = Owned::Of(info.Env()).Watch(info.Env(), fd, ticket, owner);
  return Answer(info.Env(), watched ? 0 : -EBADF);
}

// Writes the descriptor and ticket of each whose owner was garbage-collected, and returns their
// number. If the array is full, there may be more.
Napi::Value Forgotten(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<uint8_t> found = args.Bytes("found");
  if (args.failed()) return {};
  constexpr int kPairBytes = 2 * sizeof(int);
  int count = 0;
  Owned::Of(info.Env()).EachForgotten(info.Env(), [&](int fd, int ticket) {
    if (count == found.count / kPairBytes) return false;
    const int pair[] = {fd, ticket};
    std::memcpy(found.data + ptrdiff_t{count++} * kPairBytes, pair, kPairBytes);
    return true;
  });
  return Answer(info.Env(), count);
}

// napi_status napi_adjust_external_memory(napi_env env, int64_t change_in_bytes, int64_t* result);
Napi::Value AdjustExternalMemory(const Napi::CallbackInfo& info) {
  Args args(info);
  const int64_t change = args.Change("changeInBytes");
  if (args.failed()) return {};
  int64_t adjusted = 0;
  napi_adjust_external_memory(info.Env(), change, &adjusted);
  return Answer(info.Env(), adjusted);
}

}  // namespace

void RegisterEnvironment(Napi::Object exports) {
  exports.Env().SetInstanceData<Owned, Owned::OnTeardown>(new Owned());
  EXPORT_FUNCTION("uv_backend_fd", UvBackendFd);
  EXPORT_FUNCTION("own", Own);
  EXPORT_FUNCTION("disown", Disown);
  EXPORT_FUNCTION("close_owned", CloseOwned);
  EXPORT_FUNCTION("expect_child", ExpectChild);
  EXPORT_FUNCTION("own_child", OwnChild);
  EXPORT_FUNCTION("disown_child", DisownChild);
  EXPORT_FUNCTION("show_owned", ShowOwned);
  EXPORT_FUNCTION("watch_owner", WatchOwner);
  EXPORT_FUNCTION("forgotten", Forgotten);
  EXPORT_FUNCTION("adjust_external_memory", AdjustExternalMemory);
}
