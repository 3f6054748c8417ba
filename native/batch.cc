#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "support/args.h"
#include "support/export.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// recv(2) for many sockets: socket i into slot i of the arena. Each slot has `slotSize` bytes.
// results[i] is the number of bytes, 0 at the end of the stream, or -errno.
Napi::Value RecvMany(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<int> fds = args.Structs<int>("fds");
  const int count = args.Count("count", fds.count);
  const Span<uint8_t> arena = args.Bytes("arena");
  const int slot_size = args.Count("slotSize", count == 0 ? arena.count : arena.count / count);
  const Span<int> results = args.Struct<int>("results", count);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  for (int i = 0; i < count; i++) {
    uint8_t* const slot = arena.data + ptrdiff_t{i} * slot_size;
    const ssize_t received = ::recv(fds.Get(i), slot, static_cast<size_t>(slot_size), flags);
    results.Set(static_cast<int>(received < 0 ? -errno : received), i);
  }
  return Answer(info.Env(), count);
}

// send(2) for many sockets: socket i from `lengths[i]` bytes of the arena at `offsets[i]`.
// results[i] is the number of bytes that the kernel took, or -errno.
Napi::Value SendMany(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<int> fds = args.Structs<int>("fds");
  const int count = args.Count("count", fds.count);
  const Span<uint8_t> arena = args.Bytes("arena");
  const Span<int> offsets = args.Struct<int>("offsets", count);
  const Span<int> lengths = args.Struct<int>("lengths", count);
  const Span<int> results = args.Struct<int>("results", count);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  for (int i = 0; i < count; i++) {
    // Read only once: in shared memory another thread could change them after the check.
    const int offset = offsets.Get(i);
    const int length = lengths.Get(i);
    if (offset < 0 || length < 0 || offset > arena.count || length > arena.count - offset) {
      results.Set(-EFAULT, i);
      continue;
    }
    const ssize_t sent =
        ::send(fds.Get(i), arena.data + offset, static_cast<size_t>(length), flags);
    results.Set(static_cast<int>(sent < 0 ? -errno : sent), i);
  }
  return Answer(info.Env(), count);
}

// accept4(2) up to `count` times, until it fails. results[i] is a descriptor and tickets[i] its
// ticket (see environment.cc). After a failure, the last result is -errno. The optional `names` has
// `count` slots of equal size for the peers' addresses, whose full lengths go to `nameLengths`.
// Returns the number of results.
Napi::Value AcceptMany(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int flags = args.Int("flags");
  const Span<uint8_t> results = args.Bytes("results");
  const Span<uint8_t> tickets = args.Bytes("tickets");
  const int room = std::min(results.count, tickets.count) / static_cast<int>(sizeof(int));
  const int count = args.Count("count", room);
  const Span<uint8_t> names = args.OptionalBytes("names");
  const Span<socklen_t> name_lengths = args.OptionalStruct<socklen_t>("nameLengths", count);
  if (names.data != nullptr && name_lengths.data == nullptr) {
    args.OutOfRange("nameLengths", "given where names is");
  }
  if (args.failed()) return {};
  const int slot_size = count == 0 ? 0 : names.count / count;
  for (int i = 0; i < count; i++) {
    uint8_t* const slot = names.data == nullptr ? nullptr : names.data + ptrdiff_t{i} * slot_size;
    socklen_t length = static_cast<socklen_t>(slot_size);
    const int accepted = ::accept4(sockfd, reinterpret_cast<sockaddr*>(slot),
                                   slot == nullptr ? nullptr : &length, flags);
    const int result = accepted < 0 ? -errno : accepted;
    std::memcpy(results.data + ptrdiff_t{i} * sizeof(int), &result, sizeof(int));
    if (accepted < 0) return Answer(info.Env(), i + 1);
    if (name_lengths.data != nullptr) name_lengths.Set(length, i);
    const int ticket = Owned::Of(info.Env()).Add(info.Env(), accepted);
    std::memcpy(tickets.data + ptrdiff_t{i} * sizeof(int), &ticket, sizeof(int));
  }
  return Answer(info.Env(), count);
}

}  // namespace

void RegisterBatch(Napi::Object exports) {
  EXPORT_FUNCTION("accept_many", AcceptMany);
  EXPORT_FUNCTION("recv_many", RecvMany);
  EXPORT_FUNCTION("send_many", SendMany);
}
