import { checkBytes } from "../arguments.ts";
import { readerOf, writeNumbers } from "../memory/structs.ts";
import { native } from "../native/native.ts";

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
export const NLM_F_REQUEST: number = native.NLM_F_REQUEST;
export const NLM_F_MULTI: number = native.NLM_F_MULTI;
export const NLM_F_ACK: number = native.NLM_F_ACK;
export const NLM_F_ECHO: number = native.NLM_F_ECHO;
export const NLM_F_DUMP_INTR: number = native.NLM_F_DUMP_INTR;
export const NLM_F_DUMP_FILTERED: number = native.NLM_F_DUMP_FILTERED;
export const NLM_F_ROOT: number = native.NLM_F_ROOT;
export const NLM_F_MATCH: number = native.NLM_F_MATCH;
export const NLM_F_ATOMIC: number = native.NLM_F_ATOMIC;
export const NLM_F_DUMP: number = native.NLM_F_DUMP;
export const NLM_F_REPLACE: number = native.NLM_F_REPLACE;
export const NLM_F_EXCL: number = native.NLM_F_EXCL;
export const NLM_F_CREATE: number = native.NLM_F_CREATE;
export const NLM_F_APPEND: number = native.NLM_F_APPEND;
export const NLM_F_CAPPED: number = native.NLM_F_CAPPED;
export const NLM_F_ACK_TLVS: number = native.NLM_F_ACK_TLVS;
export const NLMSG_ALIGNTO: number = native.NLMSG_ALIGNTO;
export const NLMSG_NOOP: number = native.NLMSG_NOOP;
export const NLMSG_ERROR: number = native.NLMSG_ERROR;
export const NLMSG_DONE: number = native.NLMSG_DONE;
export const NLMSG_OVERRUN: number = native.NLMSG_OVERRUN;
export const NLMSG_MIN_TYPE: number = native.NLMSG_MIN_TYPE;
export const NLMSGERR_ATTR_MSG: number = native.NLMSGERR_ATTR_MSG;
export const NLA_ALIGNTO: number = native.NLA_ALIGNTO;
export const NLA_F_NESTED: number = native.NLA_F_NESTED;
export const NLA_F_NET_BYTEORDER: number = native.NLA_F_NET_BYTEORDER;
export const NLA_TYPE_MASK: number = native.NLA_TYPE_MASK;

const SOCKADDR_NL = native.structs.sockaddr_nl;

/** The contents of a `struct sockaddr_nl`. */
export interface SockaddrNl {
  /** The port of the socket, often the process id. 0 is the kernel; in bind(2), 0 lets the kernel choose. */
  readonly pid: number;
  /** The multicast groups, one bit each. */
  readonly groups: number;
}

/**
 * Encodes a `struct sockaddr_nl`.
 *
 * @param pid - the port, 0 … 2^32 - 1; 0 is the kernel; in bind(2), 0 lets the kernel choose
 * @param groups - the multicast groups, one bit each
 * @throws RangeError: a number that does not fit in 32 bits
 * @see https://man7.org/linux/man-pages/man7/netlink.7.html
 */
export function sockaddrNl(pid = 0, groups = 0): Uint8Array {
  return writeNumbers(SOCKADDR_NL, { family: native.AF_NETLINK, pid, groups });
}

/** Reads a `struct sockaddr_nl`; `null` if `bytes` is not one. */
export function readSockaddrNl(bytes: Uint8Array): SockaddrNl | null {
  const read = readerOf(SOCKADDR_NL, checkBytes(bytes, "bytes"));
  if (read?.("family") !== native.AF_NETLINK) return null;
  return { pid: read("pid"), groups: read("groups") };
}
