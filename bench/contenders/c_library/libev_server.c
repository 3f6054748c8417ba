// libev_server: an echo server on libev. See bench/c/server.h.
#include <ev.h>

#include "server.h"

struct client {
  ev_io readable, writable;
  char* rest;  // what the kernel has not accepted yet
  size_t length, offset;
};

static char buffer[BUFFER_SIZE];

static void drop(struct ev_loop* loop, struct client* client) {
  ev_io_stop(loop, &client->readable);
  ev_io_stop(loop, &client->writable);
  close(client->readable.fd);
  free(client->rest);
  free(client);
}

static void on_readable(struct ev_loop* loop, ev_io* watcher, int events) {
  struct client* client = watcher->data;
  (void)events;
  const ssize_t got = recv(watcher->fd, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return drop(loop, client);
  ssize_t sent = send(watcher->fd, buffer, (size_t)got, MSG_NOSIGNAL);
  if (sent == got) return;
  if (sent < 0 && errno != EAGAIN) return drop(loop, client);
  if (sent < 0) sent = 0;
  client->length = (size_t)(got - sent);
  client->offset = 0;
  client->rest = malloc(client->length);
  if (client->rest == NULL) return drop(loop, client);
  memcpy(client->rest, buffer + sent, client->length);
  ev_io_stop(loop, &client->readable);
  ev_io_start(loop, &client->writable);
}

static void on_writable(struct ev_loop* loop, ev_io* watcher, int events) {
  struct client* client = watcher->data;
  (void)events;
  const ssize_t sent = send(watcher->fd, client->rest + client->offset,
                            client->length - client->offset, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  if (sent < 0) return drop(loop, client);
  client->offset += (size_t)sent;
  if (client->offset < client->length) return;
  free(client->rest);
  client->rest = NULL;
  ev_io_stop(loop, &client->writable);
  ev_io_start(loop, &client->readable);
}

static void on_connection(struct ev_loop* loop, ev_io* watcher, int events) {
  (void)events;
  for (;;) {
    const int fd = accept4(watcher->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    struct client* client = calloc(1, sizeof *client);
    check(client != NULL, "calloc");
    ev_io_init(&client->readable, on_readable, fd, EV_READ);
    ev_io_init(&client->writable, on_writable, fd, EV_WRITE);
    client->readable.data = client->writable.data = client;
    ev_io_start(loop, &client->readable);
  }
}

static void on_line(struct ev_loop* loop, ev_io* watcher, int events) {
  (void)watcher, (void)events;
  if (!answer_line()) ev_break(loop, EVBREAK_ALL);
}

int main(void) {
  int port;
  const int fd = listen_loopback(&port);
  set_nonblocking(fd);
  set_no_delay(fd);
  struct ev_loop* loop = ev_default_loop(EVBACKEND_EPOLL);
  check(loop != NULL, "ev_default_loop");
  ev_io listener, input;
  ev_io_init(&listener, on_connection, fd, EV_READ);
  ev_io_start(loop, &listener);
  ev_io_init(&input, on_line, STDIN_FILENO, EV_READ);
  ev_io_start(loop, &input);
  announce(port);
  ev_run(loop, 0);
  return 0;
}
