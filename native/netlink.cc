#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstddef>

#include "support/export.h"

void RegisterNetlink(Napi::Object exports) {
  constexpr size_t sizeof_sockaddr_nl = sizeof(sockaddr_nl);
  constexpr size_t offsetof_sockaddr_nl_pid = offsetof(sockaddr_nl, nl_pid);
  constexpr size_t offsetof_sockaddr_nl_groups = offsetof(sockaddr_nl, nl_groups);
  EXPORT_CONSTANT(sizeof_sockaddr_nl);
  EXPORT_CONSTANT(offsetof_sockaddr_nl_pid);
  EXPORT_CONSTANT(offsetof_sockaddr_nl_groups);

  EXPORT_CONSTANT(NETLINK_ROUTE);
  EXPORT_CONSTANT(NETLINK_USERSOCK);
  EXPORT_CONSTANT(NETLINK_FIREWALL);
  EXPORT_CONSTANT(NETLINK_SOCK_DIAG);
  EXPORT_CONSTANT(NETLINK_NFLOG);
  EXPORT_CONSTANT(NETLINK_XFRM);
  EXPORT_CONSTANT(NETLINK_SELINUX);
  EXPORT_CONSTANT(NETLINK_ISCSI);
  EXPORT_CONSTANT(NETLINK_AUDIT);
  EXPORT_CONSTANT(NETLINK_FIB_LOOKUP);
  EXPORT_CONSTANT(NETLINK_CONNECTOR);
  EXPORT_CONSTANT(NETLINK_NETFILTER);
  EXPORT_CONSTANT(NETLINK_DNRTMSG);
  EXPORT_CONSTANT(NETLINK_KOBJECT_UEVENT);
  EXPORT_CONSTANT(NETLINK_GENERIC);
  EXPORT_CONSTANT(NETLINK_SCSITRANSPORT);
  EXPORT_CONSTANT(NETLINK_ECRYPTFS);
  EXPORT_CONSTANT(NETLINK_RDMA);
  EXPORT_CONSTANT(NETLINK_CRYPTO);
}
