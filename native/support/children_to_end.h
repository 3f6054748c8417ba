#ifndef POLLUX_NATIVE_SUPPORT_CHILDREN_TO_END_H_
#define POLLUX_NATIVE_SUPPORT_CHILDREN_TO_END_H_

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

// Those that this thread has started; nothing if there is no list: without CONFIG_PROC_CHILDREN, or
// because no descriptor is free. The numbers are those of the namespace of /proc, which need not be
// this process's. Not read with a stream of C++: its locales would add 300 kB to each binary.
inline std::optional<std::vector<pid_t>> ChildrenOfThread() {
  const int list = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (list < 0) return std::nullopt;
  std::string text;
  char part[1024];
  ssize_t count = 0;
  while ((count = ::read(list, part, sizeof(part))) > 0) {
    text.append(part, static_cast<size_t>(count));
  }
  ::close(list);
  if (count < 0) return std::nullopt;
  std::vector<pid_t> pids;
  const char* at = text.c_str();
  for (;;) {
    char* end = nullptr;
    const long pid = std::strtol(at, &end, 10);
    if (end == at) return pids;
    pids.push_back(static_cast<pid_t>(pid));
    at = end;
  }
}

// Child processes that an environment has started, and that end with it. libuv waits for a child
// only while the loop runs that has started it: after `worker.terminate()`, a child that ends would
// stay a zombie until the whole process ends.
class ChildrenToEnd {
 public:
  // Does nothing if libuv has waited for it (ESRCH).
  void Kill(int pidfd) {
    if (::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0) == 0) killed_.push_back(pidfd);
  }

  // Those of this thread that are not `known`.
  void KillOthers(const std::vector<pid_t>& known) {
    const auto children = ChildrenOfThread();
    if (!children) return;
    for (const pid_t pid : *children) {
      if (std::find(known.begin(), known.end(), pid) != known.end()) continue;
      const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
      if (pidfd < 0) continue;
      opened_.push_back(pidfd);
      // A stranger, if another thread has waited for the child, or the number is that of another
      // namespace.
      if (IsChildOfThread(pidfd)) Kill(pidfd);
    }
  }

  // Waits until all that were killed have ended. A process that SIGKILL does not end, because it
  // waits for a disk that does not answer, holds the environment up for kMax only.
  void Reap() const {
    const Clock::time_point end = Clock::now() + kMax;
    for (const int pidfd : killed_) {
      WaitUntil(end, pidfd);
      Wait(pidfd, WEXITED | WNOHANG);
    }
    for (const int pidfd : opened_) ::close(pidfd);
  }

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds kMax{10};

  // waitid(2). Returns -1 if it is no child, with ECHILD.
  static int Wait(int pidfd, int options) {
    constexpr auto kPidfd = static_cast<idtype_t>(3);  // P_PIDFD, in glibc only since 2.36
    siginfo_t info{};
    return ::waitid(kPidfd, static_cast<id_t>(pidfd), &info, options);
  }

  static bool IsChildOfThread(int pidfd) {
    return Wait(pidfd, WEXITED | WNOHANG | WNOWAIT | __WNOTHREAD) == 0;
  }

  // A pidfd is readable when its process has ended.
  static void WaitUntil(Clock::time_point end, int pidfd) {
    pollfd waiting{pidfd, POLLIN, 0};
    for (;;) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
      if (ready >= 0 || errno != EINTR) return;
    }
  }

  std::vector<int> killed_;
  std::vector<int> opened_;  // by this object
};

#endif  // POLLUX_NATIVE_SUPPORT_CHILDREN_TO_END_H_
