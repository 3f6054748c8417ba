#include <sys/socket.h>

// After <sys/socket.h>, which older ones do not include themselves.
#include <linux/vm_sockets.h>

#include <cstddef>

#include "support/export.h"
#include "support/layout.h"

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sockaddr_vm);
    FIELD(svm_, family);
    FIELD(svm_, port);
    FIELD(svm_, cid);
    // Headers before Linux 5.11 have this byte, but without a name.
    layout.Field("flags", offsetof(S, svm_cid) + sizeof(S::svm_cid), 1, false);
  }
}

}  // namespace

void RegisterVsock(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_CONSTANTS(VMADDR_CID_ANY, VMADDR_CID_HYPERVISOR, VMADDR_CID_LOCAL, VMADDR_CID_HOST,
                   VMADDR_PORT_ANY, VMADDR_FLAG_TO_HOST);

  EXPORT_CONSTANTS(VM_SOCKETS_INVALID_VERSION);
}
