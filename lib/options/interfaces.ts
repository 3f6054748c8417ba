import { invalidArgType, invalidArgValue } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { type Interface, interfaceIndex } from "./addresses.ts";
import { checkObject, type Kind, kind } from "./kind.ts";
import { LITTLE_ENDIAN } from "./scalars.ts";
import { readField, writeField } from "./struct.ts";

const { structs } = sys;

/** An interface: read as its index, set by index or name. */
export const ifindex: Kind<number, Interface> = kind({
  type: "number; set with number | string",
  size: 4,
  decode: (bytes) => new DataView(bytes.buffer).getInt32(0, LITTLE_ENDIAN),
  encode: (value: Interface, option) => Int32Array.of(interfaceIndex(value, option)),
});

/** As {@link ifindex}; the kernel has this one in the byte order of the network. */
export const ifindexOfNetwork: Kind<number, Interface> = kind({
  type: "number; set with number | string",
  size: 4,
  decode: (bytes) => new DataView(bytes.buffer).getInt32(0),
  encode(value: Interface, option) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, interfaceIndex(value, option));
    return bytes;
  },
});

/** IPV6_PKTINFO: where all that is sent comes from. */
export interface Inet6PacketInfo {
  readonly address: string;
  readonly interface?: Interface;
}

const PKTINFO_TYPE = "{ address: string; interface?: number | string }";

export const inet6PacketInfo: Kind<never, Inet6PacketInfo> = kind({
  type: PKTINFO_TYPE,
  size: 0,
  encode(value: Inet6PacketInfo, option) {
    checkObject(value, option, PKTINFO_TYPE);
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

/** IPV6_PATHMTU: in bytes. */
export const pathMtu: Kind<number, never> = kind({
  type: "number",
  size: structs.ip6_mtuinfo.sizeof,
  decode: (bytes) => Number(readField(bytes, structs.ip6_mtuinfo.fields.mtu)),
});

/** PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP. */
export interface PacketMembership {
  readonly interface: Interface;
  /** PACKET_MR_… */
  readonly type: number;
  /** A hardware address, for PACKET_MR_MULTICAST and PACKET_MR_UNICAST. */
  readonly address?: Uint8Array;
}

const PACKET_MREQ_TYPE = "{ interface: number | string; type: number; address?: Uint8Array }";

export const packetMembership: Kind<never, PacketMembership> = kind({
  type: PACKET_MREQ_TYPE,
  size: 0,
  encode(value: PacketMembership, option) {
    checkObject(value, option, PACKET_MREQ_TYPE);
    const { sizeof, fields } = structs.packet_mreq;
    const address = value.address ?? new Uint8Array();
    if (!(address instanceof Uint8Array) || address.length > fields.address.size) {
      throw invalidArgType(`${option}.address`, "a Uint8Array of at most 8 bytes", address);
    }
    const bytes = new Uint8Array(sizeof);
    bytes.set(address, fields.address.offset);
    writeField(bytes, fields.alen, address.length, option);
    writeField(bytes, fields.type, value.type, `${option}.type`);
    const index = interfaceIndex(value.interface, `${option}.interface`);
    writeField(bytes, fields.ifindex, index, option);
    return bytes;
  },
});
