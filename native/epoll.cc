#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

constexpr long kEpollPwait2 = 441;  // SYS_epoll_pwait2, the same on every architecture
constexpr size_t kKernelSigsetSize = (NSIG - 1) / 8;

// int epoll_create(int size);
Napi::Value EpollCreate(const Napi::CallbackInfo& info) {
  Args args(info);
  const int size = args.Int("size");
  if (args.failed()) return {};
  return Opened(info.Env(), ::epoll_create(size));
}

// int epoll_create1(int flags);
Napi::Value EpollCreate1(const Napi::CallbackInfo& info) {
  Args args(info);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), ::epoll_create1(flags));
}

// int epoll_ctl(int epfd, int op, int fd, struct epoll_event* event);
// The event is passed as numbers, so that a change allocates nothing: its events, then the low and
// the high half of its data.
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

// int epoll_pwait(int epfd, struct epoll_event* events, int maxevents, int timeout,
//                 const sigset_t* sigmask);
Napi::Value EpollPwait(const Napi::CallbackInfo& info) {
  Args args(info);
  const int epfd = args.Int("epfd");
  const Span<epoll_event> events = args.Structs<epoll_event>("events");
  const int timeout_ms = args.Int("timeoutMs");
  const sigset_t* const sigmask = args.OptionalStruct<sigset_t>("sigmask").data;
  if (args.failed()) return {};
  return Result(info.Env(), ::epoll_pwait(epfd, events.data, events.count, timeout_ms, sigmask));
}

// int epoll_pwait2(int epfd, struct epoll_event* events, int maxevents,
//                  const struct timespec* timeout, const sigset_t* sigmask);
Napi::Value EpollPwait2(const Napi::CallbackInfo& info) {
  Args args(info);
  const int epfd = args.Int("epfd");
  const Span<epoll_event> events = args.Structs<epoll_event>("events");
  Timeout timeout = args.TimeLimit("timeoutMs");
  const sigset_t* const sigmask = args.OptionalStruct<sigset_t>("sigmask").data;
  if (args.failed()) return {};
  // By number: glibc has a function for it only since 2.35.
  return Result(info.Env(), ::syscall(kEpollPwait2, epfd, events.data, events.count, timeout.get(),
                                      sigmask, kKernelSigsetSize));
}

// struct epoll_params of Linux 6.9. Older headers lack it.
struct Params {
  uint32_t busy_poll_usecs;
  uint16_t busy_poll_budget;
  uint8_t prefer_busy_poll;
  uint8_t pad;  // must be zero
};
constexpr unsigned long kSetParams = _IOW(0x8A, 0x01, Params);  // EPIOCSPARAMS
constexpr unsigned long kGetParams = _IOR(0x8A, 0x02, Params);  // EPIOCGPARAMS

// int ioctl(int epfd, EPIOCGPARAMS, struct epoll_params* argp);
Napi::Value EpollGetParams(const Napi::CallbackInfo& info) {
  Args args(info);
  const int epfd = args.Int("epfd");
  Params* const params = args.Struct<Params>("params").data;
  if (args.failed()) return {};
  return Result(info.Env(), ::ioctl(epfd, kGetParams, params));
}

// int ioctl(int epfd, EPIOCSPARAMS, const struct epoll_params* argp);
Napi::Value EpollSetParams(const Napi::CallbackInfo& info) {
  Args args(info);
  const int epfd = args.Int("epfd");
  const Params* const params = args.Struct<Params>("params").data;
  if (args.failed()) return {};
  return Result(info.Env(), ::ioctl(epfd, kSetParams, params));
}

void AddStructs(Napi::Object exports) {
  using S = Params;
  Layout layout(exports, "epoll_params", sizeof(S));
  FIELD(, busy_poll_usecs);
  FIELD(, busy_poll_budget);
  FIELD(, prefer_busy_poll);
}

}  // namespace

void RegisterEpoll(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("epoll_create", EpollCreate);
  EXPORT_FUNCTION("epoll_create1", EpollCreate1);
  EXPORT_FUNCTION("epoll_ctl", EpollCtl);
  EXPORT_FUNCTION("epoll_wait", EpollWait);
  EXPORT_FUNCTION("epoll_pwait", EpollPwait);
  EXPORT_FUNCTION("epoll_pwait2", EpollPwait2);
  EXPORT_FUNCTION("epoll_get_params", EpollGetParams);
  EXPORT_FUNCTION("epoll_set_params", EpollSetParams);

  EXPORT_CONSTANTS(EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL, EPOLLIN, EPOLLPRI,
                   EPOLLOUT, EPOLLRDNORM, EPOLLRDBAND, EPOLLWRNORM, EPOLLWRBAND, EPOLLMSG, EPOLLERR,
                   EPOLLHUP, EPOLLRDHUP, EPOLLEXCLUSIVE, EPOLLWAKEUP, EPOLLONESHOT, EPOLLET);

  // The structure is packed on x86-64 and padded elsewhere.
  constexpr size_t sizeof_epoll_event = sizeof(epoll_event);
  constexpr size_t offsetof_epoll_event_data = offsetof(epoll_event, data);
  EXPORT_CONSTANTS(sizeof_epoll_event, offsetof_epoll_event_data);
}
