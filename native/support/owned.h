#ifndef POLLUX_NATIVE_SUPPORT_OWNED_H_
#define POLLUX_NATIVE_SUPPORT_OWNED_H_

#include <napi.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdint>
#include <unordered_map>

#include "result.h"

// The descriptors that were opened in this environment, as Node itself keeps those of fs.open().
// `worker.terminate()` ends JavaScript between any two of its calls: only what was noted within the
// call that opened a descriptor can close it then.
//
// Numbers are used again. A ticket says which opening of a number is meant: whoever has the ticket
// of an earlier one never reaches the file that has the number now.
class Owned {
 public:
  ~Owned() {
    for (const auto& [fd, entry] : entries_) {
      if (entry.owner == nullptr || IsSameFile(fd, entry)) ::close(fd);
    }
  }

  static Owned& Of(Napi::Env env) { return *env.GetInstanceData<Owned>(); }

  // The ticket of this opening of `fd`, which voids those of earlier ones.
  int Add(Napi::Env env, int fd) {
    Entry& entry = entries_[fd];
    Release(env, entry);
    last_ticket_ = last_ticket_ == INT_MAX ? 1 : last_ticket_ + 1;
    entry = {last_ticket_, false, nullptr, 0, 0};
    return entry.ticket;
  }

  // As Add; what was opened here and nobody has claimed yet keeps the ticket that it has.
  int Claim(Napi::Env env, int fd) {
    const auto found = entries_.find(fd);
    const bool fresh = found != entries_.end() && !found->second.claimed;
    const int ticket = fresh ? found->second.ticket : Add(env, fd);
    entries_[fd].claimed = true;
    return ticket;
  }

  // Whether it was there. `ticket` 0 is any.
  bool Remove(Napi::Env env, int fd, int ticket = 0) {
    const auto found = Find(fd, ticket);
    if (found == entries_.end()) return false;
    Release(env, found->second);
    entries_.erase(found);
    return true;
  }

  // Notes that the descriptor is of no use once `owner` is collected, and which file it is now.
  bool Watch(Napi::Env env, int fd, int ticket, Napi::Object owner) {
    const auto found = Find(fd, ticket);
    struct stat file {};
    if (found == entries_.end() || ::fstat(fd, &file) < 0) return false;
    Entry& entry = found->second;
    Release(env, entry);
    entry.device = file.st_dev;
    entry.inode = file.st_ino;
    return napi_create_reference(env, owner, 0, &entry.owner) == napi_ok;
  }

  // Calls `visit(fd, ticket)` for those whose owner was collected, until it says `false`. Drops
  // those that were closed by other means: what has the number now is somebody else's.
  template <typename Visit>
  void EachForgotten(Napi::Env env, Visit visit) {
    for (auto next = entries_.begin(); next != entries_.end();) {
      const auto each = next++;
      auto& [fd, entry] = *each;
      if (entry.owner == nullptr || IsAlive(env, entry)) continue;
      if (!IsSameFile(fd, entry)) {
        Release(env, entry);
        entries_.erase(each);
      } else if (!visit(fd, entry.ticket)) {
        return;
      }
    }
  }

 private:
  struct Entry {
    int ticket;
    bool claimed;
    napi_ref owner;  // weak
    dev_t device;
    ino_t inode;
  };
  using Entries = std::unordered_map<int, Entry>;

  Entries::iterator Find(int fd, int ticket) {
    const auto found = entries_.find(fd);
    const bool other = found != entries_.end() && ticket != 0 && found->second.ticket != ticket;
    return other ? entries_.end() : found;
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

  Entries entries_;
  int last_ticket_ = 0;
};

// The result of a call that opens a descriptor.
inline Napi::Value Opened(Napi::Env env, int fd) {
  if (fd >= 0) Owned::Of(env).Add(env, fd);
  return Result(env, fd);
}

// The result of a call that opens two.
inline Napi::Value OpenedPair(Napi::Env env, int result, const int (&fds)[2], int* out) {
  if (result < 0) return Result(env, result);
  for (int i = 0; i < 2; i++) {
    Owned::Of(env).Add(env, fds[i]);
    out[i] = fds[i];
  }
  return Result(env, result);
}

#endif  // POLLUX_NATIVE_SUPPORT_OWNED_H_
