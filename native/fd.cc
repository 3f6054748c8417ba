#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "support/args.h"
#include "support/export.h"
#include "support/missing.h"
#include "support/newer.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int close(int fd);
Napi::Value Close(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  if (args.failed()) return {};
  Owned::Of(info.Env()).Remove(info.Env(), fd);
  return Result(info.Env(), ::close(fd));
}

// int close_range(unsigned int first, unsigned int last, int flags);
// By number: glibc has it only since 2.34. CLOSE_RANGE_UNSHARE is refused: the other threads of the
// process, which open files for this one, would keep the old table.
Napi::Value CloseRange(const Napi::CallbackInfo& info) {
  Args args(info);
  const unsigned int first = args.Uint32("first");
  const unsigned int last = args.Uint32("last");
  const int flags = args.Int("flags");
  if ((flags & CLOSE_RANGE_UNSHARE) != 0) args.OutOfRange("flags", "without CLOSE_RANGE_UNSHARE");
  if (args.failed()) return {};
  const long result = ::syscall(SYS_close_range, first, last, flags);
  if (result < 0) return Result(info.Env(), result);
  const bool closes = (flags & CLOSE_RANGE_CLOEXEC) == 0;
  if (closes) Owned::Of(info.Env()).RemoveRange(info.Env(), first, last);
  return Answer(info.Env(), result);
}

// ssize_t read(int fd, void* buf, size_t count);
Napi::Value Read(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const Part buffer = args.Slice("buffer");
  if (args.failed()) return {};
  return Result(info.Env(), ::read(fd, buffer.data, buffer.size));
}

// ssize_t write(int fd, const void* buf, size_t count);
Napi::Value Write(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const Part buffer = args.Slice("buffer");
  if (args.failed()) return {};
  return Result(info.Env(), ::write(fd, buffer.data, buffer.size));
}

// ssize_t readv(int fd, const struct iovec* iov, int iovcnt);
Napi::Value Readv(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int fd = args.Int("fd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  if (args.failed()) return {};
  return Result(info.Env(), ::readv(fd, buffers.data, buffers.count));
}

// ssize_t writev(int fd, const struct iovec* iov, int iovcnt);
Napi::Value Writev(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int fd = args.Int("fd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  if (args.failed()) return {};
  return Result(info.Env(), ::writev(fd, buffers.data, buffers.count));
}

// ssize_t preadv(int fd, const struct iovec* iov, int iovcnt, off_t offset);
Napi::Value Preadv(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int fd = args.Int("fd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  const int64_t offset = args.Change("offset");
  if (args.failed()) return {};
  return Result(info.Env(), ::preadv(fd, buffers.data, buffers.count, offset));
}

// ssize_t pwritev(int fd, const struct iovec* iov, int iovcnt, off_t offset);
Napi::Value Pwritev(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int fd = args.Int("fd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  const int64_t offset = args.Change("offset");
  if (args.failed()) return {};
  return Result(info.Env(), ::pwritev(fd, buffers.data, buffers.count, offset));
}

// ssize_t preadv2(int fd, const struct iovec* iov, int iovcnt, off_t offset, int flags);
Napi::Value Preadv2(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int fd = args.Int("fd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  const int64_t offset = args.Change("offset");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::preadv2(fd, buffers.data, buffers.count, offset, flags));
}

// ssize_t pwritev2(int fd, const struct iovec* iov, int iovcnt, off_t offset, int flags);
Napi::Value Pwritev2(const Napi::CallbackInfo& info) {
  Args args(info);
  iovec iov[IOV_MAX];
  const int fd = args.Int("fd");
  const Span<iovec> buffers = args.Buffers("iov", iov);
  const int64_t offset = args.Change("offset");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Result(info.Env(), ::pwritev2(fd, buffers.data, buffers.count, offset, flags));
}

// int dup(int oldfd);
Napi::Value Dup(const Napi::CallbackInfo& info) {
  Args args(info);
  const int oldfd = args.Int("oldfd");
  if (args.failed()) return {};
  return Opened(info.Env(), ::dup(oldfd));
}

// int dup2(int oldfd, int newfd);
Napi::Value Dup2(const Napi::CallbackInfo& info) {
  Args args(info);
  const int oldfd = args.Int("oldfd");
  const int newfd = args.Int("newfd");
  if (args.failed()) return {};
  const int result = ::dup2(oldfd, newfd);
  // If both numbers are the same, nothing was opened.
  return oldfd == newfd ? Result(info.Env(), result) : Opened(info.Env(), result);
}

// int dup3(int oldfd, int newfd, int flags);
Napi::Value Dup3(const Napi::CallbackInfo& info) {
  Args args(info);
  const int oldfd = args.Int("oldfd");
  const int newfd = args.Int("newfd");
  const int flags = args.Int("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), ::dup3(oldfd, newfd, flags));
}

// int fcntl(int fd, int op, int arg);
// Only operations whose argument is an int or absent. The others take a pointer, and a number from
// JavaScript must never become a pointer.
Napi::Value Fcntl(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int op = args.Int("op");
  const int arg = args.Int("arg");
  switch (op) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_SETFL:
    case F_ADD_SEALS:
    case F_GET_SEALS:
    case F_GETPIPE_SZ:
    case F_SETPIPE_SZ:
    case F_SETOWN:
    case F_GETSIG:
    case F_SETSIG:
    case F_GETLEASE:
    case F_SETLEASE:
    case F_NOTIFY:
    case F_DUPFD_QUERY:
    case F_CREATED_QUERY:
      break;
    default:
      args.OutOfRange("op", "an operation that takes an int");
  }
  if (args.failed()) return {};
  const int result = ::fcntl(fd, op, arg);
  const bool opens = op == F_DUPFD || op == F_DUPFD_CLOEXEC;
  return opens ? Opened(info.Env(), result) : Result(info.Env(), result);
}

// int fcntl(int fd, int op, struct f_owner_ex* arg);
// F_GETOWN is left out: for a process group its result is negative, like an error.
Napi::Value FcntlOwner(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const int op = args.Int("op");
  if (op != F_GETOWN_EX && op != F_SETOWN_EX) args.OutOfRange("op", "F_GETOWN_EX or F_SETOWN_EX");
  f_owner_ex* const arg = args.Struct<f_owner_ex>("owner").data;
  if (args.failed()) return {};
  return Result(info.Env(), ::fcntl(fd, op, arg));
}

}  // namespace

void RegisterFd(Napi::Object exports) {
  EXPORT_FUNCTION("close", Close);
  EXPORT_FUNCTION("close_range", CloseRange);
  EXPORT_FUNCTION("read", Read);
  EXPORT_FUNCTION("write", Write);
  EXPORT_FUNCTION("readv", Readv);
  EXPORT_FUNCTION("writev", Writev);
  EXPORT_FUNCTION("preadv", Preadv);
  EXPORT_FUNCTION("pwritev", Pwritev);
  EXPORT_FUNCTION("preadv2", Preadv2);
  EXPORT_FUNCTION("pwritev2", Pwritev2);
  EXPORT_FUNCTION("dup", Dup);
  EXPORT_FUNCTION("dup2", Dup2);
  EXPORT_FUNCTION("dup3", Dup3);
  EXPORT_FUNCTION("fcntl", Fcntl);
  EXPORT_FUNCTION("fcntl_owner", FcntlOwner);

  EXPORT_CONSTANTS(IOV_MAX, RWF_NOWAIT, F_ADD_SEALS, F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,
                   F_GETFL, F_SETFL, F_GETPIPE_SZ, F_GET_SEALS, F_SEAL_GROW, F_SEAL_SEAL,
                   F_SEAL_SHRINK, F_SEAL_WRITE, F_SETPIPE_SZ, F_GETOWN, F_SETOWN, F_GETOWN_EX,
                   F_SETOWN_EX, F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP, F_GETSIG, F_SETSIG,
                   FD_CLOEXEC, O_ACCMODE, O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_ASYNC, O_CLOEXEC,
                   O_DIRECT, O_NONBLOCK);

  EXPORT_CONSTANTS(DN_ACCESS, DN_ATTRIB, DN_CREATE, DN_DELETE, DN_MODIFY, DN_MULTISHOT, DN_RENAME);
  EXPORT_CONSTANTS(F_GETLEASE, F_NOTIFY, F_RDLCK, F_SETLEASE, F_UNLCK, F_WRLCK, F_DUPFD_QUERY,
                   F_CREATED_QUERY);
  EXPORT_CONSTANTS(F_SEAL_FUTURE_WRITE, F_SEAL_EXEC);
  EXPORT_CONSTANTS(O_DSYNC, O_NDELAY, O_NOATIME, O_PATH, O_SYNC);
  EXPORT_CONSTANTS(RWF_APPEND, RWF_DSYNC, RWF_HIPRI, RWF_SYNC, RWF_NOAPPEND, RWF_ATOMIC,
                   RWF_DONTCACHE, CLOSE_RANGE_CLOEXEC);
}
