#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstddef>

#include "support/export.h"
#include "support/layout.h"
#include "support/newer.h"

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(nlmsghdr);
    FIELD(nlmsg_, len);
    FIELD(nlmsg_, type);
    FIELD(nlmsg_, flags);
    FIELD(nlmsg_, seq);
    FIELD(nlmsg_, pid);
  }
  {
    LAYOUT(nlmsgerr);
    FIELD(, error);
  }
  {
    LAYOUT(sockaddr_nl);
    FIELD(nl_, family);
    FIELD(nl_, pid);
    FIELD(nl_, groups);
  }
  {
    LAYOUT(nlattr);
    FIELD(nla_, len);
    FIELD(nla_, type);
  }
}

}  // namespace

void RegisterNetlink(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_CONSTANTS(NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_FIREWALL, NETLINK_SOCK_DIAG,
                   NETLINK_NFLOG, NETLINK_XFRM, NETLINK_SELINUX, NETLINK_ISCSI, NETLINK_AUDIT,
                   NETLINK_FIB_LOOKUP, NETLINK_CONNECTOR, NETLINK_NETFILTER, NETLINK_DNRTMSG,
                   NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC, NETLINK_SCSITRANSPORT, NETLINK_ECRYPTFS,
                   NETLINK_RDMA, NETLINK_CRYPTO, NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO,
                   NLM_F_DUMP_INTR, NLM_F_DUMP_FILTERED, NLM_F_ROOT, NLM_F_MATCH, NLM_F_ATOMIC,
                   NLM_F_DUMP, NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND, NLM_F_CAPPED,
                   NLM_F_ACK_TLVS, NLMSG_ALIGNTO, NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE,
                   NLMSG_OVERRUN, NLMSG_MIN_TYPE, NLMSGERR_ATTR_MSG, NLA_ALIGNTO, NLA_F_NESTED,
                   NLA_F_NET_BYTEORDER, NLA_TYPE_MASK);

  EXPORT_CONSTANTS(NETLINK_INET_DIAG, NETLINK_IP6_FW, NETLINK_SMC, NETLINK_UNUSED);
  EXPORT_CONSTANTS(NLA_HDRLEN);
  EXPORT_CONSTANTS(NLMSGERR_ATTR_COOKIE, NLMSGERR_ATTR_MISS_NEST, NLMSGERR_ATTR_MISS_TYPE,
                   NLMSGERR_ATTR_OFFS, NLMSGERR_ATTR_POLICY);
  EXPORT_CONSTANTS(NLMSG_HDRLEN);
  EXPORT_CONSTANTS(NLM_F_BULK, NLM_F_NONREC);
}
