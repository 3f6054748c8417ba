// Shared by the echo servers in C, of which bench/contenders/contender.ts says what they do: each prints its
// port, answers each line of its input with its user and its system time, and ends with its input.
#ifndef POLLUX_BENCH_SERVER_H_
#define POLLUX_BENCH_SERVER_H_

#include <sys/resource.h>

#include "common.h"

#define BUFFER_SIZE 65536

// On Linux, accepted sockets inherit TCP_NODELAY.
static UNUSED void set_no_delay(int listener) {
  const int one = 1;
  check(setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0, "TCP_NODELAY");
}

static UNUSED void announce(int port) {
  printf("%d\n", port);
  fflush(stdout);
}

static long microseconds(struct timeval time) { return time.tv_sec * 1000000L + time.tv_usec; }

static UNUSED void tell_usage(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("%ld %ld\n", microseconds(usage.ru_utime), microseconds(usage.ru_stime));
  fflush(stdout);
}

// Reads a line of the input and answers it; 0 at its end.
static UNUSED int answer_line(void) {
  char line[64];
  const ssize_t got = read(STDIN_FILENO, line, sizeof line);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got > 0) tell_usage();
  return got > 0;
}

#endif  // POLLUX_BENCH_SERVER_H_
