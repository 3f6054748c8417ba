#include <sys/socket.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// recv(2) for many sockets: socket i into slot i of the arena, slots of `slotSize` bytes each.
// results[i] is the number of bytes, 0 at the end of the stream, or -errno.
Napi::Value RecvMany(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<int> fds = args.Structs<int>("fds");
  const int count = args.Count("count", fds.count);
  const Span<uint8_t> arena = args.Bytes("arena");
  const int slot_size = args.Count("slotSize", count == 0 ? arena.count : arena.count / count);
  int* const results = args.Struct<int>("results", count);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  for (int i = 0; i < count; i++) {
    uint8_t* const slot = arena.data + ptrdiff_t{i} * slot_size;
    const ssize_t received = ::recv(fds.data[i], slot, static_cast<size_t>(slot_size), flags);
    results[i] = static_cast<int>(received < 0 ? -errno : received);
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
  const int* const offsets = args.Struct<int>("offsets", count);
  const int* const lengths = args.Struct<int>("lengths", count);
  int* const results = args.Struct<int>("results", count);
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  for (int i = 0; i < count; i++) {
    // Read once: in shared memory another thread could change them after the check.
    const int offset = offsets[i];
    const int length = lengths[i];
    if (offset < 0 || length < 0 || offset > arena.count || length > arena.count - offset) {
      results[i] = -EFAULT;
      continue;
    }
    const ssize_t sent =
        ::send(fds.data[i], arena.data + offset, static_cast<size_t>(length), flags);
    results[i] = static_cast<int>(sent < 0 ? -errno : sent);
  }
  return Answer(info.Env(), count);
}

}  // namespace

void RegisterBatch(Napi::Object exports) {
  EXPORT_FUNCTION("recv_many", RecvMany);
  EXPORT_FUNCTION("send_many", SendMany);
}
