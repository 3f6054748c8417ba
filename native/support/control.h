#ifndef POLLUX_NATIVE_SUPPORT_CONTROL_H_
#define POLLUX_NATIVE_SUPPORT_CONTROL_H_

#include <napi.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "owned.h"

#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04  // Linux 6.5
#endif

// Calls `visit(header, data, dataLength)` for each complete control message, in the kernel's order.
// Copies the headers: in shared memory another thread could change a length after it was checked.
template <typename Visit>
void EachControlMessage(const uint8_t* control, size_t length, Visit visit) {
  for (size_t at = 0; length - at >= sizeof(cmsghdr);) {
    cmsghdr header;
    std::memcpy(&header, control + at, sizeof(header));
    if (header.cmsg_len < CMSG_LEN(0) || header.cmsg_len > length - at) return;
    visit(header, control + at + CMSG_LEN(0), header.cmsg_len - CMSG_LEN(0));
    at += std::min(CMSG_ALIGN(header.cmsg_len), length - at);
  }
}

// Records received descriptors as owned by the environment, within the call, as Opened() does.
inline void AddReceived(Napi::Env env, const uint8_t* control, size_t length) {
  const auto add = [env](const cmsghdr& header, const uint8_t* data, size_t size) {
    if (header.cmsg_level != SOL_SOCKET) return;
    if (header.cmsg_type != SCM_RIGHTS && header.cmsg_type != SCM_PIDFD) return;
    for (size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, data + at, sizeof(fd));
      if (fd >= 0) Owned::Of(env).Add(env, fd);
    }
  };
  EachControlMessage(control, length, add);
}

// A copy of outgoing control messages: the kernel reads exactly the bytes that were checked.
class ControlCopy {
 public:
  explicit ControlCopy(size_t size)
      : bytes_(size == 0 ? nullptr : new (std::nothrow) uint8_t[size]),
        failed_(size > 0 && !bytes_) {}

  bool failed() const { return failed_; }

  // Appends control messages. Returns false if one of them holds pointers, as those of RDS do.
  bool Add(const uint8_t* control, size_t length, msghdr* message) {
    if (length == 0) return true;
    uint8_t* const copy = bytes_.get() + used_;
    std::memcpy(copy, control, length);
    used_ += length;
    message->msg_control = copy;
    message->msg_controllen = length;
    bool plain = true;
    EachControlMessage(copy, length, [&plain](const cmsghdr& header, const uint8_t*, size_t) {
      plain = plain && header.cmsg_level != SOL_RDS;
    });
    return plain;
  }

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  bool failed_;
  size_t used_ = 0;
};

#endif  // POLLUX_NATIVE_SUPPORT_CONTROL_H_
