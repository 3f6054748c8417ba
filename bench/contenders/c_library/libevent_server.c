// libevent_server: an echo server on the events of libevent. See bench/c/server.h.
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/listener.h>

#include "server.h"

struct client {
  struct event readable, writable;
  char* rest;  // what the kernel has not accepted yet
  size_t length, offset;
};

static char buffer[BUFFER_SIZE];
static struct event_base* base;

static void drop(struct client* client) {
  const int fd = event_get_fd(&client->readable);
  event_del(&client->readable);
  event_del(&client->writable);
  free(client->rest);
  free(client);
  close(fd);
}

static void on_readable(int fd, short events, void* argument) {
  struct client* client = argument;
  (void)events;
  const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return drop(client);
  ssize_t sent = send(fd, buffer, (size_t)got, MSG_NOSIGNAL);
  if (sent == got) return;
  if (sent < 0 && errno != EAGAIN) return drop(client);
  if (sent < 0) sent = 0;
  client->length = (size_t)(got - sent);
  client->offset = 0;
  client->rest = malloc(client->length);
  if (client->rest == NULL) return drop(client);
  memcpy(client->rest, buffer + sent, client->length);
  event_del(&client->readable);
  event_add(&client->writable, NULL);
}

static void on_writable(int fd, short events, void* argument) {
  struct client* client = argument;
  (void)events;
  const ssize_t sent =
      send(fd, client->rest + client->offset, client->length - client->offset, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  if (sent < 0) return drop(client);
  client->offset += (size_t)sent;
  if (client->offset < client->length) return;
  free(client->rest);
  client->rest = NULL;
  event_del(&client->writable);
  event_add(&client->readable, NULL);
}

static void on_connection(struct evconnlistener* listener, evutil_socket_t fd,
                          struct sockaddr* address, int length, void* argument) {
  (void)listener, (void)address, (void)length, (void)argument;
  struct client* client = calloc(1, sizeof *client);
  check(client != NULL, "calloc");
  event_assign(&client->readable, base, fd, EV_READ | EV_PERSIST, on_readable, client);
  event_assign(&client->writable, base, fd, EV_WRITE | EV_PERSIST, on_writable, client);
  event_add(&client->readable, NULL);
}

static void on_line(int fd, short events, void* argument) {
  (void)fd, (void)events, (void)argument;
  if (!answer_line()) event_base_loopbreak(base);
}

int main(void) {
  int port;
  const int fd = listen_loopback(&port);
  set_nonblocking(fd);
  set_no_delay(fd);
  base = event_base_new();
  check(base != NULL, "event_base_new");
  // A backlog of 0: the socket listens already.
  struct evconnlistener* listener =
      evconnlistener_new(base, on_connection, NULL, LEV_OPT_CLOSE_ON_EXEC, 0, fd);
  check(listener != NULL, "evconnlistener_new");
  struct event* input = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_line, NULL);
  check(input != NULL && event_add(input, NULL) == 0, "standard input");
  announce(port);
  event_base_dispatch(base);
  return 0;
}
