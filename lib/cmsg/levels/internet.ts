import { Address } from "../../address/address.ts";
import { checkInteger, invalidArgType, invalidArgValue } from "../../arguments.ts";
import { bytesOf, INT32, UINT16 } from "../../memory/fields.ts";
import { memoryOf, readerOf, writeNumbers } from "../../memory/structs.ts";
import { readText } from "../../memory/text.ts";
import type { Field } from "../../native/structs.ts";
import * as sys from "../../sys/index.ts";
import { readInt } from "../int.ts";
import { decodeError } from "./error_queue.ts";
import type {
  HeaderField,
  Ipv4PacketInfo,
  Ipv6PacketInfo,
  OriginalDestination,
  RawControlMessage,
  ReceivedControl,
  SegmentSize,
} from "../messages.ts";

/** Encodes the control messages of IP, IPv6 and UDP. */
export function encodeInternet(
  message: Ipv4PacketInfo | Ipv6PacketInfo | HeaderField | SegmentSize,
): RawControlMessage {
  switch (message.type) {
    case "IP_PKTINFO":
      return { level: sys.IPPROTO_IP, type: sys.IP_PKTINFO, data: encodeIpv4(message) };
    case "IPV6_PKTINFO":
      return { level: sys.IPPROTO_IPV6, type: sys.IPV6_PKTINFO, data: encodeIpv6(message) };
    case "UDP_SEGMENT":
    case "UDP_GRO":
      return encodeSegment(message);
    default:
      return encodeField(message);
  }
}

function encodeIpv4({ ifindex, spec_dst }: Ipv4PacketInfo): Uint8Array {
  const { in_pktinfo } = sys.structs;
  const bytes = writeNumbers(in_pktinfo, { ifindex });
  putAddress(bytes, in_pktinfo.fields.spec_dst, sys.AF_INET, spec_dst, "spec_dst");
  return bytes;
}

function encodeIpv6({ ifindex, addr }: Ipv6PacketInfo): Uint8Array {
  const { in6_pktinfo } = sys.structs;
  const bytes = writeNumbers(in6_pktinfo, { ifindex });
  putAddress(bytes, in6_pktinfo.fields.addr, sys.AF_INET6, addr, "addr");
  return bytes;
}

function putAddress(
  bytes: Uint8Array,
  field: Field,
  family: number,
  text: string,
  name: string,
): void {
  if (typeof text !== "string") throw invalidArgType(name, "a string", text);
  const address = sys.inetPton(family, text);
  if (!address) throw invalidArgValue(name, "an address of this family", text);
  bytes.set(address, field.offset);
}

function encodeSegment({ type, segmentSize }: SegmentSize): RawControlMessage {
  if (type === "UDP_GRO") throw invalidArgValue("type", "one that can be sent", type);
  const data = bytesOf(UINT16, segmentSize, "segmentSize");
  return { level: sys.SOL_UDP, type: sys.UDP_SEGMENT, data };
}

function encodeField({ type, value }: HeaderField): RawControlMessage {
  const min = type.startsWith("IPV6") ? -1 : 0;
  const data = bytesOf(INT32, checkInteger(value, "value", min, 255), "value");
  switch (type) {
    case "IP_TTL":
      return { level: sys.IPPROTO_IP, type: sys.IP_TTL, data };
    case "IP_TOS":
      return { level: sys.IPPROTO_IP, type: sys.IP_TOS, data };
    case "IPV6_HOPLIMIT":
      return { level: sys.IPPROTO_IPV6, type: sys.IPV6_HOPLIMIT, data };
    case "IPV6_TCLASS":
      return { level: sys.IPPROTO_IPV6, type: sys.IPV6_TCLASS, data };
  }
}

/** `null`: the type is not known, and stays bytes. */
export function decodeIpv4(type: number, data: Uint8Array): ReceivedControl | null {
  switch (type) {
    case sys.IP_PKTINFO: {
      const { in_pktinfo } = sys.structs;
      const read = readerOf(in_pktinfo, data);
      if (!read) return null;
      const text = (field: Field): string => sys.inetNtop(sys.AF_INET, memoryOf(data, field));
      const { spec_dst, addr } = in_pktinfo.fields;
      const ifindex = read("ifindex");
      return { type: "IP_PKTINFO", ifindex, spec_dst: text(spec_dst), addr: text(addr) };
    }
    case sys.IP_TTL:
      return field("IP_TTL", data);
    case sys.IP_TOS:
      return field("IP_TOS", data);
    case sys.IP_RECVERR:
      return decodeError("IP_RECVERR", data);
    case sys.IP_ORIGDSTADDR:
      return decodeDestination("IP_ORIGDSTADDR", data);
    // Under the number that it has in SOL_SOCKET.
    case sys.SCM_SECURITY:
      return { type: "SCM_SECURITY", context: readText(data) };
    default:
      return null;
  }
}

/** `null`: the type is not known, and stays bytes. */
export function decodeIpv6(type: number, data: Uint8Array): ReceivedControl | null {
  switch (type) {
    case sys.IPV6_PKTINFO: {
      const { in6_pktinfo } = sys.structs;
      const read = readerOf(in6_pktinfo, data);
      if (!read) return null;
      const addr = sys.inetNtop(sys.AF_INET6, memoryOf(data, in6_pktinfo.fields.addr));
      return { type: "IPV6_PKTINFO", ifindex: read("ifindex"), addr };
    }
    case sys.IPV6_HOPLIMIT:
      return field("IPV6_HOPLIMIT", data);
    case sys.IPV6_TCLASS:
      return field("IPV6_TCLASS", data);
    case sys.IPV6_RECVERR:
      return decodeError("IPV6_RECVERR", data);
    case sys.IPV6_ORIGDSTADDR:
      return decodeDestination("IPV6_ORIGDSTADDR", data);
    default:
      return null;
  }
}

/** `null`: the type is not known, and stays bytes. */
export function decodeUdp(type: number, data: Uint8Array): ReceivedControl | null {
  const segmentSize = type === sys.UDP_GRO ? readInt(data) : null;
  return segmentSize === null ? null : { type: "UDP_GRO", segmentSize };
}

function field(type: HeaderField["type"], data: Uint8Array): HeaderField | null {
  const value = readInt(data);
  return value === null ? null : { type, value };
}

function decodeDestination(
  type: OriginalDestination["type"],
  data: Uint8Array,
): OriginalDestination | null {
  return sys.sockaddrInternet(data) && { type, address: new Address(data) };
}
