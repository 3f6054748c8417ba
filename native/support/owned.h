#ifndef POLLUX_NATIVE_SUPPORT_OWNED_H_
#define POLLUX_NATIVE_SUPPORT_OWNED_H_

#include <napi.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <unordered_map>
#include <vector>

#include "result.h"
#include "values.h"

// The descriptors that were opened in this environment, as Node itself keeps those of fs.open().
// `worker.terminate()` ends JavaScript between any two of its calls: only what was noted within the
// call that opened a descriptor can close it then.
//
// Numbers are used again. A ticket says which opening of a number is meant: whoever has the ticket
// of an earlier one never reaches the file that has the number now.
class Owned {
 public:
  ~Owned() {
    Each([](int fd, const Entry& entry) {
      if (entry.owner == nullptr || IsSameFile(fd, entry)) ::close(fd);
      return true;
    });
  }

  static Owned& Of(Napi::Env env) { return *env.GetInstanceData<Owned>(); }

  // The ticket of this opening of `fd`, which voids those of earlier ones.
  int Add(Napi::Env env, int fd) {
    Entry& entry = Room(fd);
    Release(env, entry);
    last_ticket_ = last_ticket_ == INT_MAX ? 1 : last_ticket_ + 1;
    entry = {last_ticket_, false, nullptr, 0, 0};
    return entry.ticket;
  }

  // As Add; what was opened here and nobody has claimed yet keeps the ticket that it has.
  int Claim(Napi::Env env, int fd) {
    Entry& entry = Room(fd);
    if (entry.ticket == 0 || entry.claimed) Add(env, fd);
    entry.claimed = true;
    return entry.ticket;
  }

  // Whether it was there. `ticket` 0 is any.
  bool Remove(Napi::Env env, int fd, int ticket = 0) {
    Entry* const entry = Find(fd, ticket);
    if (entry == nullptr) return false;
    Release(env, *entry);
    entry->ticket = 0;
    if (fd < 0 || fd >= kDense) others_.erase(fd);
    return true;
  }

  // Notes that the descriptor is of no use once `owner` is collected, and which file it is now.
  bool Watch(Napi::Env env, int fd, int ticket, Napi::Object owner) {
    Entry* const entry = Find(fd, ticket);
    struct stat file {};
    if (entry == nullptr || ::fstat(fd, &file) < 0) return false;
    Release(env, *entry);
    entry->device = file.st_dev;
    entry->inode = file.st_ino;
    return napi_create_reference(env, owner, 0, &entry->owner) == napi_ok;
  }

  // Calls `visit(fd, ticket)` for those whose owner was collected, until it says `false`. Drops
  // those that were closed by other means: what has the number now is somebody else's.
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
    dev_t device;
    ino_t inode;
  };

  // The kernel gives the lowest number that is free: those below are found without a search.
  static constexpr int kDense = 1 << 16;

  Entry& Room(int fd) {
    if (fd < 0 || fd >= kDense) return others_[fd];
    const size_t index = static_cast<size_t>(fd);
    if (index >= dense_.size()) dense_.resize(std::max(index + 1, 2 * dense_.size()));
    return dense_[index];
  }

  Entry* Find(int fd, int ticket) {
    Entry* entry = nullptr;
    if (fd >= 0 && static_cast<size_t>(fd) < dense_.size()) {
      entry = &dense_[static_cast<size_t>(fd)];
    } else if (const auto found = others_.find(fd); found != others_.end()) {
      entry = &found->second;
    }
    const bool fits = entry != nullptr && entry->ticket != 0;
    return fits && (ticket == 0 || entry->ticket == ticket) ? entry : nullptr;
  }

  // Until `visit(fd, entry)` says `false`.
  template <typename Visit>
  void Each(Visit visit) const {
    for (size_t index = 0; index < dense_.size(); index++) {
      const Entry& entry = dense_[index];
      if (entry.ticket != 0 && !visit(static_cast<int>(index), entry)) return;
    }
    for (const auto& [fd, entry] : others_) {
      if (entry.ticket != 0 && !visit(fd, entry)) return;
    }
  }

  static void Release(Napi::Env env, Entry& entry) {
    if (entry.owner != nullptr) napi_delete_reference(env, entry.owner);
    entry.owner = nullptr;
  }

  static bool IsAlive(Napi::Env env, const Entry& entry) {
    const Napi::HandleScope scope(env);
    napi_value owner = nullptr;
    // Where worker.terminate() has ended all JavaScript, nothing more is collected.
    return napi_get_reference_value(env, entry.owner, &owner) != napi_ok || owner != nullptr;
  }

  static bool IsSameFile(int fd, const Entry& entry) {
    struct stat file {};
    return ::fstat(fd, &file) == 0 && file.st_dev == entry.device && file.st_ino == entry.inode;
  }

  std::vector<Entry> dense_;
  std::unordered_map<int, Entry> others_;
  int last_ticket_ = 0;
};

// The result of a call that opens a descriptor.
inline Napi::Value Opened(Napi::Env env, int fd) {
  if (fd >= 0) Owned::Of(env).Add(env, fd);
  return Result(env, fd);
}

// The result of a call that opens two.
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
