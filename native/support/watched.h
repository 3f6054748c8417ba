#ifndef POLLUX_NATIVE_SUPPORT_WATCHED_H_
#define POLLUX_NATIVE_SUPPORT_WATCHED_H_

#include <poll.h>
#include <sys/select.h>

#include <cstddef>
#include <vector>

#include "args.h"

// What the thread waits for. It is a copy, so that JavaScript may keep changing the original. It
// includes `wake_fd`, which interrupts the wait.
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

  // Returns whether to call JavaScript: something is ready, the timeout expired, or the call
  // failed, which the same call on the JavaScript thread then reports. False if only `wake_fd` is
  // readable.
  bool Wait() { return nfds_ > 0 ? Select() : Poll(); }

 private:
  static int Words(int nfds) { return nfds == 0 ? 0 : (nfds - 1) / NFDBITS + 1; }

  size_t WakeWord() const { return static_cast<size_t>(wake_fd_ / NFDBITS); }
  unsigned long WakeBit() const { return 1UL << (wake_fd_ % NFDBITS); }

  bool Poll() {
    const int ready = ::ppoll(fds_.data(), fds_.size(), timeout_.get(), nullptr);
    return ready <= 0 || ready > (fds_.back().revents != 0 ? 1 : 0);
  }

  bool Select() {
    std::vector<unsigned long> working[3] = {sets_[0], sets_[1], sets_[2]};
    fd_set* sets[3];
    for (int i = 0; i < 3; i++) {
      sets[i] = working[i].empty() ? nullptr : reinterpret_cast<fd_set*>(working[i].data());
    }
    const int ready = ::pselect(nfds_, sets[0], sets[1], sets[2], timeout_.get(), nullptr);
    return ready <= 0 || ready > ((working[0][WakeWord()] & WakeBit()) != 0 ? 1 : 0);
  }

  int wake_fd_;
  Timeout timeout_{{}, true};
  std::vector<pollfd> fds_;
  int nfds_ = 0;  // 0: poll
  std::vector<unsigned long> sets_[3];
};

#endif  // POLLUX_NATIVE_SUPPORT_WATCHED_H_
