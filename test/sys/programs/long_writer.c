// Stands in for a driver, preloaded: the request _IOR('?', 0xfe, 8 bytes) writes 1 MiB. The kernel does it, so that a page
// without access is EFAULT, as in copy_to_user().
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int ioctl(int fd, unsigned long op, ...) {
  va_list arguments;
  va_start(arguments, op);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if ((unsigned int)op != _IOC(_IOC_READ, '?', 0xfe, 8)) {
    return (int)syscall(SYS_ioctl, fd, op, argument);
  }
  const ssize_t size = 1 << 20;
  const int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  const ssize_t written = read(zeros, argument, (size_t)size);
  close(zeros);
  if (written == size) return 0;
  errno = EFAULT;
  return -1;
}
