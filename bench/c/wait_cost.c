// wait_cost select|poll|epoll pipe|"two-ended pipe"|socket N ACTIVE [WRITES]: the cost of one wait that does
// not block, when ACTIVE of N watched descriptors are ready and stay so. With WRITES, as in the benchmark of
// libevent, each byte is read and written to the next descriptor, WRITES times in all.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "common.h"

#define MAX_EVENTS 16384
#define WORD_BITS (8 * (int)sizeof(unsigned long))

static int count, active;
static int *fds, *others;
static long found, writes, left;
static int* index_of;

static unsigned long *master, *work;
static size_t words;
static int nfds;
static struct pollfd* pollfds;
static int epfd;
static struct epoll_event events[MAX_EVENTS];

// One descriptor for both ends of the pipe: twice as many pipes fit below the limit of descriptors.
static void open_pipe(int index) {
  char path[32];
  int ends[2];
  check(pipe(ends) == 0, "pipe");
  snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
  fds[index] = others[index] = open(path, O_RDWR | O_NONBLOCK);
  check(fds[index] >= 0, path);
  close(ends[0]);
  close(ends[1]);
}

static int raised(int fd) {
  const int other = fcntl(fd, F_DUPFD, count + 64);
  check(other >= 0, "fcntl");
  close(fd);
  return other;
}

// Watched ends get the lowest numbers, without gaps; the other ends are moved up.
static void open_pair(int index, int sockets) {
  static int listener = -1, port;
  int pair[2];
  if (!sockets) {
    check(pipe(pair) == 0, "pipe");
  } else {
    if (listener < 0) listener = raised(listen_loopback(&port));
    pair[1] = raised(connect_loopback(port));
    pair[0] = accept(listener, NULL, NULL);
    check(pair[0] >= 0, "accept");
  }
  fds[index] = pair[0];
  others[index] = raised(pair[1]);
}

static void open_all(const char* kind) {
  for (int i = 0; i < count; i++) {
    if (strcmp(kind, "pipe") == 0) open_pipe(i);
    else open_pair(i, strcmp(kind, "socket") == 0);
    if (writes > 0) continue;
    // Spread evenly, and the last one among them.
    const long before = (long)i * active / count, after = (long)(i + 1) * active / count;
    if (after > before) check(write(others[i], "x", 1) == 1, "write");
  }
}

static void prepare(const char* mode) {
  for (int i = 0; i < count; i++) {
    if (fds[i] >= nfds) nfds = fds[i] + 1;
  }
  check(nfds > 0, "no descriptors");
  words = (size_t)nfds / WORD_BITS + 1;
  master = calloc(words, sizeof *master);
  work = calloc(words, sizeof *work);
  pollfds = calloc((size_t)count, sizeof *pollfds);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
    master[fds[i] / WORD_BITS] |= 1ul << (fds[i] % WORD_BITS);
    pollfds[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    if (strcmp(mode, "epoll") == 0) {
      check(epoll_ctl(epfd, EPOLL_CTL_ADD, fds[i], &event) == 0, "epoll_ctl");
    }
  }
}

static volatile int sink;

static inline void handle(int fd) {
  char byte;
  found++;
  sink = fd;
  if (writes == 0) return;
  check(read(fd, &byte, 1) == 1, "read");
  if (left == 0) return;
  left--;
  check(write(others[(index_of[fd] + 1) % count], "x", 1) == 1, "write");
}

static void wait_select(void) {
  struct timeval none = {0, 0};
  memcpy(work, master, words * sizeof *work);
  int ready = select(nfds, (fd_set*)work, NULL, NULL, &none);
  for (size_t word = 0; word < words && ready > 0; word++) {
    for (unsigned long bits = work[word]; bits; bits &= bits - 1, ready--) {
      handle((int)word * WORD_BITS + __builtin_ctzl(bits));
    }
  }
}

static void wait_poll(void) {
  int ready = poll(pollfds, (nfds_t)count, 0);
  for (int slot = 0; ready > 0; slot++) {
    if (pollfds[slot].revents == 0) continue;
    handle(pollfds[slot].fd);
    ready--;
  }
}

static void wait_epoll(void) {
  const int got = epoll_wait(epfd, events, MAX_EVENTS, 0);
  for (int i = 0; i < got; i++) handle(events[i].data.fd);
}

// ACTIVE bytes start evenly spread, and travel until all WRITES are done.
static void travel(void (*wait_once)(void)) {
  const long goal = found + active + writes;
  for (int i = 0; i < active; i++) {
    check(write(others[(int)((long)i * count / active)], "x", 1) == 1, "write");
  }
  left = writes;
  while (found < goal) wait_once();
}

static void measure(void (*wait_once)(void), long times) {
  found = 0;
  const uint64_t start = now_ns(), cpu = cpu_ns();
  for (long i = 0; i < times; i++) {
    if (writes > 0) travel(wait_once);
    else wait_once();
  }
  const uint64_t elapsed = now_ns() - start, used = cpu_ns() - cpu;
  const long expected = times * (writes > 0 ? active + writes : active);
  if (found != expected) {
    fprintf(stderr, "%ld ready instead of %ld\n", found, expected);
    exit(1);
  }
  answer(elapsed, used, times);
}

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) return 2;
  count = atoi(argv[3]);
  active = atoi(argv[4]);
  if (count < 1 || count > MAX_EVENTS || active < 1 || active > count) return 2;
  writes = argc == 6 ? atol(argv[5]) : 0;
  fds = calloc((size_t)count, sizeof *fds);
  others = calloc((size_t)count, sizeof *others);
  open_all(argv[2]);
  prepare(argv[1]);
  index_of = calloc((size_t)nfds, sizeof *index_of);
  for (int i = 0; i < count; i++) index_of[fds[i]] = i;
  void (*const wait_once)(void) = strcmp(argv[1], "select") == 0 ? wait_select
                                  : strcmp(argv[1], "poll") == 0 ? wait_poll
                                                                 : wait_epoll;
  ready();
  for (long times = next_run(); times > 0; times = next_run()) measure(wait_once, times);
  return 0;
}
