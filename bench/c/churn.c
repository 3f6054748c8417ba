// churn PORT CONCURRENCY: connect, one round trip of 64 bytes, close; CONCURRENCY of them at a time.
// After the answer come the N latencies, from connect to the echo, as 32-bit nanoseconds.
#include <sys/epoll.h>

#include "common.h"

#define SOURCES 64

static char buffer[64];
static uint64_t* begun;  // by descriptor
static int epfd, port;
static long started;

static void begin(void) {
  static int source;
  char host[32];
  const int one = 1;
  const struct sockaddr_in server = loopback("127.0.0.1", port);
  // A closed connection occupies its port for a minute: several addresses have more ports.
  snprintf(host, sizeof host, "127.0.0.%d", 2 + source++ % SOURCES);
  const struct sockaddr_in own = loopback(host, 0);
  const uint64_t now = now_ns();
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  check(fd >= 0 && fd < 65536, "socket");
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  check(bind(fd, (const struct sockaddr*)&own, sizeof own) == 0, "bind");
  check(connect(fd, (const struct sockaddr*)&server, sizeof server) == 0, "connect");
  check(send(fd, buffer, sizeof buffer, MSG_NOSIGNAL) == sizeof buffer, "send");
  check(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
  begun[fd] = now;
  started++;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  port = atoi(argv[1]);
  const int concurrency = atoi(argv[2]);
  begun = calloc(65536, sizeof *begun);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  ready();
  for (long times = next_run(); times > 0; times = next_run()) {
    uint32_t* latencies = new_latencies(times);
    long finished = 0;
    started = 0;
    const uint64_t start = now_ns(), cpu = cpu_ns();
    while (started < concurrency && started < times) begin();
    while (finished < times) {
      struct epoll_event events[256];
      const int got = epoll_wait(epfd, events, 256, 10000);
      if (got == 0) errno = ETIMEDOUT;
      check(got > 0, "epoll_wait");
      for (int i = 0; i < got; i++) {
        const int fd = events[i].data.fd;
        check(recv(fd, buffer, sizeof buffer, MSG_WAITALL) == sizeof buffer, "recv");
        latencies[finished++] = saturated(now_ns() - begun[fd]);
        close(fd);
        if (started < times) begin();
      }
    }
    answer(now_ns() - start, cpu_ns() - cpu, times);
    answer_latencies(latencies, times);
  }
  return 0;
}
