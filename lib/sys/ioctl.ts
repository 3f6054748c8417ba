import { checkInteger } from "../arguments.ts";
import { check } from "../errors.ts";
import { type Bytes, native } from "../native/native.ts";

export const FIOCLEX: number = native.FIOCLEX;
export const FIONCLEX: number = native.FIONCLEX;
export const FIONREAD: number = native.FIONREAD;
export const FIONBIO: number = native.FIONBIO;
export const FIOASYNC: number = native.FIOASYNC;
export const FIOSETOWN: number = native.FIOSETOWN;
export const FIOGETOWN: number = native.FIOGETOWN;
export const SIOCSPGRP: number = native.SIOCSPGRP;
export const SIOCGPGRP: number = native.SIOCGPGRP;
export const SIOCATMARK: number = native.SIOCATMARK;
export const SIOCOUTQ: number = native.SIOCOUTQ;
export const SIOCINQ: number = native.SIOCINQ;
export const TIOCOUTQ: number = native.TIOCOUTQ;
export const SIOCOUTQNSD: number = native.SIOCOUTQNSD;
export const IOCTL_VM_SOCKETS_GET_LOCAL_CID: number = native.IOCTL_VM_SOCKETS_GET_LOCAL_CID;
export const SIOCGSTAMP: number = native.SIOCGSTAMP;
export const SIOCGSTAMPNS: number = native.SIOCGSTAMPNS;
export const SIOCGIFNAME: number = native.SIOCGIFNAME;
export const SIOCSIFNAME: number = native.SIOCSIFNAME;
export const SIOCGIFINDEX: number = native.SIOCGIFINDEX;
export const SIOCGIFFLAGS: number = native.SIOCGIFFLAGS;
export const SIOCSIFFLAGS: number = native.SIOCSIFFLAGS;
export const SIOCGIFADDR: number = native.SIOCGIFADDR;
export const SIOCSIFADDR: number = native.SIOCSIFADDR;
export const SIOCGIFDSTADDR: number = native.SIOCGIFDSTADDR;
export const SIOCSIFDSTADDR: number = native.SIOCSIFDSTADDR;
export const SIOCGIFBRDADDR: number = native.SIOCGIFBRDADDR;
export const SIOCSIFBRDADDR: number = native.SIOCSIFBRDADDR;
export const SIOCGIFNETMASK: number = native.SIOCGIFNETMASK;
export const SIOCSIFNETMASK: number = native.SIOCSIFNETMASK;
export const SIOCGIFMETRIC: number = native.SIOCGIFMETRIC;
export const SIOCSIFMETRIC: number = native.SIOCSIFMETRIC;
export const SIOCGIFMTU: number = native.SIOCGIFMTU;
export const SIOCSIFMTU: number = native.SIOCSIFMTU;
export const SIOCGIFHWADDR: number = native.SIOCGIFHWADDR;
export const SIOCSIFHWADDR: number = native.SIOCSIFHWADDR;
export const SIOCSIFHWBROADCAST: number = native.SIOCSIFHWBROADCAST;
export const SIOCGIFTXQLEN: number = native.SIOCGIFTXQLEN;
export const SIOCSIFTXQLEN: number = native.SIOCSIFTXQLEN;
export const SIOCGIFMAP: number = native.SIOCGIFMAP;
export const SIOCADDMULTI: number = native.SIOCADDMULTI;
export const SIOCDELMULTI: number = native.SIOCDELMULTI;

export const TIOCGPTLCK: number = native.TIOCGPTLCK;
export const TIOCGPTN: number = native.TIOCGPTN;
export const TIOCGWINSZ: number = native.TIOCGWINSZ;
export const TIOCSPTLCK: number = native.TIOCSPTLCK;
export const TIOCSWINSZ: number = native.TIOCSWINSZ;
export const TUNSETIFF: number = native.TUNSETIFF;
export const TUNGETIFF: number = native.TUNGETIFF;
export const TUNSETQUEUE: number = native.TUNSETQUEUE;
export const TUNGETFEATURES: number = native.TUNGETFEATURES;
export const TUNGETSNDBUF: number = native.TUNGETSNDBUF;
export const TUNSETSNDBUF: number = native.TUNSETSNDBUF;
export const TUNGETVNETHDRSZ: number = native.TUNGETVNETHDRSZ;
export const TUNSETVNETHDRSZ: number = native.TUNSETVNETHDRSZ;
export const IFF_TUN: number = native.IFF_TUN;
export const IFF_TAP: number = native.IFF_TAP;
export const IFF_NO_PI: number = native.IFF_NO_PI;
export const IFF_MULTI_QUEUE: number = native.IFF_MULTI_QUEUE;
export const IFF_VNET_HDR: number = native.IFF_VNET_HDR;
export const IFF_ATTACH_QUEUE: number = native.IFF_ATTACH_QUEUE;
export const IFF_DETACH_QUEUE: number = native.IFF_DETACH_QUEUE;

/** `sizeof(struct ifreq)`, in bytes. */
export const IFREQ_SIZE: number = native.sizeof_ifreq;
/** The offset of the value in a `struct ifreq`, after the name, in bytes. */
export const IFREQ_VALUE_OFFSET: number = native.offsetof_ifreq_ifru;

/**
 * `ioctl(fd, op, argp)`: reads or changes a property of a device or a socket. Does not block.
 *
 * @param op - a request whose argument holds no pointers: FIONREAD, FIONBIO, FIOASYNC, FIOCLEX, FIONCLEX,
 * FIOSETOWN, FIOGETOWN, SIOCSPGRP, SIOCGPGRP, SIOCATMARK, SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCGSTAMP,
 * SIOCGSTAMPNS, IOCTL_VM_SOCKETS_GET_LOCAL_CID; the requests of netdevice(7), with a `struct ifreq`;
 * of terminals TIOCOUTQ, TIOCGPTN, TIOCGPTLCK, TIOCSPTLCK, and TIOCGWINSZ and TIOCSWINSZ with a
 * `struct winsize`: four 16-bit numbers, the rows, the columns, and the width and height in pixels;
 * of /dev/net/tun TUNSETIFF, TUNGETIFF and TUNSETQUEUE with a `struct ifreq`, whose value is a 16-bit
 * number of IFF_ bits, and TUNGETFEATURES, TUNGETSNDBUF, TUNSETSNDBUF, TUNGETVNETHDRSZ, TUNSETVNETHDRSZ
 * @param argp - the argument, at least as long as the request needs; a request that reads writes its
 * result here
 * @throws SystemError EBADF, EINVAL, ENODEV, ENOTTY: the descriptor has no such request. EPERM. RangeError:
 * another request, or `argp` is too short
 * @see https://man7.org/linux/man-pages/man2/ioctl.2.html
 * @see https://man7.org/linux/man-pages/man7/netdevice.7.html
 */
export function ioctl(fd: number, op: number, argp: Bytes): number {
  return check(native.ioctl(fd, op, argp), "ioctl", fd);
}

/**
 * `ioctl(fd, op, &value)`: {@link ioctl} with a pointer to an int. Does not block.
 *
 * @param value - the int that the kernel reads
 * @returns the int that the kernel wrote; `value` if it wrote none
 * @throws SystemError as {@link ioctl}
 * @see https://man7.org/linux/man-pages/man2/ioctl.2.html
 */
export function ioctlInt(fd: number, op: number, value = 0): number {
  const argp = Int32Array.of(checkInteger(value, "value", -(2 ** 31), 2 ** 31 - 1));
  ioctl(fd, op, argp);
  return argp[0] ?? 0;
}

/**
 * `ioctl(fd, SIOCGIFCONF, &ifconf)`: lists the IPv4 addresses of all interfaces, one `struct ifreq`
 * for each address. Does not block.
 *
 * @param req - receives as many structures as fit; if it is empty, nothing is written
 * @returns the number of bytes written; if `req` is empty, the number of bytes that all of them need
 * @throws SystemError EBADF, ENOTTY: `fd` is not a socket
 * @see https://man7.org/linux/man-pages/man7/netdevice.7.html
 */
export function ioctlIfconf(fd: number, req: Bytes): number {
  return check(native.ioctl_ifconf(fd, req), "ioctl", fd);
}
