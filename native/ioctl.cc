#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

// After glibc's headers: these then skip what glibc has defined.
#include <asm/termbits.h>
#include <linux/gpio.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <linux/vm_sockets.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "support/args.h"
#include "support/export.h"
#include "support/guarded.h"
#include "support/missing.h"
#include "support/owned.h"
#include "support/result.h"

namespace {

// The number of bytes that a request reads or writes through its pointer; -1 for a request that is
// not listed here. The request number does not tell whether the argument itself holds pointers.
int ListedSize(uint32_t op) {
  switch (op) {
    case FIOCLEX:
    case FIONCLEX:
    case TIOCEXCL:
    case TIOCNXCL:
    case TIOCSBRK:
    case TIOCCBRK:
      return 0;
    case FIONREAD:  // = SIOCINQ
    case FIONBIO:
    case FIOASYNC:
    case FIOSETOWN:
    case FIOGETOWN:
    case SIOCSPGRP:
    case SIOCGPGRP:
    case SIOCATMARK:
    case SIOCOUTQ:  // = TIOCOUTQ
    case SIOCOUTQNSD:
    case IOCTL_VM_SOCKETS_GET_LOCAL_CID:
    case TIOCGPTN:
    case TIOCGPTLCK:
    case TIOCSPTLCK:
    case TIOCMGET:
    case TIOCMSET:
    case TIOCMBIS:
    case TIOCMBIC:
    case TIOCGPGRP:
    case TIOCSPGRP:
    case TIOCGSID:
    case TUNGETFEATURES:
    case TUNGETSNDBUF:
    case TUNSETSNDBUF:
    case TUNGETVNETHDRSZ:
    case TUNSETVNETHDRSZ:
      return sizeof(int);
    case TIOCGWINSZ:
    case TIOCSWINSZ:
      return sizeof(winsize);
    case TCGETS:
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      return sizeof(termios);
    case TCGETS2:
    case TCSETS2:
    case TCSETSW2:
    case TCSETSF2:
    case GPIO_GET_LINEINFO_UNWATCH_IOCTL:
    case GPIO_V2_GET_LINEINFO_IOCTL:
    case GPIO_V2_GET_LINEINFO_WATCH_IOCTL:
    case GPIO_V2_GET_LINE_IOCTL:
    case GPIO_V2_LINE_SET_CONFIG_IOCTL:
    case GPIO_V2_LINE_GET_VALUES_IOCTL:
    case GPIO_V2_LINE_SET_VALUES_IOCTL:
      return _IOC_SIZE(op);
    case SIOCGSTAMP:
      return sizeof(timeval);
    case SIOCGSTAMPNS:
      return sizeof(timespec);
    case SIOCGIFNAME:
    case SIOCSIFNAME:
    case SIOCGIFINDEX:
    case SIOCGIFFLAGS:
    case SIOCSIFFLAGS:
    case SIOCGIFADDR:
    case SIOCSIFADDR:
    case SIOCGIFDSTADDR:
    case SIOCSIFDSTADDR:
    case SIOCGIFBRDADDR:
    case SIOCSIFBRDADDR:
    case SIOCGIFNETMASK:
    case SIOCSIFNETMASK:
    case SIOCGIFMETRIC:
    case SIOCSIFMETRIC:
    case SIOCGIFMTU:
    case SIOCSIFMTU:
    case SIOCGIFHWADDR:
    case SIOCSIFHWADDR:
    case SIOCSIFHWBROADCAST:
    case SIOCGIFTXQLEN:
    case SIOCSIFTXQLEN:
    case SIOCGIFMAP:
    case SIOCADDMULTI:
    case SIOCDELMULTI:
    case TUNSETIFF:
    case TUNGETIFF:
    case TUNSETQUEUE:
      return sizeof(ifreq);
    default:
      return -1;
  }
}

// Whether a request that is not listed only writes, by its number, which may be wrong: the driver
// gets zeros, in which there is no pointer.
bool GetsZeros(uint32_t op) {
  return _IOC_DIR(op) == _IOC_READ && _IOC_SIZE(op) > 0 && ListedSize(op) < 0;
}

int ArgumentSize(uint32_t op) {
  return GetsZeros(op) ? static_cast<int>(_IOC_SIZE(op)) : ListedSize(op);
}

// The size of a request's argument in bytes; -1 if it is refused.
Napi::Value IoctlSize(const Napi::CallbackInfo& info) {
  Args args(info);
  const uint32_t op = args.Bits("op");
  if (args.failed()) return {};
  return Napi::Number::New(info.Env(), ArgumentSize(op));
}

// Whether the driver gets zeros instead of the argument.
Napi::Value IoctlGetsZeros(const Napi::CallbackInfo& info) {
  Args args(info);
  const uint32_t op = args.Bits("op");
  if (args.failed()) return {};
  return Napi::Boolean::New(info.Env(), GetsZeros(op));
}

// ioctl(2) with zeros. The driver may write more bytes than the number says.
Napi::Value IoctlWithZeros(Napi::Env env, int fd, uint32_t op, uint8_t* argp) {
  static_assert((1 << _IOC_SIZEBITS) < Guarded::kSize);
  const Guarded memory;
  const int result = memory.data() == nullptr ? -1 : ::ioctl(fd, op, memory.data());
  const Napi::Value answer = Result(env, result);
  if (result >= 0) std::copy_n(memory.data(), _IOC_SIZE(op), argp);
  return answer;
}

// int ioctl(int fd, unsigned long op, void* argp);
Napi::Value Ioctl(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const uint32_t op = args.Bits("op");
  const int size = ArgumentSize(op);
  if (size < 0) args.OutOfRange("op", "a request whose argument is known, and holds no pointers");
  uint8_t* const argp = args.Struct<uint8_t>("argp", size < 0 ? 0 : size).data;
  if (args.failed()) return {};
  if (GetsZeros(op)) return IoctlWithZeros(info.Env(), fd, op, argp);
  // Other drivers may use the same number, and write more bytes than its size.
  constexpr size_t kMargin = 4096;
  alignas(max_align_t) uint8_t bounce[(1 << _IOC_SIZEBITS) + kMargin];
  std::fill_n(bounce, static_cast<size_t>(size) + kMargin, uint8_t{0});
  std::copy_n(argp, size, bounce);
  const int result = ::ioctl(fd, op, bounce);
  const Napi::Value answer = Result(info.Env(), result);
  if (result < 0) return answer;
  std::copy_n(bounce, size, argp);
  if (op == GPIO_V2_GET_LINE_IOCTL) {
    gpio_v2_line_request request;
    std::memcpy(&request, bounce, sizeof(request));
    Owned::Of(info.Env()).Add(info.Env(), request.fd);
  }
  return answer;
}

// int ioctl(int fd, SIOCGIFCONF, struct ifconf* argp);
// Returns the number of bytes written, an array of `struct ifreq`. The structure that holds the
// pointer never comes from JavaScript.
Napi::Value IoctlIfconf(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const Span<uint8_t> req = args.Bytes("req");
  if (args.failed()) return {};
  ifconf argp = {};
  // A null pointer asks for the size of all. A buffer smaller than one structure receives none.
  argp.ifc_len = req.count;
  argp.ifc_buf = req.count == 0 ? nullptr : reinterpret_cast<char*>(req.data);
  const int result = ::ioctl(fd, SIOCGIFCONF, &argp);
  return Result(info.Env(), result < 0 ? result : argp.ifc_len);
}

}  // namespace

void RegisterIoctl(Napi::Object exports) {
  EXPORT_FUNCTION("ioctl", Ioctl);
  EXPORT_FUNCTION("ioctl_size", IoctlSize);
  EXPORT_FUNCTION("ioctl_gets_zeros", IoctlGetsZeros);
  EXPORT_FUNCTION("ioctl_ifconf", IoctlIfconf);

  constexpr size_t sizeof_ifreq = sizeof(ifreq);
  constexpr size_t offsetof_ifreq_ifru = offsetof(ifreq, ifr_ifru);
  EXPORT_CONSTANTS(sizeof_ifreq, offsetof_ifreq_ifru);

  EXPORT_CONSTANTS(FIOCLEX, FIONCLEX, FIONREAD, FIONBIO, FIOASYNC, FIOSETOWN, FIOGETOWN, SIOCSPGRP,
                   SIOCGPGRP, SIOCATMARK, SIOCOUTQ, SIOCINQ, TIOCOUTQ, SIOCOUTQNSD, TIOCGPTLCK,
                   TIOCGPTN, TIOCGWINSZ, TIOCSPTLCK, TIOCSWINSZ, TUNSETIFF, TUNGETIFF, TUNSETQUEUE,
                   TUNGETFEATURES, TUNGETSNDBUF, TUNSETSNDBUF, TUNGETVNETHDRSZ, TUNSETVNETHDRSZ,
                   IFF_TUN, IFF_TAP, IFF_NO_PI, IFF_MULTI_QUEUE, IFF_VNET_HDR, IFF_ATTACH_QUEUE,
                   IFF_DETACH_QUEUE, IOCTL_VM_SOCKETS_GET_LOCAL_CID, SIOCGSTAMP, SIOCGSTAMPNS,
                   SIOCGIFNAME, SIOCSIFNAME, SIOCGIFINDEX, SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCGIFADDR,
                   SIOCSIFADDR, SIOCGIFDSTADDR, SIOCSIFDSTADDR, SIOCGIFBRDADDR, SIOCSIFBRDADDR,
                   SIOCGIFNETMASK, SIOCSIFNETMASK, SIOCGIFMETRIC, SIOCSIFMETRIC, SIOCGIFMTU,
                   SIOCSIFMTU, SIOCGIFHWADDR, SIOCSIFHWADDR, SIOCSIFHWBROADCAST, SIOCGIFTXQLEN,
                   SIOCSIFTXQLEN, SIOCGIFMAP, SIOCADDMULTI, SIOCDELMULTI);

  EXPORT_CONSTANTS(IFF_NAPI, IFF_NAPI_FRAGS, IFF_NOFILTER, IFF_PERSIST, IFF_TUN_EXCL);
  EXPORT_CONSTANTS(SIOCETHTOOL);
  EXPORT_CONSTANTS(TIOCINQ);
  EXPORT_CONSTANTS(TUNSETGROUP, TUNSETOFFLOAD, TUNSETOWNER, TUNSETPERSIST, TUN_F_CSUM, TUN_F_TSO4,
                   TUN_F_TSO6, TUN_F_TSO_ECN, TUN_F_UFO);
}
