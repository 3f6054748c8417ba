import { Address } from "../../address/address.ts";
import { invalidArgType, invalidArgValue } from "../../arguments.ts";
import { writeField } from "../../memory/fields.ts";
import type { Field } from "../../native/structs.ts";
import * as sys from "../../sys/index.ts";
import { type Interface, interfaceIndex } from "./interfaces.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";

const { structs } = sys;
const ANY = "0.0.0.0";

/** The bytes of an address: 4 for IPv4, 16 for IPv6. */
function addressBytes(family: number, value: unknown, option: string): Uint8Array {
  if (typeof value !== "string") throw invalidArgType(option, "an address as a string", value);
  const bytes = sys.inetPton(family, value);
  if (bytes) return bytes;
  const which = family === sys.AF_INET ? "IPv4" : "IPv6";
  throw invalidArgValue(option, `an ${which} address`, value);
}

/** A multicast group, and the interface on which it is joined. */
export interface Membership {
  /** The multicast address. */
  readonly group: string;
  /** The interface. Default: the kernel chooses by its routing table. */
  readonly interface?: Interface;
}

/** As {@link Membership}; for IPv4 the interface can also be given by its address. */
export interface InetMembership extends Membership {
  /** The address of the interface. */
  readonly address?: string;
}

const MREQN_TYPE = "{ group: string; interface?: number | string; address?: string }";

function mreqn(value: Partial<InetMembership>, option: string): Uint8Array {
  const { sizeof, fields } = structs.ip_mreqn;
  const bytes = new Uint8Array(sizeof);
  const put = (field: Field, address: string | undefined, name: string): void => {
    bytes.set(addressBytes(sys.AF_INET, address, `${option}.${name}`), field.offset);
  };
  if ("group" in value) put(fields.multiaddr, value.group, "group");
  put(fields.address, value.address ?? ANY, "address");
  const index = interfaceIndex(value.interface ?? 0, `${option}.interface`);
  writeField(bytes, fields.ifindex, index, option);
  return bytes;
}

/** IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP. */
export const inetMembership: Kind<never, InetMembership> = kind({
  type: MREQN_TYPE,
  size: 0,
  encode(value: InetMembership, option) {
    checkStructure(value, option, MREQN_TYPE);
    return mreqn({ ...value, group: value.group }, option);
  },
});

/** IP_MULTICAST_IF: set to an interface or its address; read as an address. */
export const inetInterface: Kind<string, { interface?: Interface; address?: string }> = kind({
  type: "string; set with { interface?: number | string; address?: string }",
  size: 4,
  decode: (bytes) => sys.inetNtop(sys.AF_INET, bytes),
  encode(value: { interface?: Interface; address?: string }, option) {
    checkStructure(value, option, "{ interface?: number | string; address?: string }");
    const { interface: of = 0, address = ANY } = value;
    return mreqn({ interface: of, address }, option);
  },
});

/** A multicast group from one source only. */
export interface InetSourceMembership {
  readonly group: string;
  readonly source: string;
  /** The address of the interface. */
  readonly address?: string;
}

const MREQ_SOURCE_TYPE = "{ group: string; source: string; address?: string }";

/** IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE and their opposites. */
export const inetSourceMembership: Kind<never, InetSourceMembership> = kind({
  type: MREQ_SOURCE_TYPE,
  size: 0,
  encode(value: InetSourceMembership, option) {
    checkStructure(value, option, MREQ_SOURCE_TYPE);
    const { sizeof, fields } = structs.ip_mreq_source;
    const bytes = new Uint8Array(sizeof);
    for (const [field, address, name] of [
      [fields.multiaddr, value.group, "group"],
      [fields.interface, value.address ?? ANY, "address"],
      [fields.sourceaddr, value.source, "source"],
    ] as const) {
      bytes.set(addressBytes(sys.AF_INET, address, `${option}.${name}`), field.offset);
    }
    return bytes;
  },
});

const MEMBERSHIP_TYPE = "{ group: string; interface?: number | string }";

/** IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, IPV6_JOIN_ANYCAST, IPV6_LEAVE_ANYCAST. */
export const inet6Membership: Kind<never, Membership> = kind({
  type: MEMBERSHIP_TYPE,
  size: 0,
  encode(value: Membership, option) {
    checkStructure(value, option, MEMBERSHIP_TYPE);
    const { sizeof, fields } = structs.ipv6_mreq;
    const bytes = new Uint8Array(sizeof);
    const group = addressBytes(sys.AF_INET6, value.group, `${option}.group`);
    bytes.set(group, fields.multiaddr.offset);
    const index = interfaceIndex(value.interface ?? 0, `${option}.interface`);
    writeField(bytes, fields.interface, index, option);
    return bytes;
  },
});

function groupAddress(address: unknown, option: string): Uint8Array {
  if (typeof address !== "string") throw invalidArgType(option, "an address as a string", address);
  try {
    return Address.from({ address, port: 0 }).bytes;
  } catch {
    throw invalidArgValue(option, "an IPv4 or IPv6 address", address);
  }
}

/** An option with the same number at SOL_IP and SOL_IPV6: the group's family selects the level. */
function ofEitherFamily<Value extends Membership>(of: Kind<never, Value>): Kind<never, Value> {
  return {
    ...of,
    set(fd, level, optname, value, option) {
      const group: unknown = value?.group;
      const isInet6 = typeof group === "string" && group.includes(":");
      of.set(fd, isInet6 ? sys.SOL_IPV6 : level, optname, value, option);
    },
  };
}

/** MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP: IPv4 or IPv6. */
export const groupMembership = ofEitherFamily<Membership>(
  kind({
    type: MEMBERSHIP_TYPE,
    size: 0,
    encode(value: Membership, option) {
      checkStructure(value, option, MEMBERSHIP_TYPE);
      const { sizeof, fields } = structs.group_req;
      const bytes = new Uint8Array(sizeof);
      bytes.set(groupAddress(value.group, `${option}.group`), fields.group.offset);
      const index = interfaceIndex(value.interface ?? 0, `${option}.interface`);
      writeField(bytes, fields.interface, index, option);
      return bytes;
    },
  }),
);

/** A multicast group from one source only, IPv4 or IPv6. */
export interface SourceMembership extends Membership {
  /** The sender's address. */
  readonly source: string;
}

const SOURCE_MEMBERSHIP_TYPE = "{ group: string; source: string; interface?: number | string }";

/** MCAST_JOIN_SOURCE_GROUP, MCAST_BLOCK_SOURCE and their opposites. */
export const groupSourceMembership = ofEitherFamily<SourceMembership>(
  kind({
    type: SOURCE_MEMBERSHIP_TYPE,
    size: 0,
    encode(value: SourceMembership, option) {
      checkStructure(value, option, SOURCE_MEMBERSHIP_TYPE);
      const { sizeof, fields } = structs.group_source_req;
      const bytes = new Uint8Array(sizeof);
      bytes.set(groupAddress(value.group, `${option}.group`), fields.group.offset);
      bytes.set(groupAddress(value.source, `${option}.source`), fields.source.offset);
      const index = interfaceIndex(value.interface ?? 0, `${option}.interface`);
      writeField(bytes, fields.interface, index, option);
      return bytes;
    },
  }),
);
