#include <linux/vm_sockets.h>
#include <sys/socket.h>

#include <cstddef>

#include "support/export.h"

void RegisterVsock(Napi::Object exports) {
  constexpr size_t sizeof_sockaddr_vm = sizeof(sockaddr_vm);
  constexpr size_t offsetof_sockaddr_vm_port = offsetof(sockaddr_vm, svm_port);
  constexpr size_t offsetof_sockaddr_vm_cid = offsetof(sockaddr_vm, svm_cid);
  // Headers before Linux 5.11 have this byte, but not its name.
  constexpr size_t offsetof_sockaddr_vm_flags = offsetof_sockaddr_vm_cid + sizeof(unsigned int);
  EXPORT_CONSTANT(sizeof_sockaddr_vm);
  EXPORT_CONSTANT(offsetof_sockaddr_vm_port);
  EXPORT_CONSTANT(offsetof_sockaddr_vm_cid);
  EXPORT_CONSTANT(offsetof_sockaddr_vm_flags);

  EXPORT_CONSTANT(VMADDR_CID_ANY);
  EXPORT_CONSTANT(VMADDR_CID_HYPERVISOR);
  EXPORT_CONSTANT(VMADDR_CID_LOCAL);
  EXPORT_CONSTANT(VMADDR_CID_HOST);
  EXPORT_CONSTANT(VMADDR_PORT_ANY);
  EXPORT_CONSTANT(VMADDR_FLAG_TO_HOST);
}
