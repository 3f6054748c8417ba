// echo_server select|poll|epoll|epoll-et [EVENTS]: prints its port, and echoes until its standard input ends. Each
// line of its input is answered with its user time and its system time so far, in microseconds. With epoll, it takes
// up to EVENTS events from each wait, by default 1,024.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "server.h"

#define MAX_FD 65536
#define MAX_EVENTS 1024
#define WORD_BITS (8 * (int)sizeof(unsigned long))
enum { IN = 1, OUT = 2 };

struct connection {
  char* rest;  // what the kernel has not accepted yet
  size_t length, offset;
  int slot;
};

static char buffer[BUFFER_SIZE];
static struct connection connections[MAX_FD];
static int listener, edge, running = 1;

// Each multiplexer has a function that starts, changes or (interest 0) ends watching, and one that serves a wait.
static void (*watch)(int fd, int before, int interest);

static void drop(int fd, int interest) {
  watch(fd, interest, 0);
  free(connections[fd].rest);
  connections[fd] = (struct connection){0};
  close(fd);
}

static void accept_all(void) {
  for (;;) {
    const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (fd >= MAX_FD) {
      close(fd);
      continue;
    }
    watch(fd, 0, IN);
  }
}

static int keep(struct connection* c, const char* data, size_t length) {
  c->rest = malloc(length);
  if (c->rest == NULL) return 0;
  memcpy(c->rest, data, length);
  c->length = length;
  c->offset = 0;
  return 1;
}

// Edge-triggered, what is left unread is not reported again. A short read of a stream has taken all of it, unless the end
// is behind it (see epoll(7)).
static void serve_input(int fd, int ended) {
  struct connection* c = &connections[fd];
  ssize_t got;
  do {
    got = recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(fd, IN);
    ssize_t sent = send(fd, buffer, (size_t)got, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return drop(fd, IN);
    if (sent < 0) sent = 0;
    if (sent < got) {
      if (!keep(c, buffer + sent, (size_t)(got - sent))) return drop(fd, IN);
      return watch(fd, IN, OUT);
    }
  } while (edge && (ended || got == sizeof buffer));
}

static void serve_output(int fd) {
  struct connection* c = &connections[fd];
  while (c->offset < c->length) {
    const ssize_t sent = send(fd, c->rest + c->offset, c->length - c->offset, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) return drop(fd, OUT);
    c->offset += (size_t)sent;
  }
  free(c->rest);
  c->rest = NULL;
  watch(fd, OUT, IN);
}

static void serve(int fd, int ended) {
  if (fd == listener) accept_all();
  else if (fd == STDIN_FILENO) running = answer_line();
  else if (connections[fd].rest) serve_output(fd);
  else serve_input(fd, ended);
}

static unsigned long readers[MAX_FD / WORD_BITS], writers[MAX_FD / WORD_BITS];
static unsigned long in[MAX_FD / WORD_BITS], out[MAX_FD / WORD_BITS];
static int nfds;

static void watch_select(int fd, int before, int interest) {
  const unsigned long bit = 1ul << (fd % WORD_BITS);
  (void)before;
  readers[fd / WORD_BITS] &= ~bit;
  writers[fd / WORD_BITS] &= ~bit;
  if (interest == IN) readers[fd / WORD_BITS] |= bit;
  if (interest == OUT) writers[fd / WORD_BITS] |= bit;
  if (interest && fd >= nfds) nfds = fd + 1;
}

static void wait_select(void) {
  const int words = (nfds + WORD_BITS - 1) / WORD_BITS;
  memcpy(in, readers, (size_t)words * sizeof *in);
  memcpy(out, writers, (size_t)words * sizeof *out);
  int left = select(nfds, (fd_set*)in, (fd_set*)out, NULL, NULL);
  for (int word = 0; word < words && left > 0; word++) {
    for (unsigned long bits = in[word] | out[word]; bits; bits &= bits - 1, left--) {
      serve(word * WORD_BITS + __builtin_ctzl(bits), 0);
    }
  }
}

static struct pollfd slots[MAX_FD];
static int used;

static void watch_poll(int fd, int before, int interest) {
  struct connection* c = &connections[fd];
  if (before == 0) c->slot = used++;
  if (interest == 0) {
    slots[c->slot] = slots[--used];
    connections[slots[c->slot].fd].slot = c->slot;
    return;
  }
  slots[c->slot] = (struct pollfd){.fd = fd, .events = interest == IN ? POLLIN : POLLOUT};
}

static void wait_poll(void) {
  int left = poll(slots, (nfds_t)used, -1);
  // From the end: a closed connection's slot is filled with the last one, which was already served.
  for (int slot = used - 1; slot >= 0 && left > 0; slot--) {
    if (slots[slot].revents == 0) continue;
    slots[slot].revents = 0;
    left--;
    serve(slots[slot].fd, 0);
  }
}

static int epfd, max_events = MAX_EVENTS;

static void watch_epoll(int fd, int before, int interest) {
  struct epoll_event event = {.data.fd = fd};
  if (interest == 0) return;  // close() does it
  event.events = (interest == IN ? EPOLLIN : EPOLLOUT) | (edge ? EPOLLET | EPOLLRDHUP : 0u);
  check(epoll_ctl(epfd, before ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

static void wait_epoll(void) {
  struct epoll_event events[MAX_EVENTS];
  const int got = epoll_wait(epfd, events, max_events, -1);
  for (int i = 0; i < got; i++) serve(events[i].data.fd, (events[i].events & EPOLLRDHUP) != 0);
}

int main(int argc, char** argv) {
  int port;
  if (argc < 2 || argc > 3) return 2;
  if (argc > 2) max_events = atoi(argv[2]);
  if (max_events < 1 || max_events > MAX_EVENTS) return 2;
  void (*wait_once)(void) = wait_epoll;
  watch = watch_epoll;
  edge = strcmp(argv[1], "epoll-et") == 0;
  if (strcmp(argv[1], "select") == 0) watch = watch_select, wait_once = wait_select;
  if (strcmp(argv[1], "poll") == 0) watch = watch_poll, wait_once = wait_poll;
  epfd = epoll_create1(EPOLL_CLOEXEC);
  listener = listen_loopback(&port);
  set_nonblocking(listener);
  set_no_delay(listener);
  watch(listener, 0, IN);
  watch(STDIN_FILENO, 0, IN);
  announce(port);
  while (running) wait_once();
  return 0;
}
