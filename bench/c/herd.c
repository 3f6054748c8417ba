// herd shared|exclusive|reuseport|mutex WORKERS: an echo server of so many processes, which share an address.
// Prints its port and the processes' ids in a line, and serves until its standard input ends.
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common.h"

#define MAX_WORKERS 64
#define MAX_EVENTS 256
#define RETRY_NS 20000000u
#define YIELD_NS 1000000u

enum share { SHARED, EXCLUSIVE, REUSEPORT, MUTEX };

static const char* const names[] = {"shared", "exclusive", "reuseport", "mutex"};
static char buffer[65536];
static int epfd, listener;
static pthread_mutex_t* mutex;  // of all processes

static int listen_beside(int* port) {
  const int one = 1;
  struct sockaddr_in address = loopback("127.0.0.1", *port);
  socklen_t length = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  check(fd >= 0, "socket");
  check(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0, "SO_REUSEPORT");
  check(bind(fd, (struct sockaddr*)&address, length) == 0, "bind");
  check(listen(fd, SOMAXCONN) == 0, "listen");
  getsockname(fd, (struct sockaddr*)&address, &length);
  *port = ntohs(address.sin_port);
  return fd;
}

static void watch(int op, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  check(epoll_ctl(epfd, op, fd, &event) == 0, "epoll_ctl");
}

static void accept_all(void) {
  for (;;) {
    const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }
}

static void serve(int fd) {
  const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  // The messages of this benchmark always fit the send buffer.
  if (got <= 0 || send(fd, buffer, (size_t)got, MSG_NOSIGNAL) != got) close(fd);
}

static int has_listener(const struct epoll_event* events, int count) {
  for (int i = 0; i < count; i++) {
    if (events[i].data.fd == listener) return 1;
  }
  return 0;
}

static void serve_all(const struct epoll_event* events, int count) {
  for (int i = 0; i < count; i++) {
    if (events[i].data.fd != listener) serve(events[i].data.fd);
  }
}

static void work(uint32_t interest) {
  struct epoll_event events[MAX_EVENTS];
  watch(EPOLL_CTL_ADD, listener, interest);
  for (;;) {
    const int got = epoll_wait(epfd, events, MAX_EVENTS, -1);
    if (has_listener(events, got)) accept_all();
    serve_all(events, got);
  }
}

// Who holds the lock watches the listener until it has accepted. The times are those of lib/workers/accept_mutex.ts.
static void work_in_turns(void) {
  struct epoll_event events[MAX_EVENTS];
  uint64_t next_try = 0;
  int holds = 0;
  for (;;) {
    if (!holds && now_ns() >= next_try) {
      holds = pthread_mutex_trylock(mutex) == 0;
      if (holds) watch(EPOLL_CTL_ADD, listener, EPOLLIN);
      else next_try = now_ns() + RETRY_NS;
    }
    const uint64_t now = now_ns();
    const uint64_t left = next_try > now ? next_try - now : 0;
    const int got = epoll_wait(epfd, events, MAX_EVENTS, holds ? -1 : (int)((left + 999999) / 1000000));
    if (has_listener(events, got)) {
      accept_all();
      watch(EPOLL_CTL_DEL, listener, 0);
      pthread_mutex_unlock(mutex);
      holds = 0;
      next_try = now_ns() + YIELD_NS;
    }
    serve_all(events, got);
  }
}

static void create_mutex(void) {
  pthread_mutexattr_t attributes;
  mutex = mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  check(mutex != MAP_FAILED, "mmap");
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(mutex, &attributes);
}

static enum share share_of(const char* name) {
  for (int share = SHARED; share <= MUTEX; share++) {
    if (strcmp(name, names[share]) == 0) return (enum share)share;
  }
  exit(2);
}

int main(int argc, char** argv) {
  pid_t workers[MAX_WORKERS];
  int listeners[MAX_WORKERS], port = 0;
  char line[64];
  if (argc != 3) return 2;
  const enum share share = share_of(argv[1]);
  const int count = atoi(argv[2]);
  if (count < 1 || count > MAX_WORKERS) return 2;
  create_mutex();
  // All listen before the first one serves: a connection must not come to a socket that nobody watches.
  for (int i = 0; i < count; i++) {
    listeners[i] = share == REUSEPORT || i == 0 ? listen_beside(&port) : listeners[0];
  }
  for (int i = 0; i < count; i++) {
    workers[i] = fork();
    check(workers[i] >= 0, "fork");
    if (workers[i] > 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    listener = listeners[i];
    epfd = epoll_create1(EPOLL_CLOEXEC);
    if (share == MUTEX) work_in_turns();
    else work(share == EXCLUSIVE ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN);
  }
  printf("%d", port);
  for (int i = 0; i < count; i++) printf(" %d", workers[i]);
  puts("");
  fflush(stdout);
  while (read(STDIN_FILENO, line, sizeof line) > 0) continue;
  for (int i = 0; i < count; i++) {
    kill(workers[i], SIGKILL);
    waitpid(workers[i], NULL, 0);
  }
  return 0;
}
