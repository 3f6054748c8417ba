// datagrams WAY: datagrams from one UDP socket to another on loopback, 64 out and 64 in by turns, with a
// system call for each ("single") or for all of them ("batch").
#include "common.h"

#define BATCH 64
#define SIZE 64

static int sender, receiver;
static char data[BATCH][SIZE];
static struct iovec iov[BATCH];
static struct sockaddr_storage names[BATCH];
static struct mmsghdr out[BATCH], in[BATCH];

static void prepare(void) {
  struct sockaddr_in address = loopback("127.0.0.1", 0);
  socklen_t length = sizeof address;
  receiver = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  sender = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  check(receiver >= 0 && sender >= 0, "socket");
  check(bind(receiver, (struct sockaddr*)&address, length) == 0, "bind");
  getsockname(receiver, (struct sockaddr*)&address, &length);
  check(connect(sender, (struct sockaddr*)&address, length) == 0, "connect");
  for (int i = 0; i < BATCH; i++) {
    iov[i] = (struct iovec){data[i], SIZE};
    out[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
    in[i].msg_hdr = out[i].msg_hdr;
    in[i].msg_hdr.msg_name = &names[i];
  }
}

static long single(int count) {
  struct sockaddr_storage from;
  long good = 0;
  for (int i = 0; i < count; i++) send(sender, data[i], SIZE, MSG_NOSIGNAL);
  for (int i = 0; i < count; i++) {
    socklen_t length = sizeof from;
    good += recvfrom(receiver, data[i], SIZE, 0, (struct sockaddr*)&from, &length) == SIZE;
  }
  return good;
}

static long batch(int count) {
  if (sendmmsg(sender, out, (unsigned)count, MSG_NOSIGNAL) != count) return 0;
  for (int i = 0; i < count; i++) in[i].msg_hdr.msg_namelen = sizeof names[i];
  return recvmmsg(receiver, in, (unsigned)count, 0, NULL);
}

int main(int argc, char** argv) {
  const int batched = argc == 2 && strcmp(argv[1], "batch") == 0;
  if (!batched && (argc != 2 || strcmp(argv[1], "single") != 0)) return 2;
  prepare();
  ready();
  for (long times = next_run(); times > 0; times = next_run()) {
    long good = 0;
    const uint64_t start = now_ns(), cpu = cpu_ns();
    for (long left = times; left > 0; left -= BATCH) {
      const int count = left < BATCH ? (int)left : BATCH;
      good += batched ? batch(count) : single(count);
    }
    const uint64_t elapsed = now_ns() - start, used = cpu_ns() - cpu;
    if (good != times) die(argv[1]);
    answer(elapsed, used, times);
  }
  return 0;
}
