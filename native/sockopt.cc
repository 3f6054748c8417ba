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

#include <cstddef>
#include <cstring>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
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

  EXPORT_CONSTANT(SOL_SOCKET);
  EXPORT_CONSTANT(SOL_IP);
  EXPORT_CONSTANT(SOL_IPV6);
  EXPORT_CONSTANT(SOL_TCP);
  EXPORT_CONSTANT(SOL_UDP);
  EXPORT_CONSTANT(SOL_RAW);
  EXPORT_CONSTANT(SOL_PACKET);
  EXPORT_CONSTANT(SOL_NETLINK);
  EXPORT_CONSTANT(SOL_TIPC);
  EXPORT_CONSTANT(SOL_DCCP);
  EXPORT_CONSTANT(SOL_RDS);
  EXPORT_CONSTANT(SOL_ALG);
  EXPORT_CONSTANT(SOL_TLS);
  EXPORT_CONSTANT(SOL_XDP);
  EXPORT_CONSTANT(SOL_MPTCP);
  EXPORT_CONSTANT(SO_ACCEPTCONN);
  EXPORT_CONSTANT(SO_ATTACH_BPF);
  EXPORT_CONSTANT(SO_ATTACH_FILTER);
  EXPORT_CONSTANT(SO_ATTACH_REUSEPORT_CBPF);
  EXPORT_CONSTANT(SO_ATTACH_REUSEPORT_EBPF);
  EXPORT_CONSTANT(SO_BINDTODEVICE);
  EXPORT_CONSTANT(SO_BINDTOIFINDEX);
  EXPORT_CONSTANT(SO_BPF_EXTENSIONS);
  EXPORT_CONSTANT(SO_BROADCAST);
  EXPORT_CONSTANT(SO_BSDCOMPAT);
  EXPORT_CONSTANT(SO_BUF_LOCK);
  EXPORT_CONSTANT(SO_BUSY_POLL);
  EXPORT_CONSTANT(SO_BUSY_POLL_BUDGET);
  EXPORT_CONSTANT(SO_CNX_ADVICE);
  EXPORT_CONSTANT(SO_COOKIE);
  EXPORT_CONSTANT(SO_DEBUG);
  EXPORT_CONSTANT(SO_DETACH_BPF);
  EXPORT_CONSTANT(SO_DETACH_FILTER);
  EXPORT_CONSTANT(SO_DETACH_REUSEPORT_BPF);
  EXPORT_CONSTANT(SO_DOMAIN);
  EXPORT_CONSTANT(SO_DONTROUTE);
  EXPORT_CONSTANT(SO_ERROR);
  EXPORT_CONSTANT(SO_GET_FILTER);
  EXPORT_CONSTANT(SO_INCOMING_CPU);
  EXPORT_CONSTANT(SO_INCOMING_NAPI_ID);
  EXPORT_CONSTANT(SO_KEEPALIVE);
  EXPORT_CONSTANT(SO_LINGER);
  EXPORT_CONSTANT(SO_LOCK_FILTER);
  EXPORT_CONSTANT(SO_MARK);
  EXPORT_CONSTANT(SO_MAX_PACING_RATE);
  EXPORT_CONSTANT(SO_MEMINFO);
  EXPORT_CONSTANT(SO_NETNS_COOKIE);
  EXPORT_CONSTANT(SO_NOFCS);
  EXPORT_CONSTANT(SO_NO_CHECK);
  EXPORT_CONSTANT(SO_OOBINLINE);
  EXPORT_CONSTANT(SO_PASSCRED);
  EXPORT_CONSTANT(SO_PASSPIDFD);
  EXPORT_CONSTANT(SO_PASSRIGHTS);
  EXPORT_CONSTANT(SO_PASSSEC);
  EXPORT_CONSTANT(SO_PEEK_OFF);
  EXPORT_CONSTANT(SO_PEERCRED);
  EXPORT_CONSTANT(SO_PEERGROUPS);
  EXPORT_CONSTANT(SO_PEERNAME);
  EXPORT_CONSTANT(SO_PEERPIDFD);
  EXPORT_CONSTANT(SO_PEERSEC);
  EXPORT_CONSTANT(SO_PREFER_BUSY_POLL);
  EXPORT_CONSTANT(SO_PRIORITY);
  EXPORT_CONSTANT(SO_PROTOCOL);
  EXPORT_CONSTANT(SO_RCVBUF);
  EXPORT_CONSTANT(SO_RCVBUFFORCE);
  EXPORT_CONSTANT(SO_RCVLOWAT);
  EXPORT_CONSTANT(SO_RCVMARK);
  EXPORT_CONSTANT(SO_RCVPRIORITY);
  EXPORT_CONSTANT(SO_RCVTIMEO);
  EXPORT_CONSTANT(SO_RESERVE_MEM);
  EXPORT_CONSTANT(SO_REUSEADDR);
  EXPORT_CONSTANT(SO_REUSEPORT);
  EXPORT_CONSTANT(SO_RXQ_OVFL);
  EXPORT_CONSTANT(SO_SELECT_ERR_QUEUE);
  EXPORT_CONSTANT(SO_SNDBUF);
  EXPORT_CONSTANT(SO_SNDBUFFORCE);
  EXPORT_CONSTANT(SO_SNDLOWAT);
  EXPORT_CONSTANT(SO_SNDTIMEO);
  EXPORT_CONSTANT(SO_TIMESTAMP);
  EXPORT_CONSTANT(SO_TIMESTAMPING);
  EXPORT_CONSTANT(SO_TIMESTAMPNS);
  EXPORT_CONSTANT(SO_TXREHASH);
  EXPORT_CONSTANT(SO_TXTIME);
  EXPORT_CONSTANT(SO_TYPE);
  EXPORT_CONSTANT(SO_WIFI_STATUS);
  EXPORT_CONSTANT(SO_ZEROCOPY);

  EXPORT_CONSTANT(TCP_ESTABLISHED);
  EXPORT_CONSTANT(TCP_SYN_SENT);
  EXPORT_CONSTANT(TCP_SYN_RECV);
  EXPORT_CONSTANT(TCP_FIN_WAIT1);
  EXPORT_CONSTANT(TCP_FIN_WAIT2);
  EXPORT_CONSTANT(TCP_TIME_WAIT);
  EXPORT_CONSTANT(TCP_CLOSE);
  EXPORT_CONSTANT(TCP_CLOSE_WAIT);
  EXPORT_CONSTANT(TCP_LAST_ACK);
  EXPORT_CONSTANT(TCP_LISTEN);
  EXPORT_CONSTANT(TCP_CLOSING);
}
