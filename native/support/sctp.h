#ifndef POLLUX_NATIVE_SUPPORT_SCTP_H_
#define POLLUX_NATIVE_SUPPORT_SCTP_H_

// The kernel's header needs what stands before it.
// clang-format off
#include <sys/socket.h>
#include <cstdint>
#include <linux/sctp.h>
// clang-format on

#endif  // POLLUX_NATIVE_SUPPORT_SCTP_H_
