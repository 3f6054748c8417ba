#include <sys/socket.h>

// After glibc's headers: it then skips what glibc has defined.
#include <linux/if_alg.h>

#include "support/export.h"
#include "support/layout.h"

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sockaddr_alg);
    FIELD(salg_, family);
    FIELD(salg_, type);
    FIELD(salg_, feat);
    FIELD(salg_, mask);
    FIELD(salg_, name);
  }
  {
    LAYOUT(af_alg_iv);
    FIELD(, ivlen);
  }
}

}  // namespace

void RegisterAlg(Napi::Object exports) { AddStructs(exports); }
