import { checkBytes } from "../arguments.ts";
import { readerOf, writeNumbers } from "../memory/structs.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_FIREWALL, NETLINK_SOCK_DIAG, NETLINK_NFLOG,
  NETLINK_XFRM, NETLINK_SELINUX, NETLINK_ISCSI, NETLINK_AUDIT, NETLINK_FIB_LOOKUP,
  NETLINK_CONNECTOR, NETLINK_NETFILTER, NETLINK_DNRTMSG, NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC,
  NETLINK_SCSITRANSPORT, NETLINK_ECRYPTFS, NETLINK_RDMA, NETLINK_CRYPTO, NLM_F_REQUEST,
  NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO, NLM_F_DUMP_INTR, NLM_F_DUMP_FILTERED, NLM_F_ROOT,
  NLM_F_MATCH, NLM_F_ATOMIC, NLM_F_DUMP, NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND,
  NLM_F_CAPPED, NLM_F_ACK_TLVS, NLMSG_ALIGNTO, NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN,
  NLMSG_MIN_TYPE, NLMSGERR_ATTR_MSG, NLA_ALIGNTO, NLA_F_NESTED, NLA_F_NET_BYTEORDER,
  NLA_TYPE_MASK, NETLINK_INET_DIAG, NETLINK_IP6_FW, NETLINK_SMC, NETLINK_UNUSED, NLA_HDRLEN,
  NLMSGERR_ATTR_COOKIE, NLMSGERR_ATTR_MISS_NEST, NLMSGERR_ATTR_MISS_TYPE, NLMSGERR_ATTR_OFFS,
  NLMSGERR_ATTR_POLICY, NLMSG_HDRLEN, NLM_F_BULK, NLM_F_NONREC,
} = native;

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
