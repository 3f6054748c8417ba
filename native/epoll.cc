#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

constexpr long kEpollPwait2 = 441;  // SYS_epoll_pwait2, the same on every architecture

// int epoll_create1(int flags);
Napi::Value EpollCreate1(const Napi::CallbackInfo& info) {
  Args args(info);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), ::epoll_create1(flags));
}

// int epoll_ctl(int epfd, int op, int fd, struct epoll_event* event);
// The event comes as numbers, so that a change allocates nothing: its events and the two halves of
// its data, low one first.
Napi::Value EpollCtl(const Napi::CallbackInfo& info) {
  Args args(info);
  const int epfd = args.Int("epfd");
  const int op = args.Int("op");
  const int fd = args.Int("fd");
  epoll_event event{};
  event.events = args.Bits("events");
  const uint64_t low = args.Bits("dataLow");
  const uint64_t high = args.Bits("dataHigh");
  event.data.u64 = high << 32 | low;
  if (args.failed()) return {};
  return Result(info.Env(), ::epoll_ctl(epfd, op, fd, &event));
}

// int epoll_wait(int epfd, struct epoll_event* events, int maxevents, int timeout);
Napi::Value EpollWait(const Napi::CallbackInfo& info) {
  Args args(info);
  const int epfd = args.Int("epfd");
  const Span<epoll_event> events = args.Structs<epoll_event>("events");
  const int timeout_ms = args.Int("timeoutMs");
  if (args.failed()) return {};
  return Result(info.Env(), ::epoll_wait(epfd, events.data, events.count, timeout_ms));
}

// int epoll_pwait2(int epfd, struct epoll_event* events, int maxevents,
//                  const struct timespec* timeout, const sigset_t* sigmask);
Napi::Value EpollPwait2(const Napi::CallbackInfo& info) {
  Args args(info);
  const int epfd = args.Int("epfd");
  const Span<epoll_event> events = args.Structs<epoll_event>("events");
  const Timeout timeout = args.Milliseconds("timeoutMs");
  if (args.failed()) return {};
  // By number: the C library has had a function for it only since glibc 2.35.
  return Result(info.Env(), ::syscall(kEpollPwait2, epfd, events.data, events.count, timeout.get(),
                                      nullptr, size_t{0}));
}

}  // namespace

void RegisterEpoll(Napi::Object exports) {
  EXPORT_FUNCTION("epoll_create1", EpollCreate1);
  EXPORT_FUNCTION("epoll_ctl", EpollCtl);
  EXPORT_FUNCTION("epoll_wait", EpollWait);
  EXPORT_FUNCTION("epoll_pwait2", EpollPwait2);

  EXPORT_CONSTANT(EPOLL_CLOEXEC);
  EXPORT_CONSTANT(EPOLL_CTL_ADD);
  EXPORT_CONSTANT(EPOLL_CTL_MOD);
  EXPORT_CONSTANT(EPOLL_CTL_DEL);
  EXPORT_CONSTANT(EPOLLIN);
  EXPORT_CONSTANT(EPOLLPRI);
  EXPORT_CONSTANT(EPOLLOUT);
  EXPORT_CONSTANT(EPOLLRDNORM);
  EXPORT_CONSTANT(EPOLLRDBAND);
  EXPORT_CONSTANT(EPOLLWRNORM);
  EXPORT_CONSTANT(EPOLLWRBAND);
  EXPORT_CONSTANT(EPOLLMSG);
  EXPORT_CONSTANT(EPOLLERR);
  EXPORT_CONSTANT(EPOLLHUP);
  EXPORT_CONSTANT(EPOLLRDHUP);
  EXPORT_CONSTANT(EPOLLEXCLUSIVE);
  EXPORT_CONSTANT(EPOLLWAKEUP);
  EXPORT_CONSTANT(EPOLLONESHOT);
  EXPORT_CONSTANT(EPOLLET);

  // The structure is packed on x86-64 and padded elsewhere.
  constexpr size_t sizeof_epoll_event = sizeof(epoll_event);
  constexpr size_t offsetof_epoll_event_data = offsetof(epoll_event, data);
  EXPORT_CONSTANT(sizeof_epoll_event);
  EXPORT_CONSTANT(offsetof_epoll_event_data);
}
