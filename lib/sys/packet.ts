import { checkBytes, checkInteger, outOfRange } from "../arguments.ts";
import { readNumber, writeField } from "../memory/fields.ts";
import { isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
import { native } from "../native/native.ts";

export const PACKET_HOST: number = native.PACKET_HOST;
export const PACKET_BROADCAST: number = native.PACKET_BROADCAST;
export const PACKET_MULTICAST: number = native.PACKET_MULTICAST;
export const PACKET_OTHERHOST: number = native.PACKET_OTHERHOST;
export const PACKET_OUTGOING: number = native.PACKET_OUTGOING;
export const ETH_P_LOOP: number = native.ETH_P_LOOP;
export const ETH_P_IP: number = native.ETH_P_IP;
export const ETH_P_ARP: number = native.ETH_P_ARP;
export const ETH_P_8021Q: number = native.ETH_P_8021Q;
export const ETH_P_IPV6: number = native.ETH_P_IPV6;
export const ETH_P_802_3: number = native.ETH_P_802_3;
export const ETH_P_ALL: number = native.ETH_P_ALL;
export const ETH_P_802_2: number = native.ETH_P_802_2;
export const ETH_P_CAN: number = native.ETH_P_CAN;

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
  protocol: number,
  ifindex: number,
  addr: Uint8Array = new Uint8Array(),
  hatype = 0,
  pkttype = 0,
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
