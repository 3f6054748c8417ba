// Shared by the programs of this directory. A program that measures reads `run N` from its standard input,
// does its work N times, and answers `elapsed_ns cpu_ns N`. It ends with its input.
#ifndef POLLUX_BENCH_COMMON_H_
#define POLLUX_BENCH_COMMON_H_

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

static void die(const char* what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static UNUSED void* idle(void* nothing) {
  pause();
  return nothing;
}

// With POLLUX_BENCH_THREADS set, the process has a second, idle thread. In a process of several threads,
// such as Node.js, the kernel counts references to each descriptor that a call looks at: 25 ns for each
// one that select or poll watches. A fair comparison with Node.js pays that too.
__attribute__((constructor)) static UNUSED void share_descriptors(void) {
  pthread_t thread;
  if (getenv("POLLUX_BENCH_THREADS") != NULL) pthread_create(&thread, NULL, idle, NULL);
}

static UNUSED void check(int ok, const char* what) {
  if (!ok) die(what);
}

static uint64_t clock_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static UNUSED uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

// The longest latency that fits is 4.3 seconds.
static UNUSED uint32_t saturated(uint64_t ns) { return ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns; }

static UNUSED uint64_t cpu_ns(void) { return clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

// The N of `run N`; 0 at the end of the input.
static UNUSED long next_run(void) {
  char line[64];
  long times = 0;
  if (fgets(line, sizeof line, stdin) == NULL) return 0;
  if (sscanf(line, "run %ld", &times) != 1 || times < 1) {
    fprintf(stderr, "not a command: %s", line);
    exit(1);
  }
  return times;
}

static UNUSED void answer(uint64_t elapsed, uint64_t cpu, long times) {
  printf("%llu %llu %ld\n", (unsigned long long)elapsed, (unsigned long long)cpu, times);
  fflush(stdout);
}

static UNUSED void ready(void) {
  puts("ready");
  fflush(stdout);
}

static UNUSED struct sockaddr_in loopback(const char* host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  return address;
}

static UNUSED int listen_loopback(int* port) {
  struct sockaddr_in address = loopback("127.0.0.1", 0);
  socklen_t length = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  check(fd >= 0, "socket");
  check(bind(fd, (struct sockaddr*)&address, length) == 0, "bind");
  check(listen(fd, SOMAXCONN) == 0, "listen");
  getsockname(fd, (struct sockaddr*)&address, &length);
  *port = ntohs(address.sin_port);
  return fd;
}

static UNUSED int connect_loopback(int port) {
  const struct sockaddr_in address = loopback("127.0.0.1", port);
  const int one = 1;
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  check(fd >= 0, "socket");
  check(connect(fd, (const struct sockaddr*)&address, sizeof address) == 0, "connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static UNUSED void set_nonblocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

// Sends as much as fits now; returns how much is left.
static UNUSED size_t send_some(int fd, const char* bytes, size_t left) {
  while (left > 0) {
    const ssize_t sent = send(fd, bytes, left, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) break;
    check(sent > 0, "send");
    left -= (size_t)sent;
  }
  return left;
}

// Receives what is there, at most `left`; returns how much is left.
static UNUSED size_t receive_some(int fd, char* bytes, size_t left) {
  const ssize_t got = recv(fd, bytes, left, 0);
  if (got < 0 && errno == EAGAIN) return left;
  if (got == 0) errno = ECONNRESET;
  check(got > 0, "recv");
  return left - (size_t)got;
}

// Watches a descriptor in an epoll instance, or watches it for other events; events name it by its index.
static UNUSED void watch_index(int epfd, int op, int fd, int index, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u32 = (uint32_t)index};
  check(epoll_ctl(epfd, op, fd, &event) == 0, "epoll_ctl");
}

// Room for latencies that causes no page faults while measuring.
static UNUSED uint32_t* new_latencies(long count) {
  uint32_t* latencies = malloc((size_t)count * sizeof *latencies);
  check(latencies != NULL, "malloc");
  return memset(latencies, 0, (size_t)count * sizeof *latencies);
}

// Writes the latencies after the answer, and frees them.
static UNUSED void answer_latencies(uint32_t* latencies, long count) {
  fwrite(latencies, sizeof *latencies, (size_t)count, stdout);
  fflush(stdout);
  free(latencies);
}

#endif  // POLLUX_BENCH_COMMON_H_
