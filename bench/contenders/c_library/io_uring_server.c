// io_uring_server: an echo server on io_uring, with completions instead of readiness. See bench/c/server.h.
#include <liburing.h>

#include "server.h"

#define MAX_FD 65536
#define ENTRIES 4096
#define BUFFERS 1024  // a power of two
#define GROUP 0

enum operation { ACCEPT, LINE, RECEIVE, SEND };

struct client {
  int buffer;  // which of the buffers holds what is being sent
  unsigned length, offset;
};

static struct io_uring ring;
static struct io_uring_buf_ring* lent;  // the buffers that the kernel may fill
static char buffers[BUFFERS][BUFFER_SIZE];
static struct client clients[MAX_FD];
// Clients that were not received from because all buffers were in use, the first one first.
static int starved[MAX_FD];
static unsigned first_starved, end_starved;
static char line[64];
static int listener, running = 1;

static struct io_uring_sqe* next_request(void) {
  struct io_uring_sqe* sqe = io_uring_get_sqe(&ring);
  if (sqe == NULL) {
    io_uring_submit(&ring);
    sqe = io_uring_get_sqe(&ring);
  }
  check(sqe != NULL, "io_uring_get_sqe");
  return sqe;
}

static void label(struct io_uring_sqe* sqe, enum operation operation, int fd) {
  io_uring_sqe_set_data64(sqe, (uint64_t)operation << 32 | (uint32_t)fd);
}

static void request_accept(void) {
  struct io_uring_sqe* sqe = next_request();
  io_uring_prep_multishot_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
  label(sqe, ACCEPT, listener);
}

static void request_line(void) {
  struct io_uring_sqe* sqe = next_request();
  io_uring_prep_read(sqe, STDIN_FILENO, line, sizeof line, 0);
  label(sqe, LINE, STDIN_FILENO);
}

// One request of a client at a time: what is not sent back yet keeps it from being received from. A multishot
// receive would go on.
static void request_receive(int fd, int is_empty) {
  struct io_uring_sqe* sqe = next_request();
  io_uring_prep_recv(sqe, fd, NULL, BUFFER_SIZE, 0);
  if (is_empty) sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = GROUP;
  label(sqe, RECEIVE, fd);
}

static void request_send(int fd) {
  struct client* client = &clients[fd];
  struct io_uring_sqe* sqe = next_request();
  io_uring_prep_send(sqe, fd, buffers[client->buffer] + client->offset,
                     client->length - client->offset, MSG_NOSIGNAL | MSG_WAITALL);
  label(sqe, SEND, fd);
}

static void lend(int buffer) {
  io_uring_buf_ring_add(lent, buffers[buffer], BUFFER_SIZE, (unsigned short)buffer,
                        io_uring_buf_ring_mask(BUFFERS), 0);
  io_uring_buf_ring_advance(lent, 1);
  if (first_starved != end_starved) request_receive(starved[first_starved++ % MAX_FD], 0);
}

static void on_accept(int fd, unsigned flags) {
  if (!(flags & IORING_CQE_F_MORE)) request_accept();
  if (fd >= MAX_FD) close(fd);
  else if (fd >= 0) request_receive(fd, 0);
}

static void on_received(int fd, int got, unsigned flags) {
  if (got == -ENOBUFS) {
    starved[end_starved++ % MAX_FD] = fd;
    return;
  }
  const int buffer = (int)(flags >> IORING_CQE_BUFFER_SHIFT);
  if (got <= 0) {
    if (flags & IORING_CQE_F_BUFFER) lend(buffer);
    close(fd);
    return;
  }
  clients[fd] = (struct client){.buffer = buffer, .length = (unsigned)got};
  request_send(fd);
}

static void on_sent(int fd, int sent) {
  struct client* client = &clients[fd];
  if (sent > 0) client->offset += (unsigned)sent;
  if (sent > 0 && client->offset < client->length) return request_send(fd);
  lend(client->buffer);
  if (sent > 0) request_receive(fd, 1);
  else close(fd);
}

static void on_line(int got) {
  running = got > 0;
  if (!running) return;
  tell_usage();
  request_line();
}

static void on_completion(const struct io_uring_cqe* cqe) {
  const int fd = (int)(uint32_t)cqe->user_data;
  switch ((enum operation)(cqe->user_data >> 32)) {
    case ACCEPT: return on_accept(cqe->res, cqe->flags);
    case LINE: return on_line(cqe->res);
    case RECEIVE: return on_received(fd, cqe->res, cqe->flags);
    case SEND: return on_sent(fd, cqe->res);
  }
}

static void set_up(void) {
  int error =
      -io_uring_queue_init(ENTRIES, &ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
  // Before Linux 6.1.
  if (error == EINVAL) error = -io_uring_queue_init(ENTRIES, &ring, 0);
  errno = error;
  check(error == 0, "io_uring_queue_init");
  const size_t size = BUFFERS * sizeof(struct io_uring_buf);
  check(posix_memalign((void**)&lent, (size_t)sysconf(_SC_PAGESIZE), size) == 0, "memory");
  struct io_uring_buf_reg lending = {
      .ring_addr = (uintptr_t)lent, .ring_entries = BUFFERS, .bgid = GROUP};
  errno = -io_uring_register_buf_ring(&ring, &lending, 0);
  check(errno == 0, "io_uring_register_buf_ring");
  io_uring_buf_ring_init(lent);
  for (int buffer = 0; buffer < BUFFERS; buffer++) lend(buffer);
}

int main(void) {
  int port;
  listener = listen_loopback(&port);
  set_no_delay(listener);
  set_up();
  request_accept();
  request_line();
  announce(port);
  while (running) {
    struct io_uring_cqe* cqe;
    unsigned head, seen = 0;
    const int result = io_uring_submit_and_wait(&ring, 1);
    errno = -result;
    check(result >= 0 || result == -EINTR, "io_uring_submit_and_wait");
    io_uring_for_each_cqe(&ring, head, cqe) {
      on_completion(cqe);
      seen++;
    }
    io_uring_cq_advance(&ring, seen);
  }
  return 0;
}
