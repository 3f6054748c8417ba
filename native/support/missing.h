#ifndef POLLUX_NATIVE_SUPPORT_MISSING_H_
#define POLLUX_NATIVE_SUPPORT_MISSING_H_

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// What some C library lacks: numbers, with the kernel's value, and functions. Include it after the
// headers of the C library. newer.h has what old kernels lack.
// clang-format off
#ifndef MSG_TRYHARD
#define MSG_TRYHARD MSG_DONTROUTE    // <linux/socket.h> of the kernel itself; not in musl
#endif
#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11             // <linux/in6.h>, which leaves these three out where
#define IPV6_FLOWLABEL_MGR 32        // <netinet/in.h> is there and lacks them: musl, and zig's glibc
#define IPV6_FLOWINFO_SEND 33
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31      // <linux/in6.h>, Linux 5.9; not in musl
#endif
#ifndef ARPHRD_CAN
#define ARPHRD_CAN 280               // <linux/if_arp.h>; not in <net/if_arp.h> of glibc before 2.36
#endif
#ifndef RWF_NOWAIT
#define RWF_HIPRI 0x1                // <linux/fs.h>; with both functions not in musl before 1.2.5
#define RWF_DSYNC 0x2
#define RWF_SYNC 0x4
#define RWF_NOWAIT 0x8
#define RWF_APPEND 0x10
#define POLLUX_NO_PREADV2
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 0x03            // <linux/socket.h> of the kernel itself
#endif
#ifndef IPV6_ORIGDSTADDR
#define IPV6_ORIGDSTADDR 74          // <linux/in6.h>; not in <netinet/in.h> of glibc before 2.36
#endif
// clang-format on

#ifdef POLLUX_NO_PREADV2
// The kernel takes the offset in two halves. On machines of 64 bits the first one is all of it.
inline ssize_t preadv2(int fd, const iovec* iov, int iovcnt, off_t offset, int flags) {
  return ::syscall(SYS_preadv2, fd, iov, iovcnt, offset, 0, flags);
}
inline ssize_t pwritev2(int fd, const iovec* iov, int iovcnt, off_t offset, int flags) {
  return ::syscall(SYS_pwritev2, fd, iov, iovcnt, offset, 0, flags);
}
#endif

#endif  // POLLUX_NATIVE_SUPPORT_MISSING_H_
