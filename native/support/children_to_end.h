#ifndef POLLUX_NATIVE_SUPPORT_CHILDREN_TO_END_H_
#define POLLUX_NATIVE_SUPPORT_CHILDREN_TO_END_H_

#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
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
// stay a zombie until the whole process ends. They are named by number: a child keeps its number
// until it was waited for, and a pidfd needs a free descriptor and Linux 5.3.
class ChildrenToEnd {
 public:
  // Returns 0 if `pid` is a child that was not waited for; else -1, with ECHILD or EINVAL.
  static int Check(pid_t pid, int options = 0) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT | options);
  }

  // Does nothing if it is no child any more: libuv has waited for it.
  void Kill(pid_t pid, int options = 0) {
    if (Check(pid, options) == 0 && ::kill(pid, SIGKILL) == 0) killed_.push_back(pid);
  }

  // Those of this thread that are not `known`.
  void KillOthers(const std::vector<pid_t>& known) {
    const auto children = ChildrenOfThread();
    if (!children) return;
    for (const pid_t pid : *children) {
      if (std::find(known.begin(), known.end(), pid) != known.end()) continue;
      // A stranger, if another thread has waited for the child, or the number is that of another
      // namespace.
      Kill(pid, __WNOTHREAD);
    }
  }

  // Waits until all that were killed have ended. A process that SIGKILL does not end, because it
  // waits for a disk that does not answer, holds the environment up for kMax only.
  void Reap() const {
    const Clock::time_point end = Clock::now() + kMax;
    for (const pid_t pid : killed_) {
      while (IsRunning(pid) && Clock::now() < end) std::this_thread::sleep_for(kPause);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds kMax{10};
  static constexpr std::chrono::milliseconds kPause{1};

  // Waits for it if it has ended.
  static bool IsRunning(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) == 0 &&
           info.si_pid == 0;
  }

  std::vector<pid_t> killed_;
};

#endif  // POLLUX_NATIVE_SUPPORT_CHILDREN_TO_END_H_
