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
  // Text after a null byte would be dropped silently.
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

// struct if_nameindex* if_nameindex(void);
// Returns an array of [index, name].
Napi::Value IfNameindex(const Napi::CallbackInfo& info) {
  struct if_nameindex* const list = ::if_nameindex();
  if (list == nullptr) return Result(info.Env(), -1);
  Napi::Array pairs = Napi::Array::New(info.Env());
  for (uint32_t i = 0; list[i].if_index != 0; i++) {
    Napi::Array pair = Napi::Array::New(info.Env(), 2);
    pair.Set(0u, Napi::Number::New(info.Env(), list[i].if_index));
    pair.Set(1u, Napi::String::New(info.Env(), list[i].if_name));
    pairs.Set(i, pair);
  }
  ::if_freenameindex(list);
  return pairs;
}

}  // namespace

void RegisterInterface(Napi::Object exports) {
  EXPORT_FUNCTION("if_nametoindex", IfNametoindex);
  EXPORT_FUNCTION("if_indextoname", IfIndextoname);
  EXPORT_FUNCTION("if_nameindex", IfNameindex);

  EXPORT_CONSTANTS(IF_NAMESIZE, IFF_UP, IFF_BROADCAST, IFF_DEBUG, IFF_LOOPBACK, IFF_POINTOPOINT,
                   IFF_NOTRAILERS, IFF_RUNNING, IFF_NOARP, IFF_PROMISC, IFF_ALLMULTI, IFF_MASTER,
                   IFF_SLAVE, IFF_MULTICAST, IFF_PORTSEL, IFF_AUTOMEDIA, IFF_DYNAMIC);
}
