import { check } from "../errors.ts";
import type { OptionLevel, OptionNumber } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

// prettier-ignore
export const {
  BPF_A, BPF_ABS, BPF_ADD, BPF_ALU, BPF_AND, BPF_B, BPF_DIV, BPF_H, BPF_IMM, BPF_IND, BPF_JA, BPF_JEQ,
  BPF_JGE, BPF_JGT, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_LDX, BPF_LEN, BPF_LL_OFF, BPF_LSH,
  BPF_MAJOR_VERSION, BPF_MAXINSNS, BPF_MEM, BPF_MEMWORDS, BPF_MINOR_VERSION, BPF_MISC, BPF_MOD,
  BPF_MSH, BPF_MUL, BPF_NEG, BPF_NET_OFF, BPF_OR, BPF_RET, BPF_RSH, BPF_ST, BPF_STX, BPF_SUB,
  BPF_TAX, BPF_TXA, BPF_W, BPF_X, BPF_XOR, SKF_AD_ALU_XOR_X, SKF_AD_CPU, SKF_AD_HATYPE,
  SKF_AD_IFINDEX, SKF_AD_MARK, SKF_AD_NLATTR, SKF_AD_NLATTR_NEST, SKF_AD_OFF, SKF_AD_PAY_OFFSET,
  SKF_AD_PKTTYPE, SKF_AD_PROTOCOL, SKF_AD_QUEUE, SKF_AD_RANDOM, SKF_AD_RXHASH, SKF_AD_VLAN_TAG,
  SKF_AD_VLAN_TAG_PRESENT, SKF_AD_VLAN_TPID, SKF_LL_OFF, SKF_NET_OFF,
} = native;

/**
 * `setsockopt(sockfd, level, optname, &(struct sock_fprog){ count, filter }, sizeof(struct sock_fprog))`:
 * attaches a classic BPF program. Does not block.
 *
 * @param optname - SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF; PACKET_FANOUT_DATA at SOL_PACKET
 * @param filter - an array of `struct sock_filter`
 * @throws SystemError EINVAL: the kernel rejects the program, or the socket cannot have one.
 * EBADF, ENOMEM, ENOPROTOOPT, ENOTSOCK, EPERM: the filter is locked (SO_LOCK_FILTER). RangeError: an
 * option whose value is not a program
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 */
export function setsockoptFprog(
  sockfd: number,
  level: OptionLevel,
  optname: OptionNumber,
  filter: Bytes,
): void {
  check(native.setsockopt_fprog(sockfd, level, optname, filter), "setsockopt", sockfd);
}

/**
 * `getsockopt(sockfd, SOL_SOCKET, SO_GET_FILTER, filter, optlen)`: reads the program that
 * SO_ATTACH_FILTER has attached. Does not block.
 *
 * @param filter - receives the program, an array of `struct sock_filter`; if it is empty, nothing is
 * written
 * @returns the number of instructions of the program; 0 if there is none
 * @throws SystemError EACCES: the program is extended BPF. EBADF. EINVAL: `filter` is too short.
 * ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 */
export function getsockoptFilter(sockfd: number, filter: Bytes): number {
  const optlen = new Uint32Array(1);
  check(native.getsockopt_filter(sockfd, filter, optlen), "getsockopt", sockfd);
  return optlen[0] ?? 0;
}
