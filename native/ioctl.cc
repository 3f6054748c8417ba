#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <termios.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <linux/vm_sockets.h>

#include <algorithm>
#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/result.h"

namespace {

// The number of bytes that a request reads or writes through its pointer; -1 for a request that is
// not listed here. The request number does not tell whether the argument itself holds pointers.
int ArgumentSize(uint32_t op) {
  switch (op) {
    case FIOCLEX:
    case FIONCLEX:
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
    case TUNGETFEATURES:
    case TUNGETSNDBUF:
    case TUNSETSNDBUF:
    case TUNGETVNETHDRSZ:
    case TUNSETVNETHDRSZ:
      return sizeof(int);
    case TIOCGWINSZ:
    case TIOCSWINSZ:
      return sizeof(winsize);
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

// int ioctl(int fd, unsigned long op, void* argp);
Napi::Value Ioctl(const Napi::CallbackInfo& info) {
  Args args(info);
  const int fd = args.Int("fd");
  const uint32_t op = args.Bits("op");
  const int size = ArgumentSize(op);
  if (size < 0) args.OutOfRange("op", "a request whose argument is known, and holds no pointers");
  uint8_t* const argp = args.Struct<uint8_t>("argp", size < 0 ? 0 : size).data;
  if (args.failed()) return {};
  // Drivers other than those of sockets may use the same number, and write more bytes.
  alignas(max_align_t) uint8_t bounce[4096] = {};
  std::copy_n(argp, size, bounce);
  const int result = ::ioctl(fd, op, bounce);
  const Napi::Value answer = Result(info.Env(), result);
  if (result >= 0) std::copy_n(bounce, size, argp);
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

void AddStructs(Napi::Object exports) {
  LAYOUT(winsize);
  FIELD(ws_, row);
  FIELD(ws_, col);
  FIELD(ws_, xpixel);
  FIELD(ws_, ypixel);
}

}  // namespace

void RegisterIoctl(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("ioctl", Ioctl);
  EXPORT_FUNCTION("ioctl_ifconf", IoctlIfconf);

  constexpr size_t sizeof_ifreq = sizeof(ifreq);
  constexpr size_t offsetof_ifreq_ifru = offsetof(ifreq, ifr_ifru);
  EXPORT_CONSTANT(sizeof_ifreq);
  EXPORT_CONSTANT(offsetof_ifreq_ifru);

  EXPORT_CONSTANT(FIOCLEX);
  EXPORT_CONSTANT(FIONCLEX);
  EXPORT_CONSTANT(FIONREAD);
  EXPORT_CONSTANT(FIONBIO);
  EXPORT_CONSTANT(FIOASYNC);
  EXPORT_CONSTANT(FIOSETOWN);
  EXPORT_CONSTANT(FIOGETOWN);
  EXPORT_CONSTANT(SIOCSPGRP);
  EXPORT_CONSTANT(SIOCGPGRP);
  EXPORT_CONSTANT(SIOCATMARK);
  EXPORT_CONSTANT(SIOCOUTQ);
  EXPORT_CONSTANT(SIOCINQ);
  EXPORT_CONSTANT(TIOCOUTQ);
  EXPORT_CONSTANT(SIOCOUTQNSD);
  EXPORT_CONSTANT(TIOCGPTLCK);
  EXPORT_CONSTANT(TIOCGPTN);
  EXPORT_CONSTANT(TIOCGWINSZ);
  EXPORT_CONSTANT(TIOCSPTLCK);
  EXPORT_CONSTANT(TIOCSWINSZ);
  EXPORT_CONSTANT(TUNSETIFF);
  EXPORT_CONSTANT(TUNGETIFF);
  EXPORT_CONSTANT(TUNSETQUEUE);
  EXPORT_CONSTANT(TUNGETFEATURES);
  EXPORT_CONSTANT(TUNGETSNDBUF);
  EXPORT_CONSTANT(TUNSETSNDBUF);
  EXPORT_CONSTANT(TUNGETVNETHDRSZ);
  EXPORT_CONSTANT(TUNSETVNETHDRSZ);
  EXPORT_CONSTANT(IFF_TUN);
  EXPORT_CONSTANT(IFF_TAP);
  EXPORT_CONSTANT(IFF_NO_PI);
  EXPORT_CONSTANT(IFF_MULTI_QUEUE);
  EXPORT_CONSTANT(IFF_VNET_HDR);
  EXPORT_CONSTANT(IFF_ATTACH_QUEUE);
  EXPORT_CONSTANT(IFF_DETACH_QUEUE);
  EXPORT_CONSTANT(IOCTL_VM_SOCKETS_GET_LOCAL_CID);
  EXPORT_CONSTANT(SIOCGSTAMP);
  EXPORT_CONSTANT(SIOCGSTAMPNS);
  EXPORT_CONSTANT(SIOCGIFNAME);
  EXPORT_CONSTANT(SIOCSIFNAME);
  EXPORT_CONSTANT(SIOCGIFINDEX);
  EXPORT_CONSTANT(SIOCGIFFLAGS);
  EXPORT_CONSTANT(SIOCSIFFLAGS);
  EXPORT_CONSTANT(SIOCGIFADDR);
  EXPORT_CONSTANT(SIOCSIFADDR);
  EXPORT_CONSTANT(SIOCGIFDSTADDR);
  EXPORT_CONSTANT(SIOCSIFDSTADDR);
  EXPORT_CONSTANT(SIOCGIFBRDADDR);
  EXPORT_CONSTANT(SIOCSIFBRDADDR);
  EXPORT_CONSTANT(SIOCGIFNETMASK);
  EXPORT_CONSTANT(SIOCSIFNETMASK);
  EXPORT_CONSTANT(SIOCGIFMETRIC);
  EXPORT_CONSTANT(SIOCSIFMETRIC);
  EXPORT_CONSTANT(SIOCGIFMTU);
  EXPORT_CONSTANT(SIOCSIFMTU);
  EXPORT_CONSTANT(SIOCGIFHWADDR);
  EXPORT_CONSTANT(SIOCSIFHWADDR);
  EXPORT_CONSTANT(SIOCSIFHWBROADCAST);
  EXPORT_CONSTANT(SIOCGIFTXQLEN);
  EXPORT_CONSTANT(SIOCSIFTXQLEN);
  EXPORT_CONSTANT(SIOCGIFMAP);
  EXPORT_CONSTANT(SIOCADDMULTI);
  EXPORT_CONSTANT(SIOCDELMULTI);
}
