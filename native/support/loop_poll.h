#ifndef POLLUX_NATIVE_SUPPORT_LOOP_POLL_H_
#define POLLUX_NATIVE_SUPPORT_LOOP_POLL_H_

#include <fcntl.h>
#include <napi.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "libuv.h"
#include "report_exception.h"

// Part of async_wait.cc, the only file that owns a libuv handle.

// One descriptor that the runtime's own libuv loop watches, in practice an epoll descriptor.
class LoopPoll {
 public:
  static constexpr napi_type_tag kTag = {0x706f6c6c75780001, 0x6c6f6f7020706f6c};

  static int Create(Napi::Env env, int fd, Napi::Function callback, LoopPoll** created) {
    uv_loop_s* loop = nullptr;
    if (uv_poll_init == nullptr || napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
    // A duplicate: libuv aborts the process if the descriptor that it watches is closed.
    const int own_fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own_fd < 0) return -errno;
    auto* const handle = static_cast<uv_handle_s*>(std::calloc(1, uv_handle_size(kUvPoll)));
    const int result = handle == nullptr ? -ENOMEM : uv_poll_init(loop, handle, own_fd);
    if (result < 0) {
      std::free(handle);
      ::close(own_fd);
      return result;
    }
    *created = new LoopPoll(env, loop, handle, own_fd, callback);
    return 0;
  }

  int Start() {
    if (handle_ == nullptr) return -EBADF;
    const int result = uv_poll_start(handle_, kUvReadable, OnReady);
    if (result < 0) return result;
    // libuv adds the descriptor to its epoll when the loop turns, and aborts the process if the
    // kernel refuses (ELOOP, ENOSPC, ENOMEM). If it is already there, libuv only modifies it.
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd_;
    if (::epoll_ctl(uv_backend_fd(loop_), EPOLL_CTL_ADD, fd_, &event) == 0) return 0;
    const int error = errno;
    uv_poll_stop(handle_);
    return -error;
  }

  int Stop() { return handle_ == nullptr ? -EBADF : uv_poll_stop(handle_); }

  int Ref(bool ref) {
    if (handle_ == nullptr) return -EBADF;
    ref ? uv_ref(handle_) : uv_unref(handle_);
    return 0;
  }

  int Close() {
    if (handle_ == nullptr) return 0;
    callback_.Reset();
    napi_async_destroy(env_, context_);
    // libuv keeps the handle until its loop has turned; the cleanup hook waits for that.
    uv_close(std::exchange(handle_, nullptr), OnClosed);
    ::close(fd_);
    return 0;
  }

  void Finalize() {
    Close();
    Unref();
  }

 private:
  LoopPoll(Napi::Env env, uv_loop_s* loop, uv_handle_s* handle, int fd, Napi::Function callback)
      : env_(env), loop_(loop), handle_(handle), fd_(fd), callback_(Napi::Persistent(callback)) {
    uv_handle_set_data(handle, this);
    uv_unref(handle);
    napi_async_init(env, nullptr, Napi::String::New(env, "pollux.wait"), &context_);
    napi_add_async_cleanup_hook(env, OnTeardown, this, &hook_);
  }

  void Unref() {
    if (--owners_ == 0) delete this;
  }

  static void OnReady(uv_handle_s* handle, int /*status*/, int /*events*/) {
    auto* const self = static_cast<LoopPoll*>(uv_handle_get_data(handle));
    const Napi::HandleScope scope(self->env_);
    napi_value ignored = nullptr;
    napi_make_callback(self->env_, self->context_, self->env_.Global(), self->callback_.Value(), 0,
                       nullptr, &ignored);
    // Termination ends only this callback; the next one would run before the loop notices.
    if (ReportException(self->env_)) self->Stop();
  }

  static void OnClosed(uv_handle_s* handle) {
    auto* const self = static_cast<LoopPoll*>(uv_handle_get_data(handle));
    std::free(handle);
    napi_remove_async_cleanup_hook(self->hook_);
    self->Unref();
  }

  static void OnTeardown(napi_async_cleanup_hook_handle /*hook*/, void* self) {
    static_cast<LoopPoll*>(self)->Close();
  }

  const Napi::Env env_;
  uv_loop_s* const loop_;
  uv_handle_s* handle_;
  const int fd_;
  Napi::FunctionReference callback_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  int owners_ = 2;  // the JavaScript object and libuv
};

#endif  // POLLUX_NATIVE_SUPPORT_LOOP_POLL_H_
