#ifndef POLLUX_NATIVE_SUPPORT_OWNED_H_
#define POLLUX_NATIVE_SUPPORT_OWNED_H_

#include <fcntl.h>
#include <napi.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "children_to_end.h"
#include "memory.h"
#include "result.h"

// The descriptors that were opened in this environment; Node keeps a similar list for fs.open().
// `worker.terminate()` may stop JavaScript between any two calls. So each descriptor is recorded
// within the call that opens it; otherwise nothing would close it after a termination.
//
// The kernel reuses descriptor numbers. A ticket identifies one opening of a number: with the
// ticket of an earlier opening, a call never reaches the file that has the number now. Where other
// code closes and opens the number, which is not seen here, its file tells: device and inode. Those
// cost a system call, so only a number that other code has seen is asked for them. All files
// without an inode of their own (eventfd, epoll, timerfd, inotify, signalfd) look alike, and a file
// or a device can be opened again. They get a mark, which an open file has and its inode has not:
// the signal of F_SETSIG. It is the one that they would send anyway.
class Owned {
 public:
  // When the environment ends. Newer versions of Node.js leave its references to the addon.
  static void OnTeardown(Napi::Env env, Owned* self) {
    self->EndChildren();
    self->Each([env](int fd, const Entry& entry) {
      if (entry.owner != nullptr) napi_delete_reference(env, entry.owner);
      if (MayBeSameFile(fd, entry)) ::close(fd);
      return true;
    });
    delete self;
  }

  static Owned& Of(Napi::Env env) { return *env.GetInstanceData<Owned>(); }

  // Returns the ticket of this opening of `fd`, and invalidates earlier tickets.
  int Add(Napi::Env env, int fd) {
    Entry& entry = Room(fd);
    Release(env, entry);
    last_ticket_ = last_ticket_ == INT_MAX ? 1 : last_ticket_ + 1;
    entry = {last_ticket_, false, nullptr, false, false, 0, 0};
    return entry.ticket;
  }

  // As Add, but a descriptor that was opened here and not yet claimed keeps its ticket. Records its
  // file: whoever claims a number has seen it, and may close it by other means.
  int Claim(Napi::Env env, int fd) {
    Entry& entry = Room(fd);
    if (entry.ticket == 0 || entry.claimed) Add(env, fd);
    entry.claimed = true;
    RecordFile(fd, entry);
    return entry.ticket;
  }

  // A child process is about to be started, or that is over. `worker.terminate()` may stop
  // JavaScript as soon as there is a process, before OwnChild.
  // Without a list of those that were there before, none is told from those of other code.
  void ExpectChild(bool expected) {
    known_children_ = expected ? ChildrenOfThread() : std::nullopt;
  }

  // This child process ends with the environment, unless it was waited for before. Returns 0, or
  // -1 with ECHILD or EINVAL.
  int OwnChild(pid_t pid) {
    if (ChildrenToEnd::Check(pid) < 0) return -1;
    children_.push_back(pid);
    return 0;
  }

  // It was waited for: another process may have the number.
  void DisownChild(pid_t pid) {
    const auto found = std::find(children_.begin(), children_.end(), pid);
    if (found != children_.end()) children_.erase(found);
  }

  // Other code is about to see the number: records which file it is.
  void Show(int fd, int ticket) {
    Entry* const entry = Find(fd, ticket);
    if (entry != nullptr && !entry->recorded) RecordFile(fd, *entry);
  }

  // Whether `fd` is still the file that was opened with this ticket.
  bool IsCurrent(int fd, int ticket) {
    const Entry* const entry = Find(fd, ticket);
    return entry != nullptr && MayBeSameFile(fd, *entry);
  }

  // As Remove. Returns whether the caller is to close `fd`: not if another file has the number by
  // now.
  bool RemoveToClose(Napi::Env env, int fd, int ticket) {
    const bool closes = IsCurrent(fd, ticket);
    Remove(env, fd, ticket);
    return closes;
  }

  // Returns whether it was recorded. A `ticket` of 0 matches any.
  bool Remove(Napi::Env env, int fd, int ticket = 0) {
    Entry* const entry = Find(fd, ticket);
    if (entry == nullptr) return false;
    Release(env, *entry);
    entry->ticket = 0;
    if (fd < 0 || fd >= kMaxIndexedFds) by_fd_.erase(fd);
    return true;
  }

  // As Remove, for all numbers from `first` to `last`.
  void RemoveRange(Napi::Env env, unsigned int first, unsigned int last) {
    std::vector<int> gone;
    Each([&](int fd, const Entry&) {
      const unsigned int number = static_cast<unsigned int>(fd);
      if (number >= first && number <= last) gone.push_back(fd);
      return true;
    });
    for (const int fd : gone) Remove(env, fd);
  }

  // Records `owner` as the user of the descriptor, and its file. Returns `false` if it was closed.
  bool Watch(Napi::Env env, int fd, int ticket, Napi::Object owner) {
    Entry* const entry = Find(fd, ticket);
    if (entry == nullptr) return false;
    if (entry->recorded ? !IsSameFile(fd, *entry) : !RecordFile(fd, *entry)) return false;
    Release(env, *entry);
    return napi_create_reference(env, owner, 0, &entry->owner) == napi_ok;
  }

  // Calls `visit(fd, ticket)` for each whose owner was garbage-collected, until it returns `false`.
  // Drops those that were closed by other means: another file may have the number now.
  template <typename Visit>
  void EachForgotten(Napi::Env env, Visit visit) {
    std::vector<int> gone;
    Each([&](int fd, const Entry& entry) {
      if (entry.owner == nullptr || IsAlive(env, entry)) return true;
      if (IsSameFile(fd, entry)) return visit(fd, entry.ticket);
      gone.push_back(fd);
      return true;
    });
    for (const int fd : gone) Remove(env, fd);
  }

 private:
  struct Entry {
    int ticket;  // 0: none
    bool claimed;
    napi_ref owner;  // weak
    bool recorded;   // whether `device` and `inode` are known
    bool marked;     // whether the open file has the mark
    dev_t device;
    ino_t inode;
  };

  // Descriptors below this are found by index. The kernel assigns the lowest free number, so that
  // almost all are.
  static constexpr int kMaxIndexedFds = 1 << 16;

  Entry& Room(int fd) {
    if (fd < 0 || fd >= kMaxIndexedFds) return by_fd_[fd];
    const size_t index = static_cast<size_t>(fd);
    if (index >= by_index_.size()) by_index_.resize(std::max(index + 1, 2 * by_index_.size()));
    return by_index_[index];
  }

  Entry* Find(int fd, int ticket) {
    Entry* entry = nullptr;
    if (fd >= 0 && static_cast<size_t>(fd) < by_index_.size()) {
      entry = &by_index_[static_cast<size_t>(fd)];
    } else if (const auto found = by_fd_.find(fd); found != by_fd_.end()) {
      entry = &found->second;
    }
    const bool fits = entry != nullptr && entry->ticket != 0;
    return fits && (ticket == 0 || entry->ticket == ticket) ? entry : nullptr;
  }

  // Stops when `visit(fd, entry)` returns `false`.
  template <typename Visit>
  void Each(Visit visit) const {
    for (size_t index = 0; index < by_index_.size(); index++) {
      const Entry& entry = by_index_[index];
      if (entry.ticket != 0 && !visit(static_cast<int>(index), entry)) return;
    }
    for (const auto& [fd, entry] : by_fd_) {
      if (entry.ticket != 0 && !visit(fd, entry)) return;
    }
  }

  // All are killed before the first is waited for.
  void EndChildren() const {
    ChildrenToEnd children;
    for (const pid_t pid : children_) children.Kill(pid);
    if (known_children_) children.KillOthers(*known_children_);
    children.Reap();
  }

  static void Release(Napi::Env env, Entry& entry) {
    if (entry.owner != nullptr) napi_delete_reference(env, entry.owner);
    entry.owner = nullptr;
  }

  static bool IsAlive(Napi::Env env, const Entry& entry) {
    const Napi::HandleScope scope(env);
    napi_value owner = nullptr;
    // After worker.terminate() has stopped all JavaScript, nothing more is collected.
    return napi_get_reference_value(env, entry.owner, &owner) != napi_ok || owner != nullptr;
  }

  static bool RecordFile(int fd, Entry& entry) {
    struct stat file {};
    entry.recorded = ::fstat(fd, &file) == 0;
    entry.device = file.st_dev;
    entry.inode = file.st_ino;
    const bool is_unique = S_ISSOCK(file.st_mode) || S_ISFIFO(file.st_mode);
    entry.marked =
        entry.recorded && !is_unique && (HasMark(fd) || ::fcntl(fd, F_SETSIG, SIGIO) == 0);
    return entry.recorded;
  }

  static bool MayBeSameFile(int fd, const Entry& entry) {
    return !entry.recorded || IsSameFile(fd, entry);
  }

  static bool IsSameFile(int fd, const Entry& entry) {
    struct stat file {};
    const bool is_same =
        ::fstat(fd, &file) == 0 && file.st_dev == entry.device && file.st_ino == entry.inode;
    return is_same && (!entry.marked || HasMark(fd));
  }

  // Any signal: a program may have set another one.
  static bool HasMark(int fd) { return ::fcntl(fd, F_GETSIG) > 0; }

  std::vector<Entry> by_index_;
  std::unordered_map<int, Entry> by_fd_;
  int last_ticket_ = 0;
  std::vector<pid_t> children_;                       // end with the environment
  std::optional<std::vector<pid_t>> known_children_;  // while a child is expected
};

// The result of a call that opens a descriptor.
inline Napi::Value Opened(Napi::Env env, int fd) {
  if (fd >= 0) Owned::Of(env).Add(env, fd);
  return Result(env, fd);
}

// The result of a call that opens two descriptors.
inline Napi::Value OpenedPair(Napi::Env env, int result, const int (&fds)[2],
                              const Span<int>& out) {
  if (result < 0) return Result(env, result);
  for (int i = 0; i < 2; i++) {
    Owned::Of(env).Add(env, fds[i]);
    out.Set(fds[i], i);
  }
  return Result(env, result);
}

#endif  // POLLUX_NATIVE_SUPPORT_OWNED_H_
