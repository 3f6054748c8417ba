#include "support/io_uring.h"

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <string>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/result.h"
#include "support/uring.h"
#include "support/wrapped.h"

// The three system calls by number, because the C library has no functions for them, and what
// liburing has beside them. Requests are written here, by one function each: see uring.h.

namespace {

// A part of the ring's own buffer, as two arguments: offset and length.
struct BufferPart {
  uint64_t addr;
  uint32_t len;
};

BufferPart ReadBufferPart(const Uring& ring, Args& args) {
  // A closed ring has no buffer, and refuses each request: the part is not what is wrong then.
  const int size = ring.closed() ? INT_MAX : ring.buffer_size();
  const int offset = args.Count("offset", size);
  const int length = args.Count("length", size - offset);
  return {reinterpret_cast<uintptr_t>(ring.buffer()) + static_cast<unsigned>(offset),
          static_cast<uint32_t>(length)};
}

// Where in the ring's buffer the copy of `buf` begins. Any number if the ring is closed.
int ReadOffset(const Uring& ring, const Span<uint8_t>& buf, Args& args) {
  if (ring.closed()) return args.Count("offset", INT_MAX);
  const int size = ring.buffer_size();
  if (buf.count > size) args.OutOfRange("buf", "at most " + std::to_string(size) + " bytes long");
  return args.Count("offset", size - buf.count);
}

// A file descriptor and a part of the buffer: the arguments that reading and writing begin with.
io_uring_sqe ReadTransfer(uint8_t opcode, const Uring& ring, Args& args) {
  io_uring_sqe sqe{};
  sqe.opcode = opcode;
  sqe.fd = args.Int("fd");
  const BufferPart part = ReadBufferPart(ring, args);
  sqe.addr = part.addr;
  sqe.len = part.len;
  return sqe;
}

// The last argument of all requests.
int Prepare(Uring& ring, Args& args, io_uring_sqe sqe, const UringTimespec* timeout = nullptr) {
  sqe.user_data = args.Size("userData");
  return args.failed() ? 0 : ring.Prepare(sqe, timeout);
}

// int io_uring_setup(u32 entries, struct io_uring_params* params);
// Also maps the rings, and `bufferSize` bytes for requests. Returns an object, or -errno.
Napi::Value IoUringSetup(const Napi::CallbackInfo& info) {
  Args args(info);
  constexpr int kMaxBufferSize = 1 << 30;
  const uint32_t entries = args.Uint32("entries");
  const Span<io_uring_params> out = args.Struct<io_uring_params>("params");
  const int buffer_size = args.Count("bufferSize", kMaxBufferSize);
  io_uring_params params{};
  if (!args.failed()) params = out.Get();
  if ((params.flags & ~Uring::kFlags) != 0) {
    args.OutOfRange("params.flags", "without those that change how the rings are used");
  }
  if (args.failed()) return {};
  Uring* ring = nullptr;
  const int result =
      Uring::Create(info.Env(), entries, &params, static_cast<size_t>(buffer_size), &ring);
  if (result < 0) return Answer(info.Env(), result);
  out.Set(params);
  return Wrap(info.Env(), ring);
}

// int io_uring_enter(unsigned int fd, unsigned int to_submit, unsigned int min_complete,
//                    unsigned int flags, sigset_t* sig);
Napi::Value IoUringEnter(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    const uint32_t to_submit = args.Uint32("toSubmit");
    const uint32_t min_complete = args.Uint32("minComplete");
    const uint32_t flags = args.Bits("flags");
    // Others have the kernel read `fd` or `sig` as something else.
    if ((flags & ~IORING_ENTER_GETEVENTS) != 0) args.OutOfRange("flags", "IORING_ENTER_GETEVENTS");
    if (args.failed()) return 0;
    if (ring.closed()) return -EBADF;
    const long result =
        ::syscall(SYS_io_uring_enter, ring.fd(), to_submit, min_complete, flags, nullptr, 0);
    return result < 0 ? -errno : static_cast<int>(result);
  });
}

// int io_uring_register(unsigned int fd, unsigned int opcode, void* arg, unsigned int nr_args);
// Only operations with neither addresses nor descriptors of other rings in `arg`.
Napi::Value IoUringRegister(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    const unsigned opcode = args.Uint32("opcode");
    const Span<uint8_t> arg = args.OptionalBytes("arg");
    const uint32_t nr_args = args.Uint32("nrArgs");
    size_t needed = 0;
    switch (opcode) {
      case IORING_REGISTER_EVENTFD:
      case IORING_REGISTER_EVENTFD_ASYNC:
        needed = sizeof(int32_t);
        break;
      case IORING_UNREGISTER_EVENTFD:
        break;
      default:
        args.OutOfRange("opcode", "an operation without addresses");
    }
    if (arg.data != nullptr && static_cast<size_t>(arg.count) < needed) {
      args.OutOfRange("arg", "at least " + std::to_string(needed) + " bytes long");
    }
    if (args.failed()) return 0;
    if (ring.closed()) return -EBADF;
    const long result = ::syscall(SYS_io_uring_register, ring.fd(), opcode, arg.data, nr_args);
    return result < 0 ? -errno : static_cast<int>(result);
  });
}

// void io_uring_prep_nop(struct io_uring_sqe* sqe);
Napi::Value IoUringPrepNop(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    io_uring_sqe sqe{};
    sqe.opcode = IORING_OP_NOP;
    sqe.fd = -1;
    return Prepare(ring, args, sqe);
  });
}

// void io_uring_prep_read(struct io_uring_sqe* sqe, int fd, void* buf, unsigned nbytes,
//                         __u64 offset);
Napi::Value IoUringPrepRead(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    io_uring_sqe sqe = ReadTransfer(IORING_OP_READ, ring, args);
    sqe.off = static_cast<uint64_t>(args.Change("fileOffset"));
    return Prepare(ring, args, sqe);
  });
}

// void io_uring_prep_recv(struct io_uring_sqe* sqe, int sockfd, void* buf, size_t len, int flags);
Napi::Value IoUringPrepRecv(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    io_uring_sqe sqe = ReadTransfer(IORING_OP_RECV, ring, args);
    sqe.op_flags = args.Bits("flags");
    return Prepare(ring, args, sqe);
  });
}

// void io_uring_prep_send(struct io_uring_sqe* sqe, int sockfd, const void* buf, size_t len,
//                         int flags);
Napi::Value IoUringPrepSend(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    io_uring_sqe sqe = ReadTransfer(IORING_OP_SEND, ring, args);
    sqe.op_flags = args.Bits("flags");
    return Prepare(ring, args, sqe);
  });
}

// void io_uring_prep_poll_add(struct io_uring_sqe* sqe, int fd, unsigned poll_mask);
Napi::Value IoUringPrepPollAdd(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    io_uring_sqe sqe{};
    sqe.opcode = IORING_OP_POLL_ADD;
    sqe.fd = args.Int("fd");
    const uint32_t mask = args.Bits("pollMask");
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    sqe.op_flags = mask << 16 | mask >> 16;
#else
    sqe.op_flags = mask;
#endif
    return Prepare(ring, args, sqe);
  });
}

// void io_uring_prep_timeout(struct io_uring_sqe* sqe, struct __kernel_timespec* ts,
//                            unsigned count, unsigned flags);
Napi::Value IoUringPrepTimeout(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    io_uring_sqe sqe{};
    const Timeout timeout = args.Milliseconds("timeoutMs");
    if (timeout.forever) args.OutOfRange("timeoutMs", "a time that passes");
    sqe.opcode = IORING_OP_TIMEOUT;
    sqe.fd = -1;
    sqe.len = 1;  // one timespec
    sqe.off = args.Uint32("count");
    const UringTimespec time = {timeout.value.tv_sec, timeout.value.tv_nsec};
    return Prepare(ring, args, sqe, &time);
  });
}

// void io_uring_prep_cancel64(struct io_uring_sqe* sqe, __u64 user_data, int flags);
Napi::Value IoUringPrepCancel(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    io_uring_sqe sqe{};
    sqe.opcode = IORING_OP_ASYNC_CANCEL;
    sqe.fd = -1;
    sqe.addr = args.Size("target");
    sqe.op_flags = args.Bits("flags");
    return Prepare(ring, args, sqe);
  });
}

// unsigned io_uring_peek_batch_cqe(struct io_uring* ring, struct io_uring_cqe** cqes,
//                                  unsigned count);
Napi::Value IoUringPeekBatchCqe(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    const Span<io_uring_cqe> cqes = args.Structs<io_uring_cqe>("cqes");
    if (args.failed()) return 0;
    return ring.closed() ? -EBADF : ring.Copy(cqes);
  });
}

// void io_uring_cq_advance(struct io_uring* ring, unsigned nr);
Napi::Value IoUringCqAdvance(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    const int count = args.Count("count", ring.closed() ? INT_MAX : ring.ready());
    if (args.failed()) return 0;
    if (ring.closed()) return -EBADF;
    ring.Advance(count);
    return 0;
  });
}

// io_uring_buffer_read(ring, buf, offset): copies from the ring's buffer.
Napi::Value IoUringBufferRead(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    const Span<uint8_t> buf = args.Bytes("buf");
    const int offset = ReadOffset(ring, buf, args);
    if (args.failed()) return 0;
    if (ring.closed()) return -EBADF;
    std::memcpy(buf.data, ring.buffer() + offset, static_cast<size_t>(buf.count));
    return buf.count;
  });
}

// io_uring_buffer_write(ring, buf, offset): copies to the ring's buffer.
Napi::Value IoUringBufferWrite(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args& args) {
    const Span<uint8_t> buf = args.Bytes("buf");
    const int offset = ReadOffset(ring, buf, args);
    if (args.failed()) return 0;
    if (ring.closed()) return -EBADF;
    std::memcpy(ring.buffer() + offset, buf.data, static_cast<size_t>(buf.count));
    return buf.count;
  });
}

// int io_uring_fd(ring): its descriptor.
Napi::Value IoUringFd(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info,
                            [](Uring& ring, Args&) { return ring.closed() ? -EBADF : ring.fd(); });
}

// void io_uring_queue_exit(struct io_uring* ring);
Napi::Value IoUringQueueExit(const Napi::CallbackInfo& info) {
  return WithWrapped<Uring>(info, [](Uring& ring, Args&) {
    ring.Close();
    return 0;
  });
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(io_uring_params);
    FIELD(, sq_entries);
    FIELD(, cq_entries);
    FIELD(, flags);
  }
  {
    LAYOUT(io_uring_cqe);
    FIELD(, user_data);
    FIELD(, res);
    FIELD(, flags);
  }
}

}  // namespace

void RegisterIoUring(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("io_uring_setup", IoUringSetup);
  EXPORT_FUNCTION("io_uring_enter", IoUringEnter);
  EXPORT_FUNCTION("io_uring_register", IoUringRegister);
  EXPORT_FUNCTION("io_uring_prep_nop", IoUringPrepNop);
  EXPORT_FUNCTION("io_uring_prep_read", IoUringPrepRead);
  EXPORT_FUNCTION("io_uring_prep_recv", IoUringPrepRecv);
  EXPORT_FUNCTION("io_uring_prep_send", IoUringPrepSend);
  EXPORT_FUNCTION("io_uring_prep_poll_add", IoUringPrepPollAdd);
  EXPORT_FUNCTION("io_uring_prep_timeout", IoUringPrepTimeout);
  EXPORT_FUNCTION("io_uring_prep_cancel", IoUringPrepCancel);
  EXPORT_FUNCTION("io_uring_peek_batch_cqe", IoUringPeekBatchCqe);
  EXPORT_FUNCTION("io_uring_cq_advance", IoUringCqAdvance);
  EXPORT_FUNCTION("io_uring_buffer_read", IoUringBufferRead);
  EXPORT_FUNCTION("io_uring_buffer_write", IoUringBufferWrite);
  EXPORT_FUNCTION("io_uring_fd", IoUringFd);
  EXPORT_FUNCTION("io_uring_queue_exit", IoUringQueueExit);

  EXPORT_CONSTANTS(IORING_SETUP_CQSIZE, IORING_SETUP_CLAMP, IORING_SETUP_SUBMIT_ALL,
                   IORING_SETUP_COOP_TASKRUN, IORING_SETUP_TASKRUN_FLAG, IORING_SETUP_SINGLE_ISSUER,
                   IORING_SETUP_DEFER_TASKRUN, IORING_ENTER_GETEVENTS, IORING_ASYNC_CANCEL_ALL,
                   IORING_ASYNC_CANCEL_ANY, IORING_REGISTER_EVENTFD, IORING_UNREGISTER_EVENTFD,
                   IORING_REGISTER_EVENTFD_ASYNC);
}
