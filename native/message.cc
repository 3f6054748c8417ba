#include <limits.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "support/args.h"
#include "support/control.h"
#include "support/export.h"
#include "support/result.h"

namespace {

constexpr int kMaxMessages = IOV_MAX;  // the kernel's own limit, UIO_MAXIOV
constexpr int kNameSize = sizeof(sockaddr_storage);

// What recvmsg(2) reports besides its result.
struct Header {
  uint32_t name_length;
  uint32_t control_length;
  uint32_t flags;
};

// ssize_t recvmsg(int sockfd, struct msghdr* msg, int flags);
Napi::Value Recvmsg(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int sockfd = args.Int("sockfd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  const Span<uint8_t> name = args.OptionalBytes("name");
  const Span<uint8_t> control = args.OptionalBytes("control");
  const Span<Header> header = args.Struct<Header>("header");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  msghdr message{};
  message.msg_name = name.data;
  message.msg_namelen = static_cast<socklen_t>(name.count);
  message.msg_iov = buffers.data;
  message.msg_iovlen = static_cast<size_t>(buffers.count);
  message.msg_control = control.data;
  message.msg_controllen = static_cast<size_t>(control.count);
  const ssize_t received = ::recvmsg(sockfd, &message, flags);
  if (received < 0) return Result(info.Env(), received);
  AddReceived(info.Env(), control.data, message.msg_controllen);
  header.Set({message.msg_namelen, static_cast<uint32_t>(message.msg_controllen),
              static_cast<uint32_t>(message.msg_flags)});
  return Answer(info.Env(), received);
}

// ssize_t sendmsg(int sockfd, const struct msghdr* msg, int flags);
Napi::Value Sendmsg(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int sockfd = args.Int("sockfd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  const Span<uint8_t> name = args.OptionalBytes("name");
  const int namelen = args.Count("namelen", name.count);
  const Span<uint8_t> control = args.OptionalBytes("control");
  const size_t controllen = static_cast<size_t>(args.Count("controllen", control.count));
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  msghdr message{};
  message.msg_name = namelen == 0 ? nullptr : name.data;
  message.msg_namelen = static_cast<socklen_t>(namelen);
  message.msg_iov = buffers.data;
  message.msg_iovlen = static_cast<size_t>(buffers.count);
  ControlCopy copy(controllen);
  if (copy.failed()) return Answer(info.Env(), -ENOBUFS);
  if (!copy.Add(control.data, controllen, &message)) {
    args.OutOfRange("control", "free of messages that hold pointers");
    return {};
  }
  return Result(info.Env(), ::sendmsg(sockfd, &message, flags));
}

// The lengths in bytes and the flags of one message, in memory that JavaScript owns.
struct Slot {
  int length;
  int name_length;
  int control_length;
  int flags;
};

// The msgvec of recvmmsg(2) and sendmmsg(2). Message i uses slot i of `arena`, and of `names` and
// `control` if they are given. The kernel gets `vlen` messages, from slot `first` on. If `iovs` has
// buffers for one of these, they take the place of its slot of `arena`.
class Vector {
 public:
  explicit Vector(Args& args) {
    iovs_ = args.BufferLists("iovs");
    arena_ = args.Bytes("arena");
    slot_size_ = args.Count("slotSize", arena_.count);
    names_ = args.OptionalBytes("names");
    control_ = args.OptionalBytes("control");
    control_size_ = args.Count("controlSize", control_.count);
    slots_ = args.Structs<Slot>("slots");
    first_ = args.Count("first", slots_.count);
    count_ = args.Count("vlen", std::min(slots_.count - first_, kMaxMessages));
    Need(args, "arena", arena_, slot_size_);
    Need(args, "names", names_, NameRoom());
    Need(args, "control", control_, control_size_);
  }

  unsigned int count() const { return static_cast<unsigned int>(count_); }
  mmsghdr* data() { return messages_; }
  Slot slot(int i) const { return slots_.Get(first_ + i); }
  void SetSlot(int i, const Slot& slot) const { slots_.Set(slot, first_ + i); }

  // Gives each message its whole slots.
  void LendRoom() {
    for (int i = 0; i < count_; i++) Lend(i, slot_size_, NameRoom(), control_size_);
  }

  // Gives each message the lengths that its slot states. Returns whether they are within bounds.
  // Adds the control lengths to `controls`.
  bool LendContents(size_t* controls) {
    for (int i = 0; i < count_; i++) {
      // Read only once: in shared memory another thread could change it after the check.
      const Slot slot = this->slot(i);
      const auto within = [](int length, int room) { return length >= 0 && length <= room; };
      if ((!within(slot.length, slot_size_) && Own(i) == nullptr) ||
          !within(slot.control_length, control_size_) || !within(slot.name_length, NameRoom())) {
        return false;
      }
      Lend(i, slot.length, slot.name_length, slot.control_length);
      *controls += static_cast<size_t>(slot.control_length);
    }
    return true;
  }

 private:
  void Need(Args& args, const char* name, Span<uint8_t> memory, int each) const {
    if (int64_t{first_ + count_} * each > memory.count) {
      args.OutOfRange(name, "long enough for all slots");
    }
  }

  std::vector<iovec>* Own(int i) {
    const size_t index = static_cast<size_t>(i);
    return index < iovs_.size() && iovs_[index] ? &*iovs_[index] : nullptr;
  }

  // 0 if no memory for addresses was given.
  int NameRoom() const { return names_.count == 0 ? 0 : kNameSize; }

  static void* At(Span<uint8_t> memory, int64_t offset, int length) {
    return length == 0 ? nullptr : memory.data + offset;
  }

  void Lend(int i, int length, int name_length, int control_length) {
    const int64_t slot = first_ + i;
    iov_[i] = {arena_.data + slot * slot_size_, static_cast<size_t>(length)};
    mmsghdr& message = messages_[i];
    message = {};
    std::vector<iovec>* const own = Own(i);
    message.msg_hdr.msg_iov = own == nullptr ? &iov_[i] : own->data();
    message.msg_hdr.msg_iovlen = own == nullptr ? 1 : own->size();
    message.msg_hdr.msg_name = At(names_, slot * kNameSize, name_length);
    message.msg_hdr.msg_namelen = static_cast<socklen_t>(name_length);
    message.msg_hdr.msg_control = At(control_, slot * control_size_, control_length);
    message.msg_hdr.msg_controllen = static_cast<size_t>(control_length);
  }

  std::vector<std::optional<std::vector<iovec>>> iovs_;
  Span<uint8_t> arena_, names_, control_;
  int slot_size_ = 0, control_size_ = 0, first_ = 0, count_ = 0;
  Span<Slot> slots_;
  iovec iov_[kMaxMessages];
  mmsghdr messages_[kMaxMessages];
};

// int recvmmsg(int sockfd, struct mmsghdr* msgvec, unsigned int vlen, int flags, struct timespec*
// timeout);
Napi::Value Recvmmsg(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  Vector vector(args);
  const int flags = args.Int("flags");
  Timeout timeout = args.TimeLimit("timeoutMs");
  if (args.failed()) return {};
  vector.LendRoom();
  const int received = ::recvmmsg(sockfd, vector.data(), vector.count(), flags, timeout.get());
  if (received < 0) return Result(info.Env(), received);
  timeout.Report();
  for (int i = 0; i < received; i++) {
    const mmsghdr& message = vector.data()[i];
    const msghdr& header = message.msg_hdr;
    AddReceived(info.Env(), static_cast<const uint8_t*>(header.msg_control), header.msg_controllen);
    vector.SetSlot(i, {static_cast<int>(message.msg_len), static_cast<int>(header.msg_namelen),
                       static_cast<int>(header.msg_controllen), header.msg_flags});
  }
  return Answer(info.Env(), received);
}

// int sendmmsg(int sockfd, struct mmsghdr* msgvec, unsigned int vlen, int flags);
Napi::Value Sendmmsg(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  Vector vector(args);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  size_t controls = 0;
  if (!vector.LendContents(&controls)) return Answer(info.Env(), -EFAULT);
  ControlCopy copy(controls);
  if (copy.failed()) return Answer(info.Env(), -ENOBUFS);
  for (unsigned int i = 0; i < vector.count(); i++) {
    msghdr& header = vector.data()[i].msg_hdr;
    if (!copy.Add(static_cast<const uint8_t*>(header.msg_control), header.msg_controllen,
                  &header)) {
      args.OutOfRange("control", "free of messages that hold pointers");
      return {};
    }
  }
  const int sent = ::sendmmsg(sockfd, vector.data(), vector.count(), flags);
  if (sent < 0) return Result(info.Env(), sent);
  for (int i = 0; i < sent; i++) {
    Slot slot = vector.slot(i);
    slot.length = static_cast<int>(vector.data()[i].msg_len);
    vector.SetSlot(i, slot);
  }
  return Answer(info.Env(), sent);
}

}  // namespace

void RegisterMessage(Napi::Object exports) {
  EXPORT_FUNCTION("recvmsg", Recvmsg);
  EXPORT_FUNCTION("sendmsg", Sendmsg);
  EXPORT_FUNCTION("recvmmsg", Recvmmsg);
  EXPORT_FUNCTION("sendmmsg", Sendmmsg);
}
