#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/sctp.h>
#include <linux/tls.h>

#include "support/export.h"
#include "support/layout.h"
#include "support/missing.h"
#include "support/newer.h"

#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04  // Linux 6.5
#endif

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(cmsghdr);
    FIELD(cmsg_, len);
    FIELD(cmsg_, level);
    FIELD(cmsg_, type);
  }
  {
    LAYOUT(in_pktinfo);
    FIELD(ipi_, ifindex);
    FIELD(ipi_, spec_dst);
    FIELD(ipi_, addr);
  }
  {
    LAYOUT(sctp_prinfo);
    FIELD(pr_, policy);
    FIELD(pr_, value);
  }
  {
    LAYOUT(sctp_rcvinfo);
    FIELD(rcv_, sid);
    FIELD(rcv_, ssn);
    FIELD(rcv_, flags);
    FIELD(rcv_, ppid);
    FIELD(rcv_, tsn);
    FIELD(rcv_, cumtsn);
    FIELD(rcv_, context);
    FIELD(rcv_, assoc_id);
  }
  {
    LAYOUT(sock_extended_err);
    FIELD(ee_, errno);
    FIELD(ee_, origin);
    FIELD(ee_, type);
    FIELD(ee_, code);
    FIELD(ee_, info);
    FIELD(ee_, data);
  }
  {
    LAYOUT(timespec);
    FIELD(tv_, sec);
    FIELD(tv_, nsec);
  }
}

}  // namespace

void RegisterCmsg(Napi::Object exports) {
  AddStructs(exports);

  // An enumerator, which no #ifndef sees.
  constexpr int SCM_TSTAMP_COMPLETION = 3;  // Linux 6.15

  constexpr size_t sizeof_size_t = sizeof(size_t);
  EXPORT_CONSTANTS(sizeof_size_t);

  EXPORT_CONSTANTS(IPV6_HOPLIMIT, SCM_CREDENTIALS, SCM_PIDFD, SCM_RIGHTS, SCM_TIMESTAMP,
                   SCM_TIMESTAMPING, SCM_TIMESTAMPNS, SCM_TXTIME, SCM_WIFI_STATUS, SCTP_AUTHINFO,
                   SCTP_DSTADDRV4, SCTP_DSTADDRV6, SCTP_INIT, SCTP_NXTINFO, SCTP_PRINFO,
                   SCTP_RCVINFO, SCTP_SNDINFO, SCTP_SNDRCV, SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6,
                   SO_EE_ORIGIN_LOCAL, SO_EE_ORIGIN_NONE, SO_EE_ORIGIN_TIMESTAMPING,
                   SO_EE_ORIGIN_ZEROCOPY);

  EXPORT_CONSTANTS(SCM_TIMESTAMPING_OPT_STATS, SCM_TIMESTAMPING_PKTINFO, SCM_TSTAMP_ACK,
                   SCM_TSTAMP_COMPLETION, SCM_TSTAMP_SCHED, SCM_TSTAMP_SND);
  EXPORT_CONSTANTS(SO_EE_CODE_TXTIME_INVALID_PARAM, SO_EE_CODE_TXTIME_MISSED,
                   SO_EE_CODE_ZEROCOPY_COPIED, SO_EE_ORIGIN_TXSTATUS, SO_EE_ORIGIN_TXTIME,
                   SO_EE_RFC4884_FLAG_INVALID, SCM_SECURITY);
}
