import { checkInteger, invalidArgType, invalidArgValue } from "../../arguments.ts";
import { bytesOfAll, readNumber, readNumbers, UINT32, writeField } from "../../memory/fields.ts";
import * as sys from "../../sys/index.ts";
import { type Interface, interfaceIndex } from "./interfaces.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";

const { structs } = sys;

/** IPV6_PKTINFO: the source address and interface of everything that the socket sends. */
export interface Inet6PacketInfo {
  readonly address: string;
  readonly interface?: Interface;
}

const PKTINFO_TYPE = "{ address: string; interface?: number | string }";

export const inet6PacketInfo: Kind<never, Inet6PacketInfo> = kind({
  type: PKTINFO_TYPE,
  size: 0,
  encode(value: Inet6PacketInfo, option) {
    checkStructure(value, option, PKTINFO_TYPE);
    const { sizeof, fields } = structs.in6_pktinfo;
    const { address } = value;
    if (typeof address !== "string") throw invalidArgType(`${option}.address`, "a string", address);
    const addr = sys.inetPton(sys.AF_INET6, address);
    if (!addr) throw invalidArgValue(`${option}.address`, "an IPv6 address", address);
    const bytes = new Uint8Array(sizeof);
    bytes.set(addr, fields.addr.offset);
    const index = interfaceIndex(value.interface ?? 0, `${option}.interface`);
    writeField(bytes, fields.ifindex, index, option);
    return bytes;
  },
});

/** IPV6_PATHMTU: the path MTU, in bytes. */
export const pathMtu: Kind<number, never> = kind({
  type: "number",
  size: structs.ip6_mtuinfo.sizeof,
  decode: (bytes) => readNumber(bytes, structs.ip6_mtuinfo.fields.mtu),
});

/** ICMP6_FILTER: the ICMPv6 types, 0 … 255, that the socket receives. */
export const icmp6Filter: Kind<readonly number[]> = kind({
  type: "number[]",
  size: 32,
  decode(bytes) {
    const blocked = readNumbers(bytes, UINT32);
    return Array.from({ length: 256 }, (_, type) => type).filter(
      (type) => (((blocked[type >> 5] ?? 0) >>> (type & 31)) & 1) === 0,
    );
  },
  encode(value: readonly number[], option) {
    if (!Array.isArray(value)) throw invalidArgType(option, "an array of numbers", value);
    const blocked = Array.from({ length: 8 }, () => 0xffff_ffff);
    value.forEach((type: unknown, index) => {
      const number = checkInteger(type, `${option}[${String(index)}]`, 0, 255);
      blocked[number >> 5] = ((blocked[number >> 5] ?? 0) & ~(1 << (number & 31))) >>> 0;
    });
    return bytesOfAll(UINT32, blocked, option);
  },
});
