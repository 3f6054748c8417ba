#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/errqueue.h>
#include <linux/sctp.h>

#include "support/export.h"
#include "support/layout.h"

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

  constexpr size_t sizeof_size_t = sizeof(size_t);
  EXPORT_CONSTANT(sizeof_size_t);

  EXPORT_CONSTANT(IPV6_HOPLIMIT);
  EXPORT_CONSTANT(SCM_CREDENTIALS);
  EXPORT_CONSTANT(SCM_PIDFD);
  EXPORT_CONSTANT(SCM_RIGHTS);
  EXPORT_CONSTANT(SCM_TIMESTAMP);
  EXPORT_CONSTANT(SCM_TIMESTAMPING);
  EXPORT_CONSTANT(SCM_TIMESTAMPNS);
  EXPORT_CONSTANT(SCM_TXTIME);
  EXPORT_CONSTANT(SCM_WIFI_STATUS);
  EXPORT_CONSTANT(SCTP_AUTHINFO);
  EXPORT_CONSTANT(SCTP_DSTADDRV4);
  EXPORT_CONSTANT(SCTP_DSTADDRV6);
  EXPORT_CONSTANT(SCTP_INIT);
  EXPORT_CONSTANT(SCTP_NXTINFO);
  EXPORT_CONSTANT(SCTP_PRINFO);
  EXPORT_CONSTANT(SCTP_RCVINFO);
  EXPORT_CONSTANT(SCTP_SNDINFO);
  EXPORT_CONSTANT(SCTP_SNDRCV);
  EXPORT_CONSTANT(SO_EE_ORIGIN_ICMP);
  EXPORT_CONSTANT(SO_EE_ORIGIN_ICMP6);
  EXPORT_CONSTANT(SO_EE_ORIGIN_LOCAL);
  EXPORT_CONSTANT(SO_EE_ORIGIN_NONE);
  EXPORT_CONSTANT(SO_EE_ORIGIN_TIMESTAMPING);
  EXPORT_CONSTANT(SO_EE_ORIGIN_ZEROCOPY);
}
