// http_load PORT CONNECTIONS: requests on connections that stay open, with one under way on each. Every answer
// must be like the first one: status 200, of the same length, with the same body.
// After the answer come the N latencies, as 32-bit nanoseconds.
#include "common.h"

static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char ok[] = "HTTP/1.1 200 OK\r\n";

struct peer {
  int fd;
  size_t received;
  uint64_t sent_at;
  char answer[1024];
};

static struct peer* peers;
static char first[1024];
static size_t length, body;
static int epfd, count;
static long started, finished, goal;
static uint32_t* latencies;

static void wrong(const char* answer, size_t got) {
  fprintf(stderr, "not the answer that was expected: %.*s\n", (int)got, answer);
  exit(1);
}

static void ask(struct peer* peer) {
  const ssize_t size = sizeof request - 1;
  peer->received = 0;
  peer->sent_at = now_ns();
  check(send(peer->fd, request, (size_t)size, MSG_NOSIGNAL) == size, "send");
}

static void begin(struct peer* peer) {
  if (started == goal) return;
  started++;
  ask(peer);
}

// How long an answer is, from its Content-Length; 0 while its header is not complete.
static size_t length_of(const char* answer) {
  const char* end = strstr(answer, "\r\n\r\n");
  const char* told = strcasestr(answer, "\r\nContent-Length:");
  if (end == NULL) return 0;
  if (told == NULL || told > end) wrong(answer, strlen(answer));
  body = (size_t)(end + 4 - answer);
  return body + strtoul(told + 17, NULL, 10);
}

static int pull(struct peer* peer) {
  const size_t room = sizeof peer->answer - 1 - peer->received;
  const ssize_t got = recv(peer->fd, peer->answer + peer->received, room, 0);
  if (got < 0 && errno == EAGAIN) return 0;
  if (got == 0) errno = ECONNRESET;
  check(got > 0, "recv");
  peer->received += (size_t)got;
  if (length == 0) {
    peer->answer[peer->received] = 0;
    length = length_of(peer->answer);
    memcpy(first, peer->answer, sizeof first);
  }
  if (length == 0 || peer->received < length) return 0;
  if (peer->received > length || memcmp(peer->answer, ok, sizeof ok - 1) != 0 ||
      memcmp(peer->answer + body, first + body, length - body) != 0) {
    wrong(peer->answer, peer->received);
  }
  return 1;
}

static void requests(void) {
  struct epoll_event events[512];
  started = finished = 0;
  for (int i = 0; i < count; i++) begin(&peers[i]);
  while (finished < goal) {
    const int got = epoll_wait(epfd, events, 512, 10000);
    if (got == 0) errno = ETIMEDOUT;
    check(got > 0, "epoll_wait");
    for (int i = 0; i < got; i++) {
      struct peer* peer = &peers[events[i].data.u32];
      if (!pull(peer)) continue;
      latencies[finished++] = saturated(now_ns() - peer->sent_at);
      begin(peer);
    }
  }
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int port = atoi(argv[1]);
  count = atoi(argv[2]);
  if (count < 1) return 2;
  peers = calloc((size_t)count, sizeof *peers);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < count; i++) {
    peers[i].fd = connect_loopback(port);
    // One answer on each, so that the server has accepted it.
    ask(&peers[i]);
    while (!pull(&peers[i])) continue;
    set_nonblocking(peers[i].fd);
    watch_index(epfd, EPOLL_CTL_ADD, peers[i].fd, i, EPOLLIN);
  }
  ready();
  for (goal = next_run(); goal > 0; goal = next_run()) {
    latencies = new_latencies(goal);
    const uint64_t start = now_ns(), cpu = cpu_ns();
    requests();
    answer(now_ns() - start, cpu_ns() - cpu, goal);
    answer_latencies(latencies, goal);
  }
  return 0;
}
