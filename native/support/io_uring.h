#ifndef POLLUX_NATIVE_SUPPORT_IO_URING_H_
#define POLLUX_NATIVE_SUPPORT_IO_URING_H_

#include <sys/syscall.h>

#include <cstdint>

// What <linux/io_uring.h> of Linux 6.18 has of io_uring; many build machines have an older one, or
// none. The same on every architecture that Node.js runs on. A test compares it with the header of
// its machine.

// clang-format off
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425     // Linux 5.1
#define SYS_io_uring_enter 426
#define SYS_io_uring_register 427
#endif

inline constexpr uint32_t IORING_SETUP_CQSIZE = 1U << 3;           // 5.5
inline constexpr uint32_t IORING_SETUP_CLAMP = 1U << 4;            // 5.6
inline constexpr uint32_t IORING_SETUP_SUBMIT_ALL = 1U << 7;       // 5.18
inline constexpr uint32_t IORING_SETUP_COOP_TASKRUN = 1U << 8;     // 5.19
inline constexpr uint32_t IORING_SETUP_TASKRUN_FLAG = 1U << 9;     // 5.19
inline constexpr uint32_t IORING_SETUP_SINGLE_ISSUER = 1U << 12;   // 6.0
inline constexpr uint32_t IORING_SETUP_DEFER_TASKRUN = 1U << 13;   // 6.1

inline constexpr uint32_t IORING_FEAT_SINGLE_MMAP = 1U << 0;       // 5.4
inline constexpr uint32_t IORING_FEAT_NODROP = 1U << 1;            // 5.5
inline constexpr uint32_t IORING_FEAT_SUBMIT_STABLE = 1U << 2;     // 5.5

inline constexpr uint64_t IORING_OFF_SQ_RING = 0;
inline constexpr uint64_t IORING_OFF_SQES = 0x10000000;

inline constexpr uint32_t IORING_ENTER_GETEVENTS = 1U << 0;

inline constexpr uint8_t IORING_OP_NOP = 0;
inline constexpr uint8_t IORING_OP_POLL_ADD = 6;
inline constexpr uint8_t IORING_OP_TIMEOUT = 11;                   // 5.4
inline constexpr uint8_t IORING_OP_ASYNC_CANCEL = 14;              // 5.5
inline constexpr uint8_t IORING_OP_READ = 22;                      // 5.6
inline constexpr uint8_t IORING_OP_SEND = 26;                      // 5.6
inline constexpr uint8_t IORING_OP_RECV = 27;                      // 5.6

inline constexpr uint32_t IORING_ASYNC_CANCEL_ALL = 1U << 0;       // 5.19
inline constexpr uint32_t IORING_ASYNC_CANCEL_ANY = 1U << 2;       // 5.19

inline constexpr unsigned IORING_REGISTER_EVENTFD = 4;             // 5.2
inline constexpr unsigned IORING_UNREGISTER_EVENTFD = 5;           // 5.2
inline constexpr unsigned IORING_REGISTER_EVENTFD_ASYNC = 7;       // 5.6
inline constexpr unsigned IORING_REGISTER_SYNC_CANCEL = 24;        // 6.0

// clang-format on

struct io_sqring_offsets {
  uint32_t head;
  uint32_t tail;
  uint32_t ring_mask;
  uint32_t ring_entries;
  uint32_t flags;
  uint32_t dropped;
  uint32_t array;
  uint32_t resv1;
  uint64_t user_addr;
};

struct io_cqring_offsets {
  uint32_t head;
  uint32_t tail;
  uint32_t ring_mask;
  uint32_t ring_entries;
  uint32_t overflow;
  uint32_t cqes;
  uint32_t flags;
  uint32_t resv1;
  uint64_t user_addr;
};

struct io_uring_params {
  uint32_t sq_entries;
  uint32_t cq_entries;
  uint32_t flags;
  uint32_t sq_thread_cpu;
  uint32_t sq_thread_idle;
  uint32_t features;
  uint32_t wq_fd;
  uint32_t resv[3];
  io_sqring_offsets sq_off;
  io_cqring_offsets cq_off;
};

// A submission. The kernel's has unions; each member here is the one that our requests use.
struct io_uring_sqe {
  uint8_t opcode;
  uint8_t flags;
  uint16_t ioprio;
  int32_t fd;
  uint64_t off;
  uint64_t addr;
  uint32_t len;
  uint32_t op_flags;
  uint64_t user_data;
  uint64_t rest[3];
};

// A completion.
struct io_uring_cqe {
  uint64_t user_data;
  int32_t res;
  uint32_t flags;
};

struct io_uring_sync_cancel_reg {
  uint64_t addr;
  int32_t fd;
  uint32_t flags;
  int64_t timeout_sec;
  int64_t timeout_nsec;
  uint8_t opcode;
  uint8_t pad[7];
  uint64_t pad2[3];
};

// struct __kernel_timespec
struct UringTimespec {
  int64_t tv_sec;
  int64_t tv_nsec;
};

static_assert(sizeof(io_uring_params) == 120 && sizeof(io_uring_sqe) == 64 &&
              sizeof(io_uring_cqe) == 16 && sizeof(io_uring_sync_cancel_reg) == 64);

#endif  // POLLUX_NATIVE_SUPPORT_IO_URING_H_
