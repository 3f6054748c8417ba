#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/net_tstamp.h>
#include <linux/sctp.h>
#include <linux/sock_diag.h>

#include <cstddef>
#include <cstring>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/missing.h"
#include "support/newer.h"
#include "support/outside.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

int Optname(Args& args, int level) {
  const int optname = args.Int("optname");
  if (ReachesOutside(level, optname)) {
    args.OutOfRange("optname", "an option whose value is plain bytes");
  }
  return optname;
}

// The descriptor that a call opened and wrote to `optval`; -1 if none.
int OpenedBy(int level, int optname, const Span<uint8_t>& optval) {
  size_t offset = 0;
  if (level == SOL_SOCKET && optname == SO_PEERPIDFD) {
    offset = 0;
  } else if (level == IPPROTO_SCTP && optname == SCTP_SOCKOPT_PEELOFF) {
    offset = offsetof(sctp_peeloff_arg_t, sd);
  } else if (level == IPPROTO_SCTP && optname == SCTP_SOCKOPT_PEELOFF_FLAGS) {
    offset = offsetof(sctp_peeloff_flags_arg_t, p_arg.sd);
  } else {
    return -1;
  }
  int fd = -1;
  if (offset + sizeof(fd) <= static_cast<size_t>(optval.count)) {
    std::memcpy(&fd, optval.data + offset, sizeof(fd));
  }
  return fd;
}

// int getsockopt(int sockfd, int level, int optname, void* optval, socklen_t* optlen);
Napi::Value Getsockopt(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int level = args.Int("level");
  const int optname = Optname(args, level);
  const Span<uint8_t> optval = args.Bytes("optval");
  const Span<socklen_t> optlen = args.Struct<socklen_t>("optlen");
  if (args.failed()) return {};
  // A copy: in shared memory another thread could increase `optlen` after the check.
  socklen_t len = static_cast<socklen_t>(optval.count);
  const int result = ::getsockopt(sockfd, level, optname, optval.data, &len);
  if (result != 0) return Result(info.Env(), result);
  optlen.Set(len);
  const int opened = OpenedBy(level, optname, optval);
  if (opened >= 0) Owned::Of(info.Env()).Add(info.Env(), opened);
  return Result(info.Env(), result);
}

// int setsockopt(int sockfd, int level, int optname, const void* optval, socklen_t optlen);
Napi::Value Setsockopt(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int level = args.Int("level");
  const int optname = Optname(args, level);
  const Span<uint8_t> optval = args.Bytes("optval");
  if (args.failed()) return {};
  return Result(info.Env(), ::setsockopt(sockfd, level, optname, optval.data,
                                         static_cast<socklen_t>(optval.count)));
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(linger);
    FIELD(l_, onoff);
    FIELD(l_, linger);
  }
  {
    LAYOUT(sock_txtime);
    FIELD(, clockid);
    FIELD(, flags);
  }
  {
    LAYOUT(timeval);
    FIELD(tv_, sec);
    FIELD(tv_, usec);
  }
  {
    LAYOUT(ucred);
    FIELD(, pid);
    FIELD(, uid);
    FIELD(, gid);
  }
}

}  // namespace

void RegisterSockopt(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("getsockopt", Getsockopt);
  EXPORT_FUNCTION("setsockopt", Setsockopt);

  EXPORT_CONSTANTS(
      SOL_SOCKET, SOL_IP, SOL_IPV6, SOL_TCP, SOL_UDP, SOL_RAW, SOL_PACKET, SOL_NETLINK, SOL_TIPC,
      SOL_DCCP, SOL_RDS, SOL_ALG, SOL_TLS, SOL_XDP, SOL_MPTCP, SO_ACCEPTCONN, SO_ATTACH_BPF,
      SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF, SO_BINDTODEVICE,
      SO_BINDTOIFINDEX, SO_BPF_EXTENSIONS, SO_BROADCAST, SO_BSDCOMPAT, SO_BUF_LOCK, SO_BUSY_POLL,
      SO_BUSY_POLL_BUDGET, SO_CNX_ADVICE, SO_COOKIE, SO_DEBUG, SO_DETACH_BPF, SO_DETACH_FILTER,
      SO_DETACH_REUSEPORT_BPF, SO_DOMAIN, SO_DONTROUTE, SO_ERROR, SO_GET_FILTER, SO_INCOMING_CPU,
      SO_INCOMING_NAPI_ID, SO_KEEPALIVE, SO_LINGER, SO_LOCK_FILTER, SO_MARK, SO_MAX_PACING_RATE,
      SO_MEMINFO, SO_NETNS_COOKIE, SO_NOFCS, SO_NO_CHECK, SO_OOBINLINE, SO_PASSCRED, SO_PASSPIDFD,
      SO_PASSRIGHTS, SO_PASSSEC, SO_PEEK_OFF, SO_PEERCRED, SO_PEERGROUPS, SO_PEERNAME, SO_PEERPIDFD,
      SO_PEERSEC, SO_PREFER_BUSY_POLL, SO_PRIORITY, SO_PROTOCOL, SO_RCVBUF, SO_RCVBUFFORCE,
      SO_RCVLOWAT, SO_RCVMARK, SO_RCVPRIORITY, SO_RCVTIMEO, SO_RESERVE_MEM, SO_REUSEADDR,
      SO_REUSEPORT, SO_RXQ_OVFL, SO_SELECT_ERR_QUEUE, SO_SNDBUF, SO_SNDBUFFORCE, SO_SNDLOWAT,
      SO_SNDTIMEO, SO_TIMESTAMP, SO_TIMESTAMPING, SO_TIMESTAMPNS, SO_TXREHASH, SO_TXTIME, SO_TYPE,
      SO_WIFI_STATUS, SO_ZEROCOPY);

  EXPORT_CONSTANTS(TCP_ESTABLISHED, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
                   TCP_TIME_WAIT, TCP_CLOSE, TCP_CLOSE_WAIT, TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING);

  EXPORT_CONSTANTS(SK_MEMINFO_BACKLOG, SK_MEMINFO_DROPS, SK_MEMINFO_FWD_ALLOC, SK_MEMINFO_OPTMEM,
                   SK_MEMINFO_RCVBUF, SK_MEMINFO_RMEM_ALLOC, SK_MEMINFO_SNDBUF,
                   SK_MEMINFO_WMEM_ALLOC, SK_MEMINFO_WMEM_QUEUED);
  EXPORT_CONSTANTS(SOCK_RCVBUF_LOCK, SOCK_SNDBUF_LOCK, SOCK_TXREHASH_DEFAULT,
                   SOCK_TXREHASH_DISABLED, SOCK_TXREHASH_ENABLED);
  EXPORT_CONSTANTS(
      SOF_TIMESTAMPING_BIND_PHC, SOF_TIMESTAMPING_OPT_CMSG, SOF_TIMESTAMPING_OPT_ID,
      SOF_TIMESTAMPING_OPT_PKTINFO, SOF_TIMESTAMPING_OPT_STATS, SOF_TIMESTAMPING_OPT_TSONLY,
      SOF_TIMESTAMPING_OPT_TX_SWHW, SOF_TIMESTAMPING_RAW_HARDWARE, SOF_TIMESTAMPING_RX_HARDWARE,
      SOF_TIMESTAMPING_RX_SOFTWARE, SOF_TIMESTAMPING_SOFTWARE, SOF_TIMESTAMPING_SYS_HARDWARE,
      SOF_TIMESTAMPING_TX_ACK, SOF_TIMESTAMPING_TX_HARDWARE, SOF_TIMESTAMPING_TX_RECORD_MASK,
      SOF_TIMESTAMPING_TX_SCHED, SOF_TIMESTAMPING_TX_SOFTWARE, SOF_TIMESTAMPING_OPT_ID_TCP,
      SOF_TIMESTAMPING_OPT_RX_FILTER, SOF_TIMESTAMPING_TX_COMPLETION);
  EXPORT_CONSTANTS(SOF_TXTIME_DEADLINE_MODE, SOF_TXTIME_REPORT_ERRORS);
  EXPORT_CONSTANTS(SOL_AAL, SOL_ATM, SOL_BLUETOOTH, SOL_CAIF, SOL_CAN_BASE, SOL_DECNET, SOL_ICMPV6,
                   SOL_IRDA, SOL_IUCV, SOL_KCM, SOL_LLC, SOL_MCTP, SOL_NETBEUI, SOL_NFC, SOL_PNPIPE,
                   SOL_PPPOL2TP, SOL_RXRPC, SOL_SMC, SOL_VSOCK, SOL_X25);
  EXPORT_CONSTANTS(SO_RCVTIMEO_NEW, SO_RCVTIMEO_OLD, SO_SNDTIMEO_NEW, SO_SNDTIMEO_OLD,
                   SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD, SO_TIMESTAMPNS_NEW, SO_TIMESTAMPNS_OLD,
                   SO_TIMESTAMP_NEW, SO_TIMESTAMP_OLD);
}
