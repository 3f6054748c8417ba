#ifndef POLLUX_NATIVE_SUPPORT_WAIT_THREAD_H_
#define POLLUX_NATIVE_SUPPORT_WAIT_THREAD_H_

#include <napi.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "report_exception.h"
#include "watched.h"

// Part of async_wait.cc, the only file that owns a thread.

// A thread that waits for one multiplexer: select or poll, or epoll if there is no libuv (in
// ppoll(2) on its descriptor) or a file answers once (in epoll_wait(2)). Between waits it sleeps on
// its eventfd.
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

  // Starts a wait, and replaces the current one. The arguments are those of a Watched.
  template <typename... Arguments>
  int Start(Arguments&&... arguments) {
    if (tsfn_ == nullptr) return -EBADF;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      next_.emplace(wake_fd_, arguments...);
    }
    changed_.notify_all();
    return Wake();
  }

  // Cancels the current wait, and copies what waits found and the kernel may not report again. What
  // `out` has no room for comes with the next call.
  int TakeFound(Span<Found> out) {
    if (tsfn_ == nullptr) return -EBADF;
    std::unique_lock<std::mutex> lock(mutex_);
    if (waiting_ || next_) next_.emplace(wake_fd_);
    if (waiting_) {
      const int result = Wake();
      if (result < 0) return result;
      changed_.notify_all();
      idle_.wait(lock, [this] { return !waiting_; });
    }
    if (done_) done_->AppendTo(found_);
    done_.reset();
    const int count = std::min(out.count, static_cast<int>(found_.size()));
    for (int i = 0; i < count; i++) out.Set(found_[static_cast<size_t>(i)], i);
    found_.erase(found_.begin(), found_.begin() + count);
    return count;
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
    // Other threads handle signals: none may interrupt this thread.
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
    changed_.notify_all();
    Wake();
    pthread_join(thread_, nullptr);
    ::close(wake_fd_);
    // Also when the environment ends: unless released, the function keeps the environment in memory
    // and its descriptors open.
    napi_release_threadsafe_function(std::exchange(tsfn_, nullptr), napi_tsfn_abort);
  }

  // Runs on the JavaScript thread, once for each wait. `callback` is null when the environment
  // ends.
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
      const bool found = watched.Wait();
      if (found) Pause(watched.failed());
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        // Reset before `next_` is read: a later wake-up then belongs to a later change of `next_`.
        // And before TakeFound goes on: an epoll with `wake_fd` in it is not readable because of it
        // then.
        eventfd_t wakeups = 0;
        ::eventfd_read(wake_fd_, &wakeups);
        if (closing_) return;
        if (found) done_ = std::exchange(watched, Watched(wake_fd_));
        if (next_) watched = *std::exchange(next_, std::nullopt);
        SetWaiting(watched.busy());
      }
      if (found) napi_call_threadsafe_function(tsfn_, nullptr, napi_tsfn_nonblocking);
    }
  }

  // A call that fails again and again is made after pauses, each twice as long as the one before.
  // JavaScript would start the next wait at once, if the same call does not fail there.
  void Pause(bool failed) {
    failures_ = failed ? failures_ + 1 : 0;
    if (failures_ < kMaxAttempts) return;
    const int doublings = std::min(failures_ - kMaxAttempts, kMaxDoublings);
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, kFirstPause * (1 << doublings), [this] { return closing_ || next_; });
  }

  void SetWaiting(bool waiting) {
    waiting_ = waiting;
    if (!waiting) idle_.notify_all();
  }

  static void OnTeardown(void* argument) { static_cast<WaitThread*>(argument)->Join(); }

  static constexpr int kMaxAttempts = 16;
  static constexpr int kMaxDoublings = 6;
  static constexpr std::chrono::milliseconds kFirstPause{10};

  const Napi::Env env_;
  const int wake_fd_;
  napi_threadsafe_function tsfn_ = nullptr;
  pthread_t thread_{};
  std::mutex mutex_;
  std::optional<Watched> next_;  // guarded by mutex_
  bool waiting_ = false;         // guarded by mutex_
  std::optional<Watched> done_;  // guarded by mutex_: the last wait that was JavaScript's turn
  std::condition_variable idle_;
  bool closing_ = false;             // guarded by mutex_
  std::condition_variable changed_;  // of next_ and closing_
  int failures_ = 0;                 // in a row, of the thread's calls
  std::vector<Found> found_;
};

#endif  // POLLUX_NATIVE_SUPPORT_WAIT_THREAD_H_
