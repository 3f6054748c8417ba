import { checkInteger } from "../errors.ts";
import { isOfFamily, LITTLE_ENDIAN, ofFamily, viewOf } from "../memory.ts";
import { native } from "../native.ts";

export const NETLINK_ROUTE: number = native.NETLINK_ROUTE;
export const NETLINK_USERSOCK: number = native.NETLINK_USERSOCK;
export const NETLINK_FIREWALL: number = native.NETLINK_FIREWALL;
export const NETLINK_SOCK_DIAG: number = native.NETLINK_SOCK_DIAG;
export const NETLINK_NFLOG: number = native.NETLINK_NFLOG;
export const NETLINK_XFRM: number = native.NETLINK_XFRM;
export const NETLINK_SELINUX: number = native.NETLINK_SELINUX;
export const NETLINK_ISCSI: number = native.NETLINK_ISCSI;
export const NETLINK_AUDIT: number = native.NETLINK_AUDIT;
export const NETLINK_FIB_LOOKUP: number = native.NETLINK_FIB_LOOKUP;
export const NETLINK_CONNECTOR: number = native.NETLINK_CONNECTOR;
export const NETLINK_NETFILTER: number = native.NETLINK_NETFILTER;
export const NETLINK_DNRTMSG: number = native.NETLINK_DNRTMSG;
export const NETLINK_KOBJECT_UEVENT: number = native.NETLINK_KOBJECT_UEVENT;
export const NETLINK_GENERIC: number = native.NETLINK_GENERIC;
export const NETLINK_SCSITRANSPORT: number = native.NETLINK_SCSITRANSPORT;
export const NETLINK_ECRYPTFS: number = native.NETLINK_ECRYPTFS;
export const NETLINK_RDMA: number = native.NETLINK_RDMA;
export const NETLINK_CRYPTO: number = native.NETLINK_CRYPTO;

/** What a `struct sockaddr_nl` says. */
export interface SockaddrNl {
  /** The port of the socket, often the process's id; 0 is the kernel, or lets bind(2) choose. */
  readonly pid: number;
  /** Multicast groups, one bit each. */
  readonly groups: number;
}

/**
 * A `struct sockaddr_nl`.
 *
 * @param pid - the port, 0 … 2^32 - 1; 0 is the kernel, and lets bind(2) choose
 * @param groups - the multicast groups, one bit each
 * @throws RangeError: beyond 32 bits
 * @see https://man7.org/linux/man-pages/man7/netlink.7.html
 */
export function sockaddrNl(pid = 0, groups = 0): Uint8Array {
  const [bytes, view] = ofFamily(native.sizeof_sockaddr_nl, native.AF_NETLINK);
  const set = (offset: number, value: number, name: string) =>
    view.setUint32(offset, checkInteger(value, name, 0, 2 ** 32 - 1), LITTLE_ENDIAN);
  set(native.offsetof_sockaddr_nl_pid, pid, "pid");
  set(native.offsetof_sockaddr_nl_groups, groups, "groups");
  return bytes;
}

/** Reads a `struct sockaddr_nl`; `null` where it is none. */
export function readSockaddrNl(bytes: Uint8Array): SockaddrNl | null {
  if (!isOfFamily(bytes, native.AF_NETLINK, native.sizeof_sockaddr_nl)) return null;
  const view = viewOf(bytes);
  return {
    pid: view.getUint32(native.offsetof_sockaddr_nl_pid, LITTLE_ENDIAN),
    groups: view.getUint32(native.offsetof_sockaddr_nl_groups, LITTLE_ENDIAN),
  };
}
