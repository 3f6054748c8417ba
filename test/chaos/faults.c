// LD_PRELOAD for a server: its calls are interrupted, cut short or refused at random.
// CHAOS_SEED: the same seed, the same dice.
// CHAOS_WHOLE_READS: receives are not cut short. Edge-triggered, one that is says that no more has
// arrived (epoll(7)), which would not be so.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>

static atomic_uint_fast64_t dice;
static int whole_reads;

// splitmix64: one atomic addition, so that threads share the dice without a lock.
static uint64_t roll(void) {
  uint64_t z = atomic_fetch_add(&dice, 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static int one_in(unsigned n) { return roll() % n == 0; }

static int fail(int code) {
  errno = code;
  return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char* seed = getenv("CHAOS_SEED");
  atomic_store(&dice, seed ? strtoull(seed, NULL, 10) : 0);
  whole_reads = getenv("CHAOS_WHOLE_READS") != NULL;
}

ssize_t send(int fd, const void* bytes, size_t length, int flags) {
  static __typeof__(&send) real;
  if (!real) real = REAL(send);
  if (one_in(50)) return fail(EINTR);
  if (one_in(2000)) return fail(ENOBUFS);
  return real(fd, bytes, length > 1 && one_in(4) ? 1 + roll() % length : length, flags);
}

ssize_t recv(int fd, void* bytes, size_t length, int flags) {
  static __typeof__(&recv) real;
  if (!real) real = REAL(recv);
  if (one_in(50)) return fail(EINTR);
  const int is_short = !whole_reads && length > 1 && one_in(4);
  return real(fd, bytes, is_short ? 1 + roll() % length : length, flags);
}

int accept4(int fd, struct sockaddr* address, socklen_t* length, int flags) {
  static __typeof__(&accept4) real;
  if (!real) real = REAL(accept4);
  const int codes[] = {EINTR, ECONNABORTED, EPROTO, ENOBUFS, EMFILE};
  if (one_in(20)) return fail(codes[roll() % 5]);
  return real(fd, address, length, flags);
}

int epoll_wait(int fd, struct epoll_event* events, int count, int timeout) {
  static __typeof__(&epoll_wait) real;
  if (!real) real = REAL(epoll_wait);
  if (one_in(50)) return fail(EINTR);
  return real(fd, events, count > 1 && one_in(4) ? 1 + (int)(roll() % (unsigned)count) : count,
              timeout);
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
  static __typeof__(&ppoll) real;
  if (!real) real = REAL(ppoll);
  return one_in(50) ? fail(EINTR) : real(fds, count, timeout, mask);
}

int pselect(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
            const struct timespec* timeout, const sigset_t* mask) {
  static __typeof__(&pselect) real;
  if (!real) real = REAL(pselect);
  return one_in(50) ? fail(EINTR) : real(count, readable, writable, exceptional, timeout, mask);
}
