#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <optional>
#include <utility>

#include "support/args.h"
#include "support/export.h"
#include "support/libuv.h"
#include "support/result.h"
#include "support/watched.h"
#include "support/wrapped.h"

// Waiting that leaves the JavaScript thread free. Both kinds only say "look now": what is ready is
// then asked without blocking, by the calls that a blocking wait uses. This is the only file that
// owns a thread or a libuv handle.

namespace {

// What a callback throws is an 'uncaughtException': no JavaScript is there to catch it. Says
// whether worker.terminate() has ended it, which leaves a null.
bool ReportException(Napi::Env env) {
  if (!env.IsExceptionPending()) return false;
  napi_value error = nullptr;
  napi_valuetype type = napi_undefined;
  napi_get_and_clear_last_exception(env, &error);
  napi_typeof(env, error, &type);
  napi_fatal_exception(env, error);
  return type == napi_null;
}

// One descriptor, watched by the runtime's own libuv loop: made for an epoll's.
class LoopPoll {
 public:
  static constexpr napi_type_tag kTag = {0x706f6c6c75780001, 0x6c6f6f7020706f6c};

  static int Create(Napi::Env env, int fd, Napi::Function callback, LoopPoll** created) {
    uv_loop_s* loop = nullptr;
    if (uv_poll_init == nullptr || napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
    // A copy of the descriptor: libuv aborts the process where the one it watches was closed.
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
    // libuv adds the descriptor to its epoll when the loop turns, and aborts the process where the
    // kernel refuses (ELOOP, ENOSPC, ENOMEM). What it finds there already, it only changes.
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
    // A termination ends one callback; the next would run before the loop learns of it.
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

// One thread that waits on behalf of one multiplexer: for select and poll, and for epoll where
// there is no libuv. Between waits it sleeps on its eventfd.
class WaitThread {
 public:
  static constexpr napi_type_tag kTag = {0x706f6c6c75780002, 0x7761697420746872};

  static int Create(Napi::Env env, Napi::Function callback, WaitThread** created) {
    const int wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) return -errno;
    auto* const self = new WaitThread(env, wake_fd);
    const int result = self->Run(callback);
    if (result < 0) {
      ::close(wake_fd);
      delete self;
    } else {
      *created = self;
    }
    return result;
  }

  // Waits for that, in place of what is waited for now; the arguments are those of a Watched.
  template <typename... Arguments>
  int Start(Arguments&&... arguments) {
    if (tsfn_ == nullptr) return -EBADF;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      next_.emplace(wake_fd_, arguments...);
    }
    return Wake();
  }

  int Ref(bool ref) {
    if (tsfn_ == nullptr) return -EBADF;
    ref ? napi_ref_threadsafe_function(env_, tsfn_) : napi_unref_threadsafe_function(env_, tsfn_);
    return 0;
  }

  int Close() {
    if (tsfn_ == nullptr) return 0;
    napi_remove_env_cleanup_hook(env_, OnTeardown, this);
    Join();
    return 0;
  }

  void Finalize() {
    Close();
    delete this;
  }

 private:
  WaitThread(Napi::Env env, int wake_fd) : env_(env), wake_fd_(wake_fd) {}

  int Run(Napi::Function callback) {
    if (napi_create_threadsafe_function(env_, callback, nullptr,
                                        Napi::String::New(env_, "pollux.wait"), 0, 1, nullptr,
                                        nullptr, nullptr, OnWaited, &tsfn_) != napi_ok) {
      return -ENOMEM;
    }
    napi_unref_threadsafe_function(env_, tsfn_);
    // Signals are the main thread's: none may interrupt this one, or be handled by it.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int error = pthread_create(&thread_, nullptr, Main, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (error != 0) {
      napi_release_threadsafe_function(std::exchange(tsfn_, nullptr), napi_tsfn_abort);
      return -error;
    }
    napi_add_env_cleanup_hook(env_, OnTeardown, this);
    return 0;
  }

  int Wake() { return ::eventfd_write(wake_fd_, 1) < 0 ? -errno : 0; }

  void Join() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closing_ = true;
    }
    Wake();
    pthread_join(thread_, nullptr);
    ::close(wake_fd_);
    // Also when the environment ends: what is not released keeps it in memory, and open what it
    // owns.
    napi_release_threadsafe_function(std::exchange(tsfn_, nullptr), napi_tsfn_abort);
  }

  // On the JavaScript thread, once for each wait. At the environment's end there is no callback.
  static void OnWaited(napi_env env, napi_value callback, void* /*context*/, void* /*data*/) {
    if (callback == nullptr) return;
    napi_value ignored = nullptr;
    napi_call_function(env, Napi::Env(env).Undefined(), callback, 0, nullptr, &ignored);
    ReportException(env);
  }

  static void* Main(void* argument) {
    static_cast<WaitThread*>(argument)->Loop();
    return nullptr;
  }

  void Loop() {
    Watched watched(wake_fd_);
    for (;;) {
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (closing_) return;
        if (next_) watched = *std::exchange(next_, std::nullopt);
      }
      if (watched.Wait()) {
        watched = Watched(wake_fd_);
        napi_call_threadsafe_function(tsfn_, nullptr, napi_tsfn_nonblocking);
      }
      // Before `next_` is looked at: whoever rings later has changed it later.
      eventfd_t rung = 0;
      ::eventfd_read(wake_fd_, &rung);
    }
  }

  static void OnTeardown(void* argument) { static_cast<WaitThread*>(argument)->Join(); }

  const Napi::Env env_;
  const int wake_fd_;
  napi_threadsafe_function tsfn_ = nullptr;
  pthread_t thread_{};
  std::mutex mutex_;
  std::optional<Watched> next_;  // guarded by mutex_
  bool closing_ = false;         // guarded by mutex_
};

// loop_poll_create(fd, callback): `callback` runs whenever the loop finds `fd` readable.
Napi::Value LoopPollCreate(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const Napi::Function callback = args.Function("callback");
  if (args.failed()) return {};
  LoopPoll* created = nullptr;
  const int result = LoopPoll::Create(info.Env(), fd, callback, &created);
  return result < 0 ? Answer(info.Env(), result) : Wrap(info.Env(), created);
}

Napi::Value LoopPollStart(const Napi::CallbackInfo& info) {
  return WithWrapped<LoopPoll>(info, [](LoopPoll& poll, Args&) { return poll.Start(); });
}

Napi::Value LoopPollStop(const Napi::CallbackInfo& info) {
  return WithWrapped<LoopPoll>(info, [](LoopPoll& poll, Args&) { return poll.Stop(); });
}

Napi::Value LoopPollRef(const Napi::CallbackInfo& info) {
  return WithWrapped<LoopPoll>(info, [](LoopPoll& poll, Args& args) {
    const bool ref = args.Bool("ref");
    return args.failed() ? 0 : poll.Ref(ref);
  });
}

Napi::Value LoopPollClose(const Napi::CallbackInfo& info) {
  return WithWrapped<LoopPoll>(info, [](LoopPoll& poll, Args&) { return poll.Close(); });
}

// wait_thread_create(callback): `callback` runs once after each wait that was started.
Napi::Value WaitThreadCreate(const Napi::CallbackInfo& info) {
  Args args(info);
  const Napi::Function callback = args.Function("callback");
  if (args.failed()) return {};
  WaitThread* created = nullptr;
  const int result = WaitThread::Create(info.Env(), callback, &created);
  return result < 0 ? Answer(info.Env(), result) : Wrap(info.Env(), created);
}

// wait_thread_poll(thread, fds, nfds, timeoutMs): starts a wait, in place of one under way.
Napi::Value WaitThreadPoll(const Napi::CallbackInfo& info) {
  return WithWrapped<WaitThread>(info, [](WaitThread& thread, Args& args) {
    Span<pollfd> fds = args.Structs<pollfd>("fds");
    fds.count = args.Count("nfds", fds.count);
    const Timeout timeout = args.Milliseconds("timeoutMs");
    return args.failed() ? 0 : thread.Start(fds, timeout);
  });
}

// wait_thread_select(thread, nfds, readfds, writefds, exceptfds, timeoutMs): as wait_thread_poll.
Napi::Value WaitThreadSelect(const Napi::CallbackInfo& info) {
  return WithWrapped<WaitThread>(info, [](WaitThread& thread, Args& args) {
    const int nfds = args.Count("nfds", INT_MAX);
    const int words = nfds == 0 ? 0 : (nfds - 1) / NFDBITS + 1;
    const unsigned long* const sets[3] = {
        args.OptionalStruct<unsigned long>("readfds", words),
        args.OptionalStruct<unsigned long>("writefds", words),
        args.OptionalStruct<unsigned long>("exceptfds", words),
    };
    const Timeout timeout = args.Milliseconds("timeoutMs");
    const bool empty = sets[0] == nullptr && sets[1] == nullptr && sets[2] == nullptr;
    return args.failed() ? 0 : thread.Start(empty ? 0 : nfds, sets, timeout);
  });
}

// wait_thread_cancel(thread): ends the wait under way; a callback may be under way already.
Napi::Value WaitThreadCancel(const Napi::CallbackInfo& info) {
  return WithWrapped<WaitThread>(info, [](WaitThread& thread, Args&) { return thread.Start(); });
}

Napi::Value WaitThreadRef(const Napi::CallbackInfo& info) {
  return WithWrapped<WaitThread>(info, [](WaitThread& thread, Args& args) {
    const bool ref = args.Bool("ref");
    return args.failed() ? 0 : thread.Ref(ref);
  });
}

Napi::Value WaitThreadClose(const Napi::CallbackInfo& info) {
  return WithWrapped<WaitThread>(info, [](WaitThread& thread, Args&) { return thread.Close(); });
}

}  // namespace

void RegisterAsyncWait(Napi::Object exports) {
  EXPORT_FUNCTION("loop_poll_create", LoopPollCreate);
  EXPORT_FUNCTION("loop_poll_start", LoopPollStart);
  EXPORT_FUNCTION("loop_poll_stop", LoopPollStop);
  EXPORT_FUNCTION("loop_poll_ref", LoopPollRef);
  EXPORT_FUNCTION("loop_poll_close", LoopPollClose);
  EXPORT_FUNCTION("wait_thread_create", WaitThreadCreate);
  EXPORT_FUNCTION("wait_thread_poll", WaitThreadPoll);
  EXPORT_FUNCTION("wait_thread_select", WaitThreadSelect);
  EXPORT_FUNCTION("wait_thread_cancel", WaitThreadCancel);
  EXPORT_FUNCTION("wait_thread_ref", WaitThreadRef);
  EXPORT_FUNCTION("wait_thread_close", WaitThreadClose);
}
