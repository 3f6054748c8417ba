import { checkInteger, invalidArgType, outOfRange } from "../arguments.ts";
import { check } from "../errors.ts";
import {
  isLayout,
  type StructFields,
  type StructInput,
  type StructLayout,
  type StructValueOf,
} from "../memory/layout.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

// prettier-ignore
export const {
  FIOCLEX, FIONCLEX, FIONREAD, FIONBIO, FIOASYNC, FIOSETOWN, FIOGETOWN, SIOCSPGRP, SIOCGPGRP,
  SIOCATMARK, SIOCOUTQ, SIOCINQ, TIOCOUTQ, SIOCOUTQNSD, IOCTL_VM_SOCKETS_GET_LOCAL_CID,
  SIOCGSTAMP, SIOCGSTAMPNS, SIOCGIFNAME, SIOCSIFNAME, SIOCGIFINDEX, SIOCGIFFLAGS, SIOCSIFFLAGS,
  SIOCGIFADDR, SIOCSIFADDR, SIOCGIFDSTADDR, SIOCSIFDSTADDR, SIOCGIFBRDADDR, SIOCSIFBRDADDR,
  SIOCGIFNETMASK, SIOCSIFNETMASK, SIOCGIFMETRIC, SIOCSIFMETRIC, SIOCGIFMTU, SIOCSIFMTU,
  SIOCGIFHWADDR, SIOCSIFHWADDR, SIOCSIFHWBROADCAST, SIOCGIFTXQLEN, SIOCSIFTXQLEN, SIOCGIFMAP,
  SIOCADDMULTI, SIOCDELMULTI, TIOCGPTLCK, TIOCGPTN, TIOCGWINSZ, TIOCSPTLCK, TIOCSWINSZ, TUNSETIFF,
  TUNGETIFF, TUNSETQUEUE, TUNGETFEATURES, TUNGETSNDBUF, TUNSETSNDBUF, TUNGETVNETHDRSZ,
  TUNSETVNETHDRSZ, IFF_TUN, IFF_TAP, IFF_NO_PI, IFF_MULTI_QUEUE, IFF_VNET_HDR, IFF_ATTACH_QUEUE,
  IFF_DETACH_QUEUE, IFF_NAPI, IFF_NAPI_FRAGS, IFF_NOFILTER, IFF_PERSIST, IFF_TUN_EXCL,
  SIOCETHTOOL, TIOCINQ, TUNSETGROUP, TUNSETOFFLOAD, TUNSETOWNER, TUNSETPERSIST, TUN_F_CSUM,
  TUN_F_TSO4, TUN_F_TSO6, TUN_F_TSO_ECN, TUN_F_UFO,
} = native;

/** `sizeof(struct ifreq)`, in bytes. */
export const IFREQ_SIZE: number = native.sizeof_ifreq;
/** The offset of the value in a `struct ifreq`, after the name, in bytes. */
export const IFREQ_VALUE_OFFSET: number = native.offsetof_ifreq_ifru;

/**
 * `ioctl(fd, op, argp)`: reads or changes a property of a device or a socket. Does not block, unless the driver does:
 * TCSETSW and TCSETSF wait until a terminal has sent what was written to it.
 *
 * @param op - a request whose argument holds no pointers: of descriptors and sockets FIONREAD, FIONBIO, FIOASYNC,
 * FIOCLEX, FIONCLEX, FIOSETOWN, FIOGETOWN, SIOCSPGRP, SIOCGPGRP, SIOCATMARK, SIOCINQ, SIOCOUTQ, SIOCOUTQNSD,
 * SIOCGSTAMP, SIOCGSTAMPNS, IOCTL_VM_SOCKETS_GET_LOCAL_CID; the requests of netdevice(7), with a `struct ifreq`;
 * those of terminals and of GPIO that are constants here, see also {@link ioctlStruct}; of /dev/net/tun TUNSETIFF,
 * TUNGETIFF and TUNSETQUEUE with a `struct ifreq`, whose value is a 16-bit number of IFF_ bits, and TUNGETFEATURES,
 * TUNGETSNDBUF, TUNSETSNDBUF, TUNGETVNETHDRSZ, TUNSETVNETHDRSZ. Also any other request that only writes, by its
 * number: C's `_IOR` made it. The driver then sees zeros, not what is in `argp`. If it opens a descriptor, close that,
 * or give it to {@link own}; the one of GPIO_V2_GET_LINE_IOCTL belongs to the environment already
 * @param argp - the argument, at least as long as the request needs; a request that reads writes its
 * result here
 * @throws SystemError EBADF, EINVAL, ENODEV, ENOTTY: the descriptor has no such request. EPERM. RangeError:
 * another request, or `argp` is too short. EFAULT: the driver writes far more than its request says
 * @see https://man7.org/linux/man-pages/man2/ioctl.2.html
 * @see https://man7.org/linux/man-pages/man7/netdevice.7.html
 */
export function ioctl(fd: number, op: Constant<"IOCTL">, argp: Bytes): number {
  return check(native.ioctl(fd, op, argp), "ioctl", fd);
}

/**
 * `ioctl(fd, op, &value)`: {@link ioctl} with a pointer to an int. Does not block, as {@link ioctl}.
 *
 * @param value - the int that the kernel reads
 * @returns the int that the kernel wrote; `value` if it wrote none
 * @throws SystemError as {@link ioctl}. RangeError: a `value` for a request that would see zeros
 * @see https://man7.org/linux/man-pages/man2/ioctl.2.html
 */
export function ioctlInt(fd: number, op: Constant<"IOCTL">, value = 0): number {
  const argp = Int32Array.of(checkInteger(value, "value", -(2 ** 31), 2 ** 31 - 1));
  if (value !== 0) checkPassed(op, value);
  ioctl(fd, op, argp);
  return argp[0] ?? 0;
}

/**
 * `ioctl(fd, op, &structure)`: {@link ioctl} with a structure. Does not block, as {@link ioctl}.
 *
 * @param layout - of the structure, exactly as large as the request's: {@link TERMIOS2}, {@link WINSIZE},
 * {@link GPIO_V2_LINE_REQUEST}, …, or your own
 * @param value - what the kernel reads; fields that are left out are 0
 * @returns the structure after the call
 * @throws SystemError as {@link ioctl}. RangeError: the layout has another size, or a `value` for a request that would
 * see zeros. TypeError, RangeError: `value` does not fit the layout
 * @see https://man7.org/linux/man-pages/man2/ioctl.2.html
 */
export function ioctlStruct<Fields extends StructFields>(
  fd: number,
  op: Constant<"IOCTL">,
  layout: StructLayout<Fields>,
  value: StructInput<Fields> = {},
): StructValueOf<Fields> {
  if (!isLayout(layout)) throw invalidArgType("layout", "made by struct()", layout);
  const size = native.ioctl_size(op);
  if (size >= 0 && size !== layout.size)
    throw outOfRange("layout", `${String(size)} bytes long`, layout.size);
  const argp = layout.write(value);
  if (argp.some((byte) => byte !== 0)) checkPassed(op, value);
  ioctl(fd, op, argp);
  return layout.read(argp);
}

/** @throws RangeError: the driver would see zeros instead, and do something else than is asked for */
function checkPassed(op: Constant<"IOCTL">, value: unknown): void {
  if (native.ioctl_gets_zeros(op))
    throw outOfRange("value", "0: this request does not pass it to the driver", value);
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
