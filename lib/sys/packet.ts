import { checkBytes, checkInteger, outOfRange } from "../arguments.ts";
import { readNumber, writeField } from "../memory/fields.ts";
import { isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST, PACKET_OUTGOING, ETH_P_LOOP,
  ETH_P_IP, ETH_P_ARP, ETH_P_8021Q, ETH_P_IPV6, ETH_P_802_3, ETH_P_ALL, ETH_P_802_2, ETH_P_CAN,
  ETHERTYPE_AARP, ETHERTYPE_ARP, ETHERTYPE_AT, ETHERTYPE_IP, ETHERTYPE_IPV6, ETHERTYPE_IPX,
  ETHERTYPE_LOOPBACK, ETHERTYPE_NTRAILER, ETHERTYPE_PUP, ETHERTYPE_REVARP, ETHERTYPE_SPRITE,
  ETHERTYPE_TRAIL, ETHERTYPE_VLAN, ETH_ALEN, ETH_DATA_LEN, ETH_FCS_LEN, ETH_FRAME_LEN, ETH_HLEN,
  ETH_P_1588, ETH_P_8021AD, ETH_P_8021AH, ETH_P_80221, ETH_P_802_3_MIN, ETH_P_802_EX1, ETH_P_AARP,
  ETH_P_AF_IUCV, ETH_P_AOE, ETH_P_ARCNET, ETH_P_ATALK, ETH_P_ATMFATE, ETH_P_ATMMPOA, ETH_P_AX25,
  ETH_P_BATMAN, ETH_P_BPQ, ETH_P_CAIF, ETH_P_CANFD, ETH_P_CANXL, ETH_P_CFM, ETH_P_CONTROL,
  ETH_P_CUST, ETH_P_DDCMP, ETH_P_DEC, ETH_P_DIAG, ETH_P_DNA_DL, ETH_P_DNA_RC, ETH_P_DNA_RT,
  ETH_P_DSA, ETH_P_DSA_8021Q, ETH_P_DSA_A5PSW, ETH_P_ECONET, ETH_P_EDSA, ETH_P_ERSPAN,
  ETH_P_ERSPAN2, ETH_P_ETHERCAT, ETH_P_FCOE, ETH_P_FIP, ETH_P_HDLC, ETH_P_HSR, ETH_P_IBOE,
  ETH_P_IEEE802154, ETH_P_IEEEPUP, ETH_P_IEEEPUPAT, ETH_P_IFE, ETH_P_IPX, ETH_P_IRDA, ETH_P_LAT,
  ETH_P_LINK_CTL, ETH_P_LLDP, ETH_P_LOCALTALK, ETH_P_LOOPBACK, ETH_P_MACSEC, ETH_P_MAP,
  ETH_P_MCTP, ETH_P_MOBITEX, ETH_P_MPLS_MC, ETH_P_MPLS_UC, ETH_P_MRP, ETH_P_MVRP, ETH_P_NCSI,
  ETH_P_NSH, ETH_P_PAE, ETH_P_PAUSE, ETH_P_PHONET, ETH_P_PPPTALK, ETH_P_PPP_DISC, ETH_P_PPP_MP,
  ETH_P_PPP_SES, ETH_P_PREAUTH, ETH_P_PROFINET, ETH_P_PRP, ETH_P_PUP, ETH_P_PUPAT, ETH_P_QINQ1,
  ETH_P_QINQ2, ETH_P_QINQ3, ETH_P_RARP, ETH_P_REALTEK, ETH_P_SCA, ETH_P_SLOW, ETH_P_SNAP,
  ETH_P_TDLS, ETH_P_TEB, ETH_P_TIPC, ETH_P_TRAILER, ETH_P_TR_802_2, ETH_P_TSN, ETH_P_WAN_PPP,
  ETH_P_WCCP, ETH_P_X25, ETH_P_XDSA, ETH_ZLEN, PACKET_FASTROUTE, PACKET_KERNEL, PACKET_LOOPBACK,
  PACKET_USER,
} = native;

const SOCKADDR_LL = native.structs.sockaddr_ll;
const { fields: LL } = SOCKADDR_LL;
// MAX_ADDR_LEN of the kernel. An InfiniBand address of 20 bytes is longer than the structure's field.
const MAX_HARDWARE_ADDRESS_BYTES = 32;

/** The contents of a `struct sockaddr_ll`. */
export interface SockaddrLl {
  /** ETH_P_…, in host byte order. */
  readonly protocol: number;
  /** The index of the interface; 0 is any. */
  readonly ifindex: number;
  /** ARPHRD_…, set in received packets. */
  readonly hatype: number;
  /** PACKET_…, set in received packets. */
  readonly pkttype: number;
  /** The hardware address. */
  readonly addr: Uint8Array;
}

/**
 * Encodes a `struct sockaddr_ll`. The result is longer than the structure if `addr` needs it.
 *
 * @param protocol - ETH_P_…, in host byte order; 0 is the socket's own
 * @param ifindex - index of the interface; 0 is any
 * @param addr - hardware address, up to 32 bytes
 * @throws RangeError, TypeError: a value that its field cannot hold
 * @see https://man7.org/linux/man-pages/man7/packet.7.html
 */
export function sockaddrLl(
  protocol: Constant<"ETH" | "ETHERTYPE">,
  ifindex: number,
  addr: Uint8Array = new Uint8Array(),
  hatype: Constant<"ARPHRD"> = 0,
  pkttype: Constant<"PACKET"> = 0,
): Uint8Array {
  checkBytes(addr, "addr");
  if (addr.length > MAX_HARDWARE_ADDRESS_BYTES) {
    throw outOfRange("addr", `at most ${MAX_HARDWARE_ADDRESS_BYTES} bytes long`, addr.length);
  }
  const size = Math.max(SOCKADDR_LL.sizeof, LL.addr.offset + addr.length);
  const bytes = newSockaddr(native.AF_PACKET, size);
  writeField(bytes, LL.protocol, protocol, "protocol");
  writeField(bytes, LL.ifindex, checkInteger(ifindex, "ifindex", 0, 2 ** 31 - 1), "ifindex");
  writeField(bytes, LL.hatype, hatype, "hatype");
  writeField(bytes, LL.pkttype, pkttype, "pkttype");
  writeField(bytes, LL.halen, addr.length, "addr");
  bytes.set(addr, LL.addr.offset);
  return bytes;
}

/** Reads a `struct sockaddr_ll`; `null` if `bytes` is not one. */
export function readSockaddrLl(bytes: Uint8Array): SockaddrLl | null {
  // The kernel writes only as many bytes as the hardware address needs.
  const start = LL.addr.offset;
  if (!isSockaddr(bytes, native.AF_PACKET, start)) return null;
  return {
    protocol: readNumber(bytes, LL.protocol),
    ifindex: readNumber(bytes, LL.ifindex),
    hatype: readNumber(bytes, LL.hatype),
    pkttype: readNumber(bytes, LL.pkttype),
    addr: bytes.subarray(start, start + readNumber(bytes, LL.halen)),
  };
}
