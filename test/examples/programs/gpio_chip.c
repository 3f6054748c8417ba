// Stands in for the driver of a GPIO chip, which few machines have: preloaded, it answers the requests of <linux/gpio.h>
// that examples/gpio.ts makes. Descriptor 3 is the line.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int get_line(struct gpio_v2_line_request* request) {
  fprintf(stderr, "%u line of \"%s\": %u, flags %#llx, %u attributes\n", request->num_lines,
          request->consumer, request->offsets[0], request->config.flags, request->config.num_attrs);
  request->fd = fcntl(3, F_DUPFD_CLOEXEC, 3);
  return request->fd < 0 ? -1 : 0;
}

static int get_values(struct gpio_v2_line_values* values) {
  if (values->mask == 0) {
    errno = EINVAL;
    return -1;
  }
  values->bits = ~0ULL & values->mask;
  return 0;
}

int ioctl(int fd, unsigned long op, ...) {
  va_list arguments;
  va_start(arguments, op);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if ((unsigned int)op == GPIO_V2_GET_LINE_IOCTL) return get_line(argument);
  if ((unsigned int)op == GPIO_V2_LINE_GET_VALUES_IOCTL) return get_values(argument);
  return (int)syscall(SYS_ioctl, fd, op, argument);
}
