#include <net/if.h>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// unsigned int if_nametoindex(const char* ifname);
Napi::Value IfNametoindex(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string ifname = args.String("ifname");
  if (args.failed()) return {};
  // What stands behind a NUL would be cut off unseen.
  const bool whole = ifname.find('\0') == std::string::npos;
  if (!whole) errno = ENODEV;
  const unsigned int index = whole ? ::if_nametoindex(ifname.c_str()) : 0;
  return Result(info.Env(), index == 0 ? -1 : int64_t{index});
}

// char* if_indextoname(unsigned int ifindex, char* ifname);
Napi::Value IfIndextoname(const Napi::CallbackInfo& info) {
  Args args(info);
  const uint32_t ifindex = args.Uint32("ifindex");
  if (args.failed()) return {};
  char ifname[IF_NAMESIZE];
  if (::if_indextoname(ifindex, ifname) == nullptr) return Result(info.Env(), -1);
  return Napi::String::New(info.Env(), ifname);
}

}  // namespace

void RegisterInterface(Napi::Object exports) {
  EXPORT_FUNCTION("if_nametoindex", IfNametoindex);
  EXPORT_FUNCTION("if_indextoname", IfIndextoname);

  EXPORT_CONSTANT(IF_NAMESIZE);
}
