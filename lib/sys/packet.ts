import { checkInteger, invalidArgType, outOfRange } from "../arguments.ts";
import { isOfFamily, LITTLE_ENDIAN, ofFamily, viewOf } from "../memory/bytes.ts";
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

// MAX_ADDR_LEN of the kernel: InfiniBand's 20 bytes reach beyond the structure.
const LONGEST_HARDWARE_ADDRESS = 32;

/** What a `struct sockaddr_ll` says. */
export interface SockaddrLl {
  /** ETH_P_…, in the machine's byte order. */
  readonly protocol: number;
  /** The index of the interface; 0 is any. */
  readonly ifindex: number;
  /** ARPHRD_…, of a received packet. */
  readonly hatype: number;
  /** PACKET_…, of a received packet. */
  readonly pkttype: number;
  /** The hardware address. */
  readonly addr: Uint8Array;
}

/**
 * A `struct sockaddr_ll`, longer where the hardware address needs it.
 *
 * @param protocol - ETH_P_…, not in the network's byte order; 0 is the socket's own
 * @param ifindex - index of the interface; 0 is any
 * @param addr - hardware address, up to 32 bytes
 * @throws RangeError, TypeError: a field that does not fit
 * @see https://man7.org/linux/man-pages/man7/packet.7.html
 */
export function sockaddrLl(
  protocol: number,
  ifindex: number,
  addr: Uint8Array = new Uint8Array(),
  hatype = 0,
  pkttype = 0,
): Uint8Array {
  if (!(addr instanceof Uint8Array)) throw invalidArgType("addr", "a Uint8Array", addr);
  if (addr.length > LONGEST_HARDWARE_ADDRESS) {
    throw outOfRange("addr", `at most ${LONGEST_HARDWARE_ADDRESS} bytes long`, addr.length);
  }
  const end = native.offsetof_sockaddr_ll_addr + addr.length;
  const size = Math.max(native.sizeof_sockaddr_ll, end);
  const [bytes, view] = ofFamily(size, native.AF_PACKET);
  // The only field in the network's byte order.
  view.setUint16(
    native.offsetof_sockaddr_ll_protocol,
    checkInteger(protocol, "protocol", 0, 65535),
  );
  view.setInt32(
    native.offsetof_sockaddr_ll_ifindex,
    checkInteger(ifindex, "ifindex", 0, 2 ** 31 - 1),
    LITTLE_ENDIAN,
  );
  view.setUint16(
    native.offsetof_sockaddr_ll_hatype,
    checkInteger(hatype, "hatype", 0, 65535),
    LITTLE_ENDIAN,
  );
  bytes[native.offsetof_sockaddr_ll_pkttype] = checkInteger(pkttype, "pkttype", 0, 255);
  bytes[native.offsetof_sockaddr_ll_halen] = addr.length;
  bytes.set(addr, native.offsetof_sockaddr_ll_addr);
  return bytes;
}

/** Reads a `struct sockaddr_ll`; `null` where it is none. */
export function readSockaddrLl(bytes: Uint8Array): SockaddrLl | null {
  // The kernel reports as many bytes as the hardware address needs.
  if (!isOfFamily(bytes, native.AF_PACKET, native.offsetof_sockaddr_ll_addr)) return null;
  const view = viewOf(bytes);
  const start = native.offsetof_sockaddr_ll_addr;
  return {
    protocol: view.getUint16(native.offsetof_sockaddr_ll_protocol),
    ifindex: view.getInt32(native.offsetof_sockaddr_ll_ifindex, LITTLE_ENDIAN),
    hatype: view.getUint16(native.offsetof_sockaddr_ll_hatype, LITTLE_ENDIAN),
    pkttype: view.getUint8(native.offsetof_sockaddr_ll_pkttype),
    addr: bytes.subarray(start, start + view.getUint8(native.offsetof_sockaddr_ll_halen)),
  };
}
