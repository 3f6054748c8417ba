#ifndef POLLUX_NATIVE_SUPPORT_LIBUV_H_
#define POLLUX_NATIVE_SUPPORT_LIBUV_H_

#include <cstddef>

// The libuv functions that the addon uses, from the stable 1.x interface. Declared here, because
// the Node-API headers of cmake-js do not include <uv.h>. Weak, because a runtime with Node-API
// need not have libuv: the functions are then null.
struct uv_loop_s;
struct uv_handle_s;

extern "C" {
#define POLLUX_WEAK __attribute__((weak))
POLLUX_WEAK int uv_backend_fd(const uv_loop_s* loop);
POLLUX_WEAK size_t uv_handle_size(int type);
POLLUX_WEAK void uv_handle_set_data(uv_handle_s* handle, void* data);
POLLUX_WEAK void* uv_handle_get_data(const uv_handle_s* handle);
POLLUX_WEAK void uv_close(uv_handle_s* handle, void (*callback)(uv_handle_s*));
POLLUX_WEAK void uv_ref(uv_handle_s* handle);
POLLUX_WEAK void uv_unref(uv_handle_s* handle);
POLLUX_WEAK int uv_poll_init(uv_loop_s* loop, uv_handle_s* handle, int fd);
POLLUX_WEAK int uv_poll_start(uv_handle_s* handle, int events,
                              void (*callback)(uv_handle_s*, int status, int events));
POLLUX_WEAK int uv_poll_stop(uv_handle_s* handle);
#undef POLLUX_WEAK
}

constexpr int kUvPoll = 8;      // uv_handle_type UV_POLL
constexpr int kUvReadable = 1;  // uv_poll_event UV_READABLE

#endif  // POLLUX_NATIVE_SUPPORT_LIBUV_H_
