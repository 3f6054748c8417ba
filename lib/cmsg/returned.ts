import { INT32, readNumber, writeField } from "../memory/fields.ts";
import type { Field } from "../native/structs.ts";
import * as sys from "../sys/index.ts";

const HEADER_SIZE = sys.cmsgLen(0);
const { in_pktinfo, in6_pktinfo } = sys.structs;
const MULTICAST_IPV4 = 0xe0;
const MULTICAST_IPV6 = 0xff;

/** What a control message sets for an answer. Other control messages do not go back. */
type Part = "source" | "class" | "hops";

function partOf({ level, type, data }: sys.RawControlMessage): Part | null {
  const size = data.byteLength;
  if (level === sys.IPPROTO_IP) {
    if (type === sys.IP_PKTINFO) return size === in_pktinfo.sizeof ? "source" : null;
    if (type === sys.IP_TTL) return size === INT32.size ? "hops" : null;
    return type === sys.IP_TOS ? "class" : null;
  }
  if (level !== sys.IPPROTO_IPV6) return null;
  if (type === sys.IPV6_PKTINFO) return size === in6_pktinfo.sizeof ? "source" : null;
  if (type === sys.IPV6_HOPLIMIT) return size === INT32.size ? "hops" : null;
  return type === sys.IPV6_TCLASS ? "class" : null;
}

/** The result of {@link returnControl} for a datagram without a hop left. */
export const OUT_OF_HOPS = -1;

/**
 * Turns the control messages of a received datagram into those of its answer, in place. The answer is sent
 * from the address that the datagram was sent to (IP_PKTINFO, IPV6_PKTINFO), with the same traffic class
 * (IP_TOS, IPV6_TCLASS). If that was a multicast or broadcast address, the kernel chooses the source.
 *
 * @param length - how many bytes of `control` are used
 * @param lowerHops - whether the answer gets one hop less than IP_TTL or IPV6_HOPLIMIT says, so that answers
 * to answers come to an end; otherwise the kernel chooses the number of hops
 * @returns how many bytes go back; {@link OUT_OF_HOPS}: no hop is left
 */
export function returnControl(control: Uint8Array, length: number, lowerHops = false): number {
  let [next, used] = [0, 0];
  let toGroup = false;
  for (const message of sys.cmsgRead(control, length)) {
    const { data } = message;
    const part = partOf(message);
    if (part === null) continue;
    if (part === "source") toGroup = clearGroup(message) || toGroup;
    if (part === "hops") {
      // A datagram to a group often has only one hop, and is not an answer.
      if (!lowerHops || toGroup) continue;
      if (!lower(data)) return OUT_OF_HOPS;
    }
    const start = data.byteOffset - control.byteOffset - HEADER_SIZE;
    control.copyWithin(next, start, start + HEADER_SIZE + data.byteLength);
    used = next + HEADER_SIZE + data.byteLength;
    next += sys.cmsgSpace(data.byteLength);
  }
  return used;
}

function lower(data: Uint8Array): boolean {
  // Both are ints, and at most 255.
  const hops = readNumber(data, INT32);
  if (hops <= 1) return false;
  writeField(data, INT32, hops - 1, "hops");
  return true;
}

/** The bytes of the source address in a PKTINFO. */
function sourceOf({ level, data }: sys.RawControlMessage): Uint8Array {
  const { offset, size }: Field =
    level === sys.IPPROTO_IP ? in_pktinfo.fields.spec_dst : in6_pktinfo.fields.addr;
  return data.subarray(offset, offset + size);
}

/** @returns whether the datagram was sent to a group: multicast, or broadcast of IPv4 */
function clearGroup(message: sys.RawControlMessage): boolean {
  const source = sourceOf(message);
  if (message.level === sys.IPPROTO_IP) {
    // The kernel reports the destination, and a local address to answer from.
    const { offset, size } = in_pktinfo.fields.addr;
    const asked = message.data.subarray(offset, offset + size);
    return isGroup(asked) || Buffer.compare(asked, source) !== 0;
  }
  const ipv4 = isMapped(source) ? source.subarray(12) : null;
  if (!(ipv4 ? isGroup(ipv4) : source[0] === MULTICAST_IPV6)) return false;
  (ipv4 ?? source).fill(0);
  return true;
}

function isGroup(ipv4: Uint8Array): boolean {
  return ((ipv4[0] ?? 0) & 0xf0) === MULTICAST_IPV4 || ipv4.every((byte) => byte === 255);
}

/** ::ffff:0:0/96: the form of IPv4 addresses on IPv6 sockets. */
function isMapped(ipv6: Uint8Array): boolean {
  return ipv6[10] === 255 && ipv6[11] === 255 && ipv6.subarray(0, 10).every((byte) => byte === 0);
}

/**
 * Lets the kernel choose the source address of an answer, if the address that the datagram was sent to
 * cannot be a source, such as the broadcast address of a network.
 *
 * @returns whether a source address was set
 */
export function clearSource(control: Uint8Array, length: number): boolean {
  let cleared = false;
  for (const message of sys.cmsgRead(control, length)) {
    if (partOf(message) !== "source") continue;
    const source = sourceOf(message);
    const address =
      message.level === sys.IPPROTO_IPV6 && isMapped(source) ? source.subarray(12) : source;
    cleared ||= address.some((byte) => byte !== 0);
    address.fill(0);
  }
  return cleared;
}
