#ifndef POLLUX_NATIVE_SUPPORT_SHOWN_MEMORY_H_
#define POLLUX_NATIVE_SUPPORT_SHOWN_MEMORY_H_

#include <napi.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

// A mapping, unmapped once.
class Mapping {
 public:
  Mapping() = default;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { Unmap(); }

  // Sets errno if it fails. With an `fd` of -1, memory that belongs to no file.
  bool Map(size_t size, int flags, int fd = -1, off_t offset = 0) {
    void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, offset);
    if (mapped == MAP_FAILED) return false;
    data_ = static_cast<uint8_t*>(mapped);
    size_ = size;
    return true;
  }

  void Unmap() {
    if (data_ != nullptr) ::munmap(data_, size_);
    data_ = nullptr;
  }

  // The addresses stay taken for as long as the process lives, by memory of no file with this
  // protection. Without access, it takes no memory, and the kernel fails with EFAULT there.
  void Abandon(int protection) {
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    if (data_ != nullptr) ::mmap(data_, size_, protection, kFlags, -1, 0);
    data_ = nullptr;
  }

  // As Abandon, and what is there stays.
  void Leave() { data_ = nullptr; }

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// A mapping that JavaScript sees as an ArrayBuffer.
class ShownMemory : public Mapping {
 public:
  // Returns null if it fails: some runtimes allow no ArrayBuffer over such memory.
  napi_value Show(napi_env env) {
    napi_value buffer = nullptr;
    const napi_finalize finalize = [](napi_env, void*, void*) {};
    const bool shown = napi_create_external_arraybuffer(env, data(), size(), finalize, nullptr,
                                                        &buffer) == napi_ok &&
                       napi_create_reference(env, buffer, 1, &buffer_) == napi_ok;
    return shown ? buffer : nullptr;
  }

  // Takes the memory from the ArrayBuffer, whose length is then 0. Returns whether JavaScript has
  // lost it: not if it has moved the memory to another ArrayBuffer, with
  // ArrayBuffer.prototype.transfer().
  bool Hide(napi_env env) {
    if (buffer_ == nullptr) return true;
    const Napi::HandleScope scope(env);
    napi_value buffer = nullptr;
    bool was_moved = true;
    const bool hidden = napi_get_reference_value(env, buffer_, &buffer) == napi_ok &&
                        buffer != nullptr &&
                        napi_is_detached_arraybuffer(env, buffer, &was_moved) == napi_ok &&
                        !was_moved && napi_detach_arraybuffer(env, buffer) == napi_ok;
    napi_delete_reference(env, buffer_);
    buffer_ = nullptr;
    return hidden;
  }

 private:
  napi_ref buffer_ = nullptr;
};

#endif  // POLLUX_NATIVE_SUPPORT_SHOWN_MEMORY_H_
