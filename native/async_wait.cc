#include "support/args.h"
#include "support/export.h"
#include "support/loop_poll.h"
#include "support/result.h"
#include "support/wait_thread.h"
#include "support/wrapped.h"

// Waits that leave the JavaScript thread free. Both kinds report that something is ready. The calls
// of a blocking wait, with timeout 0, then find out what is ready; the thread keeps what the kernel
// may report only once. Only this file owns a thread and a libuv handle; no other file includes
// loop_poll.h and wait_thread.h.

namespace {

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

// wait_thread_create(callback): `callback` runs once after each started wait.
Napi::Value WaitThreadCreate(const Napi::CallbackInfo& info) {
  Args args(info);
  const Napi::Function callback = args.Function("callback");
  if (args.failed()) return {};
  WaitThread* created = nullptr;
  const int result = WaitThread::Create(info.Env(), callback, &created);
  return result < 0 ? Answer(info.Env(), result) : Wrap(info.Env(), created);
}

// wait_thread_poll(thread, fds, nfds, timeoutMs): starts a wait, and replaces the current one.
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
    const Span<unsigned long> sets[3] = {
        args.OptionalStruct<unsigned long>("readfds", words),
        args.OptionalStruct<unsigned long>("writefds", words),
        args.OptionalStruct<unsigned long>("exceptfds", words),
    };
    const Timeout timeout = args.Milliseconds("timeoutMs");
    const bool empty =
        sets[0].data == nullptr && sets[1].data == nullptr && sets[2].data == nullptr;
    return args.failed() ? 0 : thread.Start(empty ? 0 : nfds, sets, timeout);
  });
}

// wait_thread_epoll(thread, epfd, timeoutMs): as wait_thread_poll, in epoll_wait of the thread.
Napi::Value WaitThreadEpoll(const Napi::CallbackInfo& info) {
  return WithWrapped<WaitThread>(info, [](WaitThread& thread, Args& args) {
    const int epfd = args.Count("epfd", INT_MAX);
    const Timeout timeout = args.Milliseconds("timeoutMs");
    return args.failed() ? 0 : thread.Start(epfd, timeout);
  });
}

// wait_thread_found(thread, found): ends the wait under way, and writes what waits have found that
// the kernel may not tell again, in three integers each.
Napi::Value WaitThreadFound(const Napi::CallbackInfo& info) {
  return WithWrapped<WaitThread>(info, [](WaitThread& thread, Args& args) {
    const Span<Found> found = args.Structs<Found>("found");
    return args.failed() ? 0 : thread.TakeFound(found);
  });
}

// wait_thread_cancel(thread): cancels the current wait; its callback may still run once.
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
  EXPORT_FUNCTION("wait_thread_epoll", WaitThreadEpoll);
  EXPORT_FUNCTION("wait_thread_found", WaitThreadFound);
  EXPORT_FUNCTION("wait_thread_cancel", WaitThreadCancel);
  EXPORT_FUNCTION("wait_thread_ref", WaitThreadRef);
  EXPORT_FUNCTION("wait_thread_close", WaitThreadClose);
}
