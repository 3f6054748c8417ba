#ifndef POLLUX_NATIVE_SUPPORT_NEWER_H_
#define POLLUX_NATIVE_SUPPORT_NEWER_H_

// Numbers that the running kernel may know although the headers of the build machine lack them.
// From the headers of Linux 6.18; the same on every architecture that Node.js runs on.
// clang-format off
#ifndef SO_PREFER_BUSY_POLL
#define SO_PREFER_BUSY_POLL 69     // Linux 5.11
#define SO_BUSY_POLL_BUDGET 70     // 5.11
#endif
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71         // 5.14
#endif
#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72             // 5.15
#endif
#ifndef SO_RESERVE_MEM
#define SO_RESERVE_MEM 73          // 5.17
#endif
#ifndef SO_TXREHASH
#define SO_TXREHASH 74             // 5.18
#endif
#ifndef SO_RCVMARK
#define SO_RCVMARK 75              // 5.19
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76            // 6.5
#define SO_PEERPIDFD 77            // 6.5
#endif
#ifndef SO_RCVPRIORITY
#define SO_RCVPRIORITY 82          // 6.14
#endif
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83           // 6.16
#endif
#ifndef SOL_MPTCP
#define SOL_MPTCP 284              // 5.16
#endif
#ifndef MPTCP_INFO
#define MPTCP_INFO 1               // 5.16
#endif
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51     // 6.3
#endif
#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52             // 6.4
#endif
#ifndef TCP_IS_MPTCP
#define TCP_IS_MPTCP 43            // 5.16
#endif
#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44          // 6.15
#endif
#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45          // 6.16
#endif
#ifndef TCP_DELACK_MAX_US
#define TCP_DELACK_MAX_US 46       // 6.16
#endif
#ifndef TLS_TX_ZEROCOPY_RO
#define TLS_TX_ZEROCOPY_RO 3       // 5.19
#endif
#ifndef TLS_RX_EXPECT_NO_PAD
#define TLS_RX_EXPECT_NO_PAD 4     // 6.0
#endif
#ifndef PACKET_VNET_HDR_SZ
#define PACKET_VNET_HDR_SZ 24      // 6.5
#endif
#ifndef UDPLITE_SEND_CSCOV
#define UDPLITE_SEND_CSCOV 10      // not in any user-space header; see udplite(7)
#define UDPLITE_RECV_CSCOV 11
#endif
#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36            // 4.5, not in all of glibc's headers
#endif
#ifndef SOF_TIMESTAMPING_OPT_ID_TCP
#define SOF_TIMESTAMPING_OPT_ID_TCP (1 << 16)     // 6.2
#endif
#ifndef SOF_TIMESTAMPING_OPT_RX_FILTER
#define SOF_TIMESTAMPING_OPT_RX_FILTER (1 << 17)  // 6.12
#endif
#ifndef SOF_TIMESTAMPING_TX_COMPLETION
#define SOF_TIMESTAMPING_TX_COMPLETION (1 << 18)  // 6.15
#endif
#ifndef TCP_AO_ADD_KEY
#define TCP_AO_ADD_KEY 38          // 6.7
#define TCP_AO_DEL_KEY 39
#define TCP_AO_INFO 40
#define TCP_AO_GET_KEYS 41
#define TCP_AO_REPAIR 42
#endif
#ifndef MPTCP_FULL_INFO
#define MPTCP_FULL_INFO 4          // 6.5
#endif
#ifndef XDP_USE_SG
#define XDP_USE_SG (1 << 4)        // 6.6
#define XDP_PKT_CONTD (1 << 0)
#endif
#ifndef XDP_TX_METADATA
#define XDP_TX_METADATA (1 << 1)   // 6.8
#define XDP_UMEM_TX_SW_CSUM (1 << 1)
#endif
#ifndef XDP_UMEM_TX_METADATA_LEN
#define XDP_UMEM_TX_METADATA_LEN (1 << 2)  // 6.11
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U         // 6.3
#define MFD_EXEC 0x10U
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x20           // 6.3
#endif
#ifndef F_DUPFD_QUERY
#define F_DUPFD_QUERY 1027         // 6.10
#endif
#ifndef F_CREATED_QUERY
#define F_CREATED_QUERY 1028       // 6.12
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2      // 5.9
#define CLOSE_RANGE_CLOEXEC 4      // 5.11
#endif
#ifndef RWF_NOAPPEND
#define RWF_NOAPPEND 0x20          // 6.9
#endif
#ifndef RWF_ATOMIC
#define RWF_ATOMIC 0x40            // 6.11
#endif
#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x80         // 6.14
#endif
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL        // 6.9
#define PIDFD_SIGNAL_THREAD (1U << 0)
#define PIDFD_SIGNAL_THREAD_GROUP (1U << 1)
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2)
#endif
#ifndef PIDFD_SELF_THREAD
#define PIDFD_SELF_THREAD (-10000) // 6.14
#define PIDFD_SELF_THREAD_GROUP (-10001)
#endif
// clang-format on

#endif  // POLLUX_NATIVE_SUPPORT_NEWER_H_
