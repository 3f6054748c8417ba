#include <sys/mman.h>

#include <string>

#include "support/args.h"
#include "support/export.h"
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

  EXPORT_CONSTANT(MFD_ALLOW_SEALING);
  EXPORT_CONSTANT(MFD_CLOEXEC);
  EXPORT_CONSTANT(MFD_HUGETLB);
}
