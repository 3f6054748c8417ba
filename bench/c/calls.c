// calls NAME: the cost of one system call, or of one pair of them.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "common.h"

#define READY 10

static char buffer[64];
static int pair[2], ends[2], listener, epfd, empty_epfd;
static int pipes[READY];
static fd_set watched;
static struct pollfd pollfds[READY];
static struct epoll_event events[64];

static void prepare(void) {
  int port;
  check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0, "socketpair");
  check(pipe2(ends, O_NONBLOCK) == 0, "pipe2");
  listener = listen_loopback(&port);
  set_nonblocking(listener);
  epfd = epoll_create1(0);
  empty_epfd = epoll_create1(0);
  FD_ZERO(&watched);
  for (int i = 0; i < READY; i++) {
    int fds[2];
    struct epoll_event event = {.events = EPOLLIN};
    check(pipe(fds) == 0 && write(fds[1], "x", 1) == 1, "pipe");
    pipes[i] = event.data.fd = fds[0];
    FD_SET(fds[0], &watched);
    pollfds[i] = (struct pollfd){.fd = fds[0], .events = POLLIN};
    check(epoll_ctl(epfd, EPOLL_CTL_ADD, fds[0], &event) == 0, "epoll_ctl");
  }
}

static int call_recv_again(void) { return recv(pair[0], buffer, sizeof buffer, 0) < 0; }

static int call_send_recv(void) {
  return send(pair[1], buffer, sizeof buffer, MSG_NOSIGNAL) == sizeof buffer &&
         recv(pair[0], buffer, sizeof buffer, 0) == sizeof buffer;
}

static int call_write_read(void) {
  return write(ends[1], buffer, sizeof buffer) == sizeof buffer &&
         read(ends[0], buffer, sizeof buffer) == sizeof buffer;
}

static int call_accept_again(void) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC) < 0; }

static int call_epoll_none(void) { return epoll_wait(empty_epfd, events, 64, 0) == 0; }

static int call_epoll_ready(void) { return epoll_wait(epfd, events, 64, 0) == READY; }

static int call_poll_ready(void) { return poll(pollfds, READY, 0) == READY; }

static int call_select_ready(void) {
  struct timeval none = {0, 0};
  fd_set set = watched;
  return select(pipes[READY - 1] + 1, &set, NULL, NULL, &none) == READY;
}

static int call_epoll_ctl(void) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = pipes[0]};
  return epoll_ctl(epfd, EPOLL_CTL_MOD, pipes[0], &event) == 0;
}

static int call_fcntl(void) { return fcntl(pair[0], F_GETFD) >= 0; }

static int call_socket_close(void) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return fd >= 0 && close(fd) == 0;
}

static const struct {
  const char* name;
  int (*call)(void);
} kCalls[] = {
    {"recv-would-block", call_recv_again},     {"send-recv-64B", call_send_recv},
    {"write-read-pipe", call_write_read},      {"accept4-would-block", call_accept_again},
    {"epoll_wait-none", call_epoll_none},      {"epoll_wait-10-ready", call_epoll_ready},
    {"poll-10-ready", call_poll_ready},        {"select-10-ready", call_select_ready},
    {"epoll_ctl-MOD", call_epoll_ctl},         {"fcntl-F_GETFD", call_fcntl},
    {"socket-close", call_socket_close},
};

int main(int argc, char** argv) {
  int (*call)(void) = NULL;
  for (size_t i = 0; argc == 2 && i < sizeof kCalls / sizeof *kCalls; i++) {
    if (strcmp(kCalls[i].name, argv[1]) == 0) call = kCalls[i].call;
  }
  if (call == NULL) return 2;
  prepare();
  ready();
  for (long times = next_run(); times > 0; times = next_run()) {
    long good = 0;
    const uint64_t start = now_ns(), cpu = cpu_ns();
    for (long i = 0; i < times; i++) good += call();
    const uint64_t elapsed = now_ns() - start, used = cpu_ns() - cpu;
    if (good != times) die(argv[1]);
    answer(elapsed, used, times);
  }
  return 0;
}
