// libuv_server: an echo server on libuv. See bench/c/server.h.
#include <uv.h>

#include "server.h"

struct client {
  uv_tcp_t tcp;
  uv_write_t write;
  char* rest;  // what the kernel has not accepted yet
};

static char buffer[BUFFER_SIZE];

static void on_input(uv_stream_t* stream, ssize_t got, const uv_buf_t* into);

// The loop handles one connection after the other, so one buffer serves all.
static void lend_buffer(uv_handle_t* handle, size_t suggested, uv_buf_t* into) {
  (void)handle, (void)suggested;
  *into = uv_buf_init(buffer, sizeof buffer);
}

static void on_closed(uv_handle_t* handle) { free(handle->data); }

static void drop(struct client* client) {
  if (!uv_is_closing((uv_handle_t*)&client->tcp)) uv_close((uv_handle_t*)&client->tcp, on_closed);
}

static void on_written(uv_write_t* write, int status) {
  struct client* client = write->data;
  free(client->rest);
  if (status < 0) drop(client);
  else uv_read_start((uv_stream_t*)&client->tcp, lend_buffer, on_input);
}

static void on_input(uv_stream_t* stream, ssize_t got, const uv_buf_t* into) {
  struct client* client = stream->data;
  if (got == 0) return;  // EAGAIN
  if (got < 0) return drop(client);
  uv_buf_t out = uv_buf_init(into->base, (unsigned)got);
  int sent = uv_try_write(stream, &out, 1);
  if (sent == got) return;
  if (sent == UV_EAGAIN) sent = 0;
  if (sent < 0) return drop(client);
  out.len -= (size_t)sent;
  client->rest = malloc(out.len);
  if (client->rest == NULL) return drop(client);
  out.base = memcpy(client->rest, into->base + sent, out.len);
  uv_read_stop(stream);
  if (uv_write(&client->write, stream, &out, 1, on_written) < 0) {
    free(client->rest);
    drop(client);
  }
}

static void on_connection(uv_stream_t* listener, int status) {
  if (status < 0) return;
  struct client* client = calloc(1, sizeof *client);
  check(client != NULL, "calloc");
  uv_tcp_init(listener->loop, &client->tcp);
  client->tcp.data = client->write.data = client;
  if (uv_accept(listener, (uv_stream_t*)&client->tcp) < 0) return drop(client);
  uv_tcp_nodelay(&client->tcp, 1);
  uv_read_start((uv_stream_t*)&client->tcp, lend_buffer, on_input);
}

static void on_line(uv_stream_t* stream, ssize_t got, const uv_buf_t* into) {
  (void)into;
  if (got > 0) tell_usage();
  if (got < 0) uv_stop(stream->loop);
}

static int port_of(const uv_tcp_t* listener) {
  struct sockaddr_in address;
  int length = sizeof address;
  check(uv_tcp_getsockname(listener, (struct sockaddr*)&address, &length) == 0, "getsockname");
  return ntohs(address.sin_port);
}

int main(void) {
  uv_loop_t* loop = uv_default_loop();
  const struct sockaddr_in address = loopback("127.0.0.1", 0);
  uv_tcp_t listener;
  uv_pipe_t input;
  uv_tcp_init(loop, &listener);
  check(uv_tcp_bind(&listener, (const struct sockaddr*)&address, 0) == 0, "bind");
  check(uv_listen((uv_stream_t*)&listener, SOMAXCONN, on_connection) == 0, "listen");
  uv_pipe_init(loop, &input, 0);
  check(uv_pipe_open(&input, STDIN_FILENO) == 0, "standard input");
  uv_read_start((uv_stream_t*)&input, lend_buffer, on_line);
  announce(port_of(&listener));
  uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}
