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
#ifndef AI_IDN
#define AI_IDN 0x0040                // <netdb.h>; these three not in musl, which answers EAI_BADFLAGS
#define AI_CANONIDN 0x0080
#define NI_IDN 32
#endif
#ifndef NI_NUMERICSCOPE
#define NI_NUMERICSCOPE 0x100        // <netdb.h> of POSIX; not in glibc, which answers EAI_BADFLAGS
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
#ifndef TCGETS2
#define TCGETS2 _IOR('T', 0x2A, struct termios2)   // <asm/ioctls.h>, of which musl has a part
#define TCSETS2 _IOW('T', 0x2B, struct termios2)
#define TCSETSW2 _IOW('T', 0x2C, struct termios2)
#define TCSETSF2 _IOW('T', 0x2D, struct termios2)
#endif
#ifndef ICMP_FILTER
#define ICMP_FILTER 1                // <linux/icmp.h>, which <netinet/ip_icmp.h> keeps out
#endif
#ifndef SOL_CAN_BASE
#define SOL_CAN_BASE 100             // <linux/can.h>
#endif
#ifndef SOL_VSOCK
#define SOL_VSOCK 287                // <linux/vm_sockets.h>
#endif
#ifndef UDP_ENCAP_RXRPC
#define UDP_ENCAP_RXRPC 6            // <linux/udp.h>
#endif
#ifndef RWF_HIPRI
#define RWF_HIPRI 0x1                // <linux/fs.h>; not in musl before 1.2.5
#define RWF_DSYNC 0x2
#define RWF_SYNC 0x4
#define RWF_APPEND 0x10
#endif
#ifndef AF_MCTP
#define AF_MCTP 45                   // <linux/socket.h> of the kernel itself; glibc 2.35
#endif
#ifndef SOL_MCTP
#define SOL_MCTP 285                 // the same; glibc 2.37
#define SOL_SMC 286
#endif
#ifndef INADDR_DUMMY
#define INADDR_DUMMY 0xc0000008U     // <linux/in.h>
#endif
#ifndef IPPORT_USERRESERVED
#define IPPORT_USERRESERVED 5000     // <netinet/in.h>; not in musl
#endif
#ifndef POLLREMOVE
#define POLLREMOVE 0x1000            // <asm-generic/poll.h>; not in musl
#endif
#ifndef SO_TIMESTAMP_NEW
#define SO_TIMESTAMP_OLD 29          // <asm-generic/socket.h>; not in musl
#define SO_TIMESTAMPNS_OLD 35
#define SO_TIMESTAMPING_OLD 37
#define SO_TIMESTAMP_NEW 63
#define SO_TIMESTAMPNS_NEW 64
#define SO_TIMESTAMPING_NEW 65
#define SO_RCVTIMEO_OLD SO_RCVTIMEO  // where a long has 64 bits
#define SO_SNDTIMEO_OLD SO_SNDTIMEO
#define SO_RCVTIMEO_NEW 66
#define SO_SNDTIMEO_NEW 67
#endif
#ifndef ETH_P_CANXL
#define ETH_P_CANXL 0x000E           // <linux/if_ether.h>, whose place musl's <net/ethernet.h> takes
#define ETH_P_MCTP 0x00FA
#endif
#ifndef ETH_P_PROFINET
#define ETH_P_PROFINET 0x8892
#endif
#ifndef ETH_P_REALTEK
#define ETH_P_REALTEK 0x8899
#endif
#ifndef ETH_P_ETHERCAT
#define ETH_P_ETHERCAT 0x88A4
#endif
#ifndef ETH_P_DSA_A5PSW
#define ETH_P_DSA_A5PSW 0xE001
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 0x03            // <linux/socket.h> of the kernel itself
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

#if defined(_NETDB_H) && !defined(__GLIBC__)
#include <pthread.h>

// musl has these two only with a result that all threads share: one at a time asks, and keeps what
// it was told. Its entries have no aliases, and names that stay.
template <typename Ask>
inline int ProtocolAlone(Ask ask, protoent* entry, protoent** result) {
  static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
  static char* none[] = {nullptr};
  ::pthread_mutex_lock(&alone);
  const protoent* const found = ask();
  if (found != nullptr) *entry = {found->p_name, none, found->p_proto};
  ::pthread_mutex_unlock(&alone);
  *result = found == nullptr ? nullptr : entry;
  return 0;
}
inline int getprotobyname_r(const char* name, protoent* entry, char*, size_t, protoent** result) {
  return ProtocolAlone([name] { return ::getprotobyname(name); }, entry, result);
}
inline int getprotobynumber_r(int proto, protoent* entry, char*, size_t, protoent** result) {
  return ProtocolAlone([proto] { return ::getprotobynumber(proto); }, entry, result);
}
#endif

#endif  // POLLUX_NATIVE_SUPPORT_MISSING_H_
