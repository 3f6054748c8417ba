#include <linux/memfd.h>
#include <sys/mman.h>

#include <string>

#include "support/args.h"
#include "support/export.h"
#include "support/newer.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// int memfd_create(const char* name, unsigned int flags);
Napi::Value MemfdCreate(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string name = args.CString("name");
  const unsigned int flags = args.Bits("flags");
  if (args.failed()) return {};
  return Opened(info.Env(), ::memfd_create(name.c_str(), flags));
}

}  // namespace

void RegisterMemfd(Napi::Object exports) {
  EXPORT_FUNCTION("memfd_create", MemfdCreate);

  EXPORT_CONSTANTS(MFD_ALLOW_SEALING, MFD_CLOEXEC, MFD_HUGETLB);

  EXPORT_CONSTANTS(MFD_HUGE_16GB, MFD_HUGE_16MB, MFD_HUGE_1GB, MFD_HUGE_1MB, MFD_HUGE_256MB,
                   MFD_HUGE_2GB, MFD_HUGE_2MB, MFD_HUGE_32MB, MFD_HUGE_512KB, MFD_HUGE_512MB,
                   MFD_HUGE_64KB, MFD_HUGE_8MB, MFD_HUGE_MASK, MFD_HUGE_SHIFT, MFD_NOEXEC_SEAL,
                   MFD_EXEC);
}
