// load PORT CONNECTIONS ACTIVE SIZE [FLOOD [SPIN]]: echo round trips of SIZE bytes on ACTIVE of CONNECTIONS
// connections, each with one message under way, beside FLOOD connections that send without pause. With SPIN 1,
// it asks for events in a loop instead of sleeping until one comes.
// The answer also has how many messages the least and the most served connection have had. After it come the N
// latencies, as 32-bit nanoseconds.
#include <poll.h>
#include <pthread.h>

#include "common.h"

#define FLOOD_SIZE 16384
#define CROWD 256

struct peer {
  int fd;
  size_t to_send, to_receive;
  uint64_t sent_at;
  long served;
};

static char out[1 << 20], in[1 << 20];
static struct peer* peers;
static size_t size;
static int epfd, active, spins;
static long started, finished, goal;
static uint32_t* latencies;

static void arm(int index, uint32_t events, int op) {
  watch_index(epfd, op, peers[index].fd, index, events);
}

static void push(int index) {
  struct peer* peer = &peers[index];
  peer->to_send = send_some(peer->fd, out, peer->to_send);
  if (peer->to_send > 0) arm(index, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void begin(int index) {
  if (started == goal) return;
  started++;
  peers[index].to_send = peers[index].to_receive = size;
  peers[index].sent_at = now_ns();
  push(index);
}

static void pull(int index) {
  struct peer* peer = &peers[index];
  peer->to_receive = receive_some(peer->fd, in, peer->to_receive);
  if (peer->to_receive > 0) return;
  latencies[finished++] = saturated(now_ns() - peer->sent_at);
  peer->served++;
  begin(index);
}

// Waits for ten seconds at most.
static int wait_for(struct epoll_event* events, int max) {
  int got = epoll_wait(epfd, events, max, spins ? 0 : 10000);
  // The clock is read only if nothing came.
  for (uint64_t start = 0; got == 0 && spins; got = epoll_wait(epfd, events, max, 0)) {
    const uint64_t now = now_ns();
    if (start == 0) start = now;
    if (now - start > 10000000000u) break;
  }
  if (got == 0) errno = ETIMEDOUT;
  check(got > 0, "epoll_wait");
  return got;
}

static void round_trips(void) {
  struct epoll_event events[512];
  started = finished = 0;
  for (int i = 0; i < active; i++) begin(i);
  while (finished < goal) {
    const int got = wait_for(events, 512);
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

// As answer(), then how many messages the connection with the fewest has had, and the one with the most.
static void answer_served(uint64_t elapsed, uint64_t cpu, long times) {
  long least = peers[0].served, most = peers[0].served;
  for (int i = 0; i < active; i++) {
    if (peers[i].served < least) least = peers[i].served;
    if (peers[i].served > most) most = peers[i].served;
    peers[i].served = 0;
  }
  printf("%llu %llu %ld %ld %ld\n", (unsigned long long)elapsed, (unsigned long long)cpu, times,
         least, most);
}

static volatile int flooding;

static void* flood(void* argument) {
  const int fd = *(int*)argument;
  static __thread char memory[FLOOD_SIZE];
  size_t owed = 0;
  while (flooding || owed > 0) {
    struct pollfd both = {.fd = fd, .events = (short)(POLLIN | (flooding ? POLLOUT : 0))};
    check(poll(&both, 1, 10000) > 0, "poll");
    if (both.revents & POLLOUT) {
      const ssize_t sent = send(fd, memory, sizeof memory, MSG_NOSIGNAL);
      if (sent > 0) owed += (size_t)sent;
    }
    if (both.revents & ~POLLOUT) {
      const ssize_t got = recv(fd, memory, sizeof memory, 0);
      if (got == 0) errno = ECONNRESET;
      check(got > 0 || (got < 0 && errno == EAGAIN), "recv");
      if (got > 0) owed -= (size_t)got;
    }
  }
  return NULL;
}

// One round trip on each connection, so that the server has accepted it. Many at a time, because each wait
// of a select or poll server takes longer the more connections it has.
static void connect_and_greet(int port, int* fds, int count) {
  for (int first = 0; first < count; first += CROWD) {
    const int end = first + CROWD < count ? first + CROWD : count;
    for (int i = first; i < end; i++) {
      fds[i] = connect_loopback(port);
      check(send(fds[i], out, 64, MSG_NOSIGNAL) == 64, "send");
    }
    for (int i = first; i < end; i++) {
      check(recv(fds[i], in, 64, MSG_WAITALL) == 64, "recv");
      set_nonblocking(fds[i]);
    }
  }
}

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const int port = atoi(argv[1]), count = atoi(argv[2]), floods = argc > 5 ? atoi(argv[5]) : 0;
  active = atoi(argv[3]);
  spins = argc > 6 && atoi(argv[6]) != 0;
  size = (size_t)atol(argv[4]);
  if (active < 1 || active > count || size < 1 || size > sizeof out || floods > 16) return 2;
  peers = calloc((size_t)active, sizeof *peers);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  int flood_fds[16];
  int* fds = calloc((size_t)count, sizeof *fds);
  connect_and_greet(port, flood_fds, floods);
  connect_and_greet(port, fds, count);
  for (int i = 0; i < count; i++) {
    // The active ones are spread evenly, and the last connection is among them.
    const int index = (int)((long)i * active / count);
    if ((long)(i + 1) * active / count == index) continue;
    peers[index].fd = fds[i];
    arm(index, EPOLLIN, EPOLL_CTL_ADD);
  }
  ready();
  for (goal = next_run(); goal > 0; goal = next_run()) {
    pthread_t threads[16];
    latencies = new_latencies(goal);
    flooding = floods > 0;
    for (int i = 0; i < floods; i++) pthread_create(&threads[i], NULL, flood, &flood_fds[i]);
    const uint64_t start = now_ns(), cpu = cpu_ns();
    round_trips();
    const uint64_t elapsed = now_ns() - start, used = cpu_ns() - cpu;
    flooding = 0;
    for (int i = 0; i < floods; i++) pthread_join(threads[i], NULL);
    answer_served(elapsed, used, goal);
    answer_latencies(latencies, goal);
  }
  return 0;
}
