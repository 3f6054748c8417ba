#ifndef POLLUX_NATIVE_SUPPORT_GUARDED_H_
#define POLLUX_NATIVE_SUPPORT_GUARDED_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

// Zeros for a call that may write more of them than is known. Memory without access follows: the
// kernel stops there with EFAULT, and changes nothing else.
class Guarded {
 public:
  Guarded() : start_(::mmap(nullptr, kSize + kGuard, PROT_NONE, kFlags, -1, 0)) {
    if (start_ != MAP_FAILED) usable_ = ::mprotect(start_, kSize, PROT_READ | PROT_WRITE) == 0;
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() {
    if (start_ != MAP_FAILED) ::munmap(start_, kSize + kGuard);
  }

  // The null pointer if memory is short: errno says so.
  uint8_t* data() const { return usable_ ? static_cast<uint8_t*>(start_) : nullptr; }

  static constexpr size_t kSize = size_t{128} * 1024;

 private:
  static constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS;
  static constexpr size_t kGuard =
      size_t{64} * 1024;  // a page, which is not larger on any architecture

  void* const start_;
  bool usable_ = false;
};

#endif  // POLLUX_NATIVE_SUPPORT_GUARDED_H_
