#ifndef POLLUX_NATIVE_SUPPORT_MISSING_H_
#define POLLUX_NATIVE_SUPPORT_MISSING_H_

// Numbers that the headers of some C library lack, with the kernel's value. Include it after the
// headers of the C library. newer.h has those that old kernels lack.
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
// clang-format on

#endif  // POLLUX_NATIVE_SUPPORT_MISSING_H_
