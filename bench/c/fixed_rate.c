// fixed_rate PORT CONNECTIONS SIZE: echo round trips of SIZE bytes at a fixed rate, an open loop. Reads `run N NS`:
// N messages, of which one is due every NS nanoseconds, whether earlier ones have come back or not. A message takes
// a connection that has none under way; if there is none, it waits. A latency counts from when its message was due, so
// that a server that stops for a while pays for all messages that were due meanwhile (coordinated omission).
// After the answer come the N latencies, as 32-bit nanoseconds. It never sleeps.
#include "common.h"

#define PATIENCE_NS 10000000000u

struct peer {
  int fd;
  size_t to_send, to_receive;
  uint64_t due;
};

static char out[65536], in[65536];
static struct peer* peers;
static int *resting, epfd;
static long idle_from, idle_count, count, started, finished, goal;
static size_t size;
static uint32_t* latencies;

static void arm(int index, uint32_t events, int op) {
  watch_index(epfd, op, peers[index].fd, index, events);
}

// Idle connections take turns.
static void rest(int index) { resting[(idle_from + idle_count++) % count] = index; }

static int next_idle(void) {
  const int index = resting[idle_from];
  idle_from = (idle_from + 1) % count;
  idle_count--;
  return index;
}

static void push(int index) {
  struct peer* peer = &peers[index];
  peer->to_send = send_some(peer->fd, out, peer->to_send);
  if (peer->to_send > 0) arm(index, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void pull(int index) {
  struct peer* peer = &peers[index];
  peer->to_receive = receive_some(peer->fd, in, peer->to_receive);
  if (peer->to_receive > 0) return;
  latencies[finished++] = saturated(now_ns() - peer->due);
  rest(index);
}

static void send_due(uint64_t start, uint64_t interval, uint64_t now) {
  while (started < goal && idle_count > 0 && start + (uint64_t)started * interval <= now) {
    const int index = next_idle();
    peers[index].to_send = peers[index].to_receive = size;
    peers[index].due = start + (uint64_t)started++ * interval;
    push(index);
  }
}

static void round_trips(uint64_t interval) {
  struct epoll_event events[512];
  const uint64_t start = now_ns();
  uint64_t progress = start;
  started = finished = 0;
  while (finished < goal) {
    const uint64_t now = now_ns();
    send_due(start, interval, now);
    const int got = epoll_wait(epfd, events, 512, 0);
    check(got >= 0, "epoll_wait");
    // Nothing is overdue while nothing is under way.
    if (got > 0 || started == finished) progress = now;
    if (now - progress > PATIENCE_NS) errno = ETIMEDOUT, die("epoll_wait");
    for (int i = 0; i < got; i++) {
      const int index = (int)events[i].data.u32;
      if (events[i].events & EPOLLOUT) {
        arm(index, EPOLLIN, EPOLL_CTL_MOD);
        push(index);
      }
      if (events[i].events & ~(uint32_t)EPOLLOUT && peers[index].to_receive > 0) pull(index);
    }
  }
}

static void connect_all(int port) {
  for (int i = 0; i < count; i++) {
    peers[i].fd = connect_loopback(port);
    // One round trip, so that the server has accepted it.
    check(send(peers[i].fd, out, size, MSG_NOSIGNAL) == (ssize_t)size, "send");
    check(recv(peers[i].fd, in, size, MSG_WAITALL) == (ssize_t)size, "recv");
    set_nonblocking(peers[i].fd);
    arm(i, EPOLLIN, EPOLL_CTL_ADD);
    rest(i);
  }
}

int main(int argc, char** argv) {
  char line[64];
  unsigned long long interval;
  if (argc != 4) return 2;
  count = atol(argv[2]);
  size = (size_t)atol(argv[3]);
  if (count < 1 || size < 1 || size > sizeof out) return 2;
  peers = calloc((size_t)count, sizeof *peers);
  resting = calloc((size_t)count, sizeof *resting);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  check(peers != NULL && resting != NULL && epfd >= 0, "epoll_create1");
  connect_all(atoi(argv[1]));
  ready();
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "run %ld %llu", &goal, &interval) != 2 || goal < 1) return 2;
    latencies = new_latencies(goal);
    const uint64_t start = now_ns(), cpu = cpu_ns();
    round_trips(interval);
    answer(now_ns() - start, cpu_ns() - cpu, goal);
    answer_latencies(latencies, goal);
  }
  return 0;
}
