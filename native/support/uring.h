#ifndef POLLUX_NATIVE_SUPPORT_URING_H_
#define POLLUX_NATIVE_SUPPORT_URING_H_

#include <napi.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "io_uring.h"
#include "memory.h"
#include "owned.h"

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

  // Gives the memory back, and keeps its addresses for as long as the process lives: the kernel
  // fails with EFAULT there, and never finds other memory.
  void Abandon() {
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    // If that fails, the memory stays, which is as safe.
    static_cast<void>(::mmap(data_, size_, PROT_NONE, kFlags, -1, 0));
    data_ = nullptr;
  }

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// Part of io_uring.cc: an io_uring with all memory that the kernel accesses for it. JavaScript sees
// none of it, and gets copies:
//
// - A request holds addresses.
// - A wrong head or tail makes Linux 6.18 stay in io_uring_enter(2), and no signal ends that.
// - An ArrayBuffer over a mapping can be moved to another ArrayBuffer and to another thread, which
// would keep it.
//
// What requests read and write is the ring's own memory, which is unmapped when no request is left.
class Uring {
 public:
  static constexpr napi_type_tag kTag = {0x706f6c6c75780003, 0x696f5f7572696e67};
  static constexpr uint32_t kFlags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP |
                                     IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN |
                                     IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SINGLE_ISSUER |
                                     IORING_SETUP_DEFER_TASKRUN;

  static int Create(Napi::Env env, uint32_t entries, io_uring_params* params, size_t buffer_size,
                    Uring** created) {
    const int fd = static_cast<int>(::syscall(SYS_io_uring_setup, entries, params));
    if (fd < 0) return -errno;
    auto* const self = new Uring(env, fd);
    const int result = self->Map(*params, buffer_size);
    if (result < 0) {
      self->Finalize();
    } else {
      *created = self;
    }
    return result;
  }

  bool closed() const { return fd_ < 0; }
  int fd() const { return fd_; }
  // Of the memory that requests read and write; 0 and null once it is closed.
  int buffer_size() const { return closed() ? 0 : static_cast<int>(buffer_.size()); }
  uint8_t* buffer() const { return buffer_.data(); }

  // How many completions are in the queue.
  int ready() const { return closed() ? 0 : static_cast<int>(Load(cq_tail_) - Load(cq_head_)); }

  // Copies the oldest ones, and returns their number.
  int Copy(const Span<io_uring_cqe>& out) const {
    const int count = std::min(out.count, ready());
    for (int i = 0; i < count; i++) {
      const uint32_t slot = (Load(cq_head_) + static_cast<uint32_t>(i)) & (cq_entries_ - 1);
      io_uring_cqe cqe;
      std::memcpy(&cqe, cqes_ + slot * sizeof(cqe), sizeof(cqe));
      out.Set(cqe, i);
    }
    return count;
  }

  // Removes the oldest ones; at most `ready()`.
  void Advance(int count) {
    if (!closed()) Store(cq_head_, Load(cq_head_) + static_cast<uint32_t>(count));
  }

  // Queues a request for the next Enter. `timeout` is null for requests that have none.
  int Prepare(io_uring_sqe sqe, const UringTimespec* timeout = nullptr) {
    if (closed()) return -EBADF;
    const uint32_t tail = Load(sq_tail_);
    if (tail - Load(sq_head_) >= sq_entries_) return -EBUSY;
    const uint32_t slot = tail & (sq_entries_ - 1);
    if (timeout != nullptr) {
      timeouts_[slot] = *timeout;
      sqe.addr = reinterpret_cast<uintptr_t>(&timeouts_[slot]);
    }
    std::memcpy(sqes_.data() + slot * sizeof(sqe), &sqe, sizeof(sqe));
    Store(sq_array_ + slot, slot);
    Store(sq_tail_, tail + 1);
    return 0;
  }

  // Ends all requests, unmaps, and closes.
  void Close() {
    if (closed()) return;
    napi_remove_env_cleanup_hook(env_, OnTeardown, this);
    End();
  }

  void Finalize() {
    Close();
    delete this;
  }

 private:
  using Word = std::atomic<uint32_t>;
  static_assert(sizeof(Word) == sizeof(uint32_t) && Word::is_always_lock_free);

  static constexpr int kMaxWaits = 100;
  static constexpr int kWaitMs = 10;

  Uring(Napi::Env env, int fd) : env_(env), fd_(fd), ticket_(Owned::Of(env).Claim(env, fd)) {
    napi_add_env_cleanup_hook(env_, OnTeardown, this);
  }

  int Map(const io_uring_params& params, size_t buffer_size) {
    // Linux 5.5: rings in one mapping, no completion lost, the time of a timeout copied.
    constexpr uint32_t kNeeded =
        IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE;
    if ((params.features & kNeeded) != kNeeded) return -ENOSYS;
    const size_t rings_size =
        std::max(params.sq_off.array + params.sq_entries * sizeof(uint32_t),
                 params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe));
    constexpr off_t kRings = static_cast<off_t>(IORING_OFF_SQ_RING);
    constexpr off_t kSqes = static_cast<off_t>(IORING_OFF_SQES);
    const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
    const size_t whole_pages = std::max(page, (buffer_size + page - 1) / page * page);
    const bool mapped =
        rings_.Map(rings_size, MAP_SHARED, fd_, kRings) &&
        sqes_.Map(params.sq_entries * sizeof(io_uring_sqe), MAP_SHARED, fd_, kSqes) &&
        buffer_.Map(whole_pages, MAP_PRIVATE | MAP_ANONYMOUS);
    if (!mapped) return -errno;
    const auto word = [this](uint32_t offset) {
      return reinterpret_cast<Word*>(rings_.data() + offset);
    };
    sq_entries_ = params.sq_entries;
    cq_entries_ = params.cq_entries;
    cqes_ = rings_.data() + params.cq_off.cqes;
    timeouts_.resize(sq_entries_);
    sq_head_ = word(params.sq_off.head);
    sq_tail_ = word(params.sq_off.tail);
    sq_array_ = word(params.sq_off.array);
    cq_head_ = word(params.cq_off.head);
    cq_tail_ = word(params.cq_off.tail);
    return 0;
  }

  static uint32_t Load(const Word* word) { return word->load(std::memory_order_acquire); }
  static void Store(Word* word, uint32_t value) { word->store(value, std::memory_order_release); }

  // Each request that the kernel took ends in one completion.
  bool HasRequests() const { return sq_head_ != nullptr && Load(sq_head_) != Load(cq_tail_); }

  // Whether the kernel is done with the memory of all requests.
  bool Cancel() {
    if (!HasRequests()) return true;
    io_uring_sync_cancel_reg all{};
    all.fd = -1;
    all.flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY;
    all.timeout_sec = 1;
    // EINVAL: Linux before 6.0. With other errors (ENOENT, ETIME), the requests are about to end.
    const bool cancels =
        ::syscall(SYS_io_uring_register, fd_, IORING_REGISTER_SYNC_CANCEL, &all, 1) >= 0 ||
        errno != EINVAL;
    for (int waits = 0;; waits++) {
      // Also delivers completions that the queue had no room for.
      Store(cq_head_, Load(cq_tail_));
      ::syscall(SYS_io_uring_enter, fd_, 0, 0, IORING_ENTER_GETEVENTS, nullptr, 0);
      if (!HasRequests()) return true;
      if (!cancels || waits == kMaxWaits) return false;
      Store(cq_head_, Load(cq_tail_));
      pollfd ring{fd_, POLLIN, 0};
      ::poll(&ring, 1, kWaitMs);
    }
  }

  void End() {
    Owned& owned = Owned::Of(env_);
    // Not if the number was closed by other means, and belongs to another file.
    const bool done = owned.IsCurrent(fd_, ticket_) ? Cancel() : !HasRequests();
    rings_.Unmap();
    sqes_.Unmap();
    if (done) {
      buffer_.Unmap();
    } else {
      // Linux before 6.0: the kernel ends the requests some time after the last close.
      buffer_.Abandon();
    }
    if (owned.RemoveToClose(env_, fd_, ticket_)) ::close(fd_);
    fd_ = -1;
  }

  static void OnTeardown(void* argument) { static_cast<Uring*>(argument)->End(); }

  const Napi::Env env_;
  int fd_;  // -1: closed
  const int ticket_;
  Mapping rings_;
  Mapping sqes_;
  Mapping buffer_;
  uint32_t sq_entries_ = 0;
  uint32_t cq_entries_ = 0;
  const uint8_t* cqes_ = nullptr;
  std::vector<UringTimespec> timeouts_;  // by slot; the kernel copies them in io_uring_enter
  Word* sq_head_ = nullptr;
  Word* sq_tail_ = nullptr;
  Word* sq_array_ = nullptr;
  Word* cq_head_ = nullptr;
  Word* cq_tail_ = nullptr;
};

#endif  // POLLUX_NATIVE_SUPPORT_URING_H_
