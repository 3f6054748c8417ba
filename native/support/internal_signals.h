#ifndef POLLUX_NATIVE_SUPPORT_INTERNAL_SIGNALS_H_
#define POLLUX_NATIVE_SUPPORT_INTERNAL_SIGNALS_H_

#include <signal.h>

// The signals below SIGRTMIN that the C library keeps for its threads. Their handlers trust what
// the process sends to itself, and a set of the C library's functions cannot leave them out.
constexpr int kFirstRealTime = 32;

inline bool IsInternal(int sig) { return sig >= kFirstRealTime && sig < SIGRTMIN; }

#endif  // POLLUX_NATIVE_SUPPORT_INTERNAL_SIGNALS_H_
