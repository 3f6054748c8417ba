#ifndef POLLUX_NATIVE_SUPPORT_OWNED_H_
#define POLLUX_NATIVE_SUPPORT_OWNED_H_

#include <napi.h>
#include <unistd.h>

#include <unordered_set>

#include "result.h"

// The descriptors that were opened in this environment, as Node itself keeps those of fs.open().
// `worker.terminate()` ends JavaScript between any two of its calls: only what was noted within the
// call that opened a descriptor can close it then.
struct Owned {
  std::unordered_set<int> fds;

  ~Owned() {
    for (const int fd : fds) ::close(fd);
  }

  static Owned& Of(Napi::Env env) { return *env.GetInstanceData<Owned>(); }
};

// The result of a call that opens a descriptor.
inline Napi::Value Opened(Napi::Env env, int fd) {
  if (fd >= 0) Owned::Of(env).fds.insert(fd);
  return Result(env, fd);
}

// The result of a call that opens two.
inline Napi::Value OpenedPair(Napi::Env env, int result, const int (&fds)[2], int* out) {
  if (result < 0) return Result(env, result);
  for (int i = 0; i < 2; i++) {
    Owned::Of(env).fds.insert(fds[i]);
    out[i] = fds[i];
  }
  return Result(env, result);
}

#endif  // POLLUX_NATIVE_SUPPORT_OWNED_H_
