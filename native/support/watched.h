#ifndef POLLUX_NATIVE_SUPPORT_WATCHED_H_
#define POLLUX_NATIVE_SUPPORT_WATCHED_H_

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "args.h"

// What a wait found and the kernel may not report again. `high` is the upper half of epoll's data.
struct Found {
  int fd;
  int high;
  int events;
};

// What the thread waits for. It is a copy, so that JavaScript may keep changing the original. It
// includes `wake_fd`, which interrupts the wait.
// NOLINTNEXTLINE(bugprone-reserved-identifier): a name of the compiler, where it copies an array
class Watched {
 public:
  // Waits only for `wake_fd`.
  explicit Watched(int wake_fd) : wake_fd_(wake_fd), fds_{{wake_fd, POLLIN, 0}} {}

  Watched(int wake_fd, Span<pollfd> fds, Timeout timeout)
      : wake_fd_(wake_fd), timeout_(timeout), fds_(fds.Copy()) {
    fds_.push_back({wake_fd, POLLIN, 0});
  }

  Watched(int wake_fd, int nfds, const Span<unsigned long> (&sets)[3], Timeout timeout)
      : wake_fd_(wake_fd), timeout_(timeout), nfds_(nfds > wake_fd ? nfds : wake_fd + 1) {
    for (int i = 0; i < 3; i++) {
      const bool watched = sets[i].data != nullptr;
      if (watched) sets_[i] = sets[i].Copy();
      // Clears bits from `nfds` on: if `wake_fd` is higher, the kernel would check them, too.
      if (watched && nfds % NFDBITS != 0) {
        sets_[i].back() &= (1UL << (nfds % NFDBITS)) - 1;
      }
      if (watched || i == 0) sets_[i].resize(static_cast<size_t>(Words(nfds_)));
    }
    sets_[0][WakeWord()] |= WakeBit();
  }

  // An epoll, in which `wake_fd` is watched as well.
  Watched(int wake_fd, int epfd, Timeout timeout)
      : wake_fd_(wake_fd), timeout_(timeout), epfd_(epfd), events_(kMaxEvents) {}

  // Returns whether it waits for more than `wake_fd`.
  bool busy() const { return epfd_ >= 0 || nfds_ > 0 || fds_.size() > 1 || !timeout_.forever; }

  // Returns whether to call JavaScript: something is ready, the timeout expired, or the call
  // failed, which the same call on the JavaScript thread then reports. False if only `wake_fd` is
  // readable.
  bool Wait() { return epfd_ >= 0 ? Epoll() : nfds_ > 0 ? Select() : Poll(); }

  // Returns whether the last call failed.
  bool failed() const { return failed_; }

  // Appends what the next call may not report again: what is exceptional, as files of procfs report
  // a change to one call only, and all events of epoll, which reports an edge once.
  void AppendTo(std::vector<Found>& found) const {
    for (const pollfd& slot : fds_) {
      if ((slot.revents & POLLPRI) != 0) found.push_back({slot.fd, 0, slot.revents});
    }
    for (size_t word = 0; word < except_.size(); word++) {
      for (int bit = 0; bit < NFDBITS; bit++) {
        if ((except_[word] >> bit & 1) == 0) continue;
        found.push_back({static_cast<int>(word) * NFDBITS + bit, 0, POLLPRI});
      }
    }
    for (int i = 0; i < reported_; i++) {
      const epoll_event& event = events_[static_cast<size_t>(i)];
      if (event.data.u64 == WakeData()) continue;
      found.push_back({static_cast<int>(event.data.u64), static_cast<int>(event.data.u64 >> 32),
                       static_cast<int>(event.events)});
    }
  }

 private:
  static constexpr size_t kMaxEvents = 64;

  static int Words(int nfds) { return nfds == 0 ? 0 : (nfds - 1) / NFDBITS + 1; }

  size_t WakeWord() const { return static_cast<size_t>(wake_fd_ / NFDBITS); }
  unsigned long WakeBit() const { return 1UL << (wake_fd_ % NFDBITS); }

  // JavaScript's entries have a generation in the upper half, which is not 0.
  uint64_t WakeData() const { return static_cast<uint32_t>(wake_fd_); }

  bool Epoll() {
    epoll_event wake{};
    wake.events = EPOLLIN;
    wake.data.u64 = WakeData();
    // EEXIST from the second time on; any other failure, of the next call as well, is the caller's.
    failed_ = ::epoll_ctl(epfd_, EPOLL_CTL_ADD, wake_fd_, &wake) < 0 && errno != EEXIST;
    if (failed_) return true;
    const int ready = ::epoll_wait(epfd_, events_.data(), static_cast<int>(kMaxEvents), WholeMs());
    failed_ = ready < 0;
    reported_ = failed_ ? 0 : ready;
    return ready != 1 || events_[0].data.u64 != WakeData();
  }

  int WholeMs() const {
    const double ms = std::ceil(timeout_.Milliseconds());
    return timeout_.forever ? -1 : ms < INT_MAX ? static_cast<int>(ms) : INT_MAX;
  }

  bool Poll() {
    const int ready = ::ppoll(fds_.data(), fds_.size(), timeout_.get(), nullptr);
    failed_ = ready < 0;
    return ready <= 0 || ready > (fds_.back().revents != 0 ? 1 : 0);
  }

  bool Select() {
    std::vector<unsigned long> working[3] = {sets_[0], sets_[1], sets_[2]};
    fd_set* sets[3];
    for (int i = 0; i < 3; i++) {
      sets[i] = working[i].empty() ? nullptr : reinterpret_cast<fd_set*>(working[i].data());
    }
    const int ready = ::pselect(nfds_, sets[0], sets[1], sets[2], timeout_.get(), nullptr);
    failed_ = ready < 0;
    if (ready > 0) except_ = working[2];
    return ready <= 0 || ready > ((working[0][WakeWord()] & WakeBit()) != 0 ? 1 : 0);
  }

  int wake_fd_;
  Timeout timeout_{{}, true};
  std::vector<pollfd> fds_;
  int nfds_ = 0;  // 0: poll
  std::vector<unsigned long> sets_[3];
  std::vector<unsigned long> except_;  // as the last call left it
  int epfd_ = -1;                      // -1: none
  std::vector<epoll_event> events_;
  int reported_ = 0;
  bool failed_ = false;
};

#endif  // POLLUX_NATIVE_SUPPORT_WATCHED_H_
