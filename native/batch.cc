#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "support/args.h"
#include "support/export.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// One element of Transfers in lib/sys/batch.ts.
struct Transfer {
  int fd;
  int offset;
  int length;
  int result;
};

// Makes one call for each of many sockets, with the `length` bytes of the arena at `offset`.
// `result` is the number of bytes, or -errno.
template <typename Move>
Napi::Value MoveMany(const Napi::CallbackInfo& info, Move move) {
  Args args(info);
  const Span<Transfer> transfers = args.Structs<Transfer>("transfers");
  const int count = args.Count("count", transfers.count);
  const Span<uint8_t> arena = args.Bytes("arena");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  for (int i = 0; i < count; i++) {
    // Read only once: in shared memory another thread could change it after the check.
    Transfer transfer = transfers.Get(i);
    const auto [fd, offset, length, _] = transfer;
    ssize_t moved = -EFAULT;
    if (offset >= 0 && length >= 0 && offset <= arena.count && length <= arena.count - offset) {
      moved = move(fd, arena.data + offset, static_cast<size_t>(length), flags);
      if (moved < 0) moved = -errno;
    }
    transfer.result = static_cast<int>(moved);
    transfers.Set(transfer, i);
  }
  return Answer(info.Env(), count);
}

Napi::Value RecvMany(const Napi::CallbackInfo& info) { return MoveMany(info, ::recv); }

Napi::Value SendMany(const Napi::CallbackInfo& info) { return MoveMany(info, ::send); }

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
