import { readNumber } from "../memory/fields.ts";
import * as sys from "../sys/index.ts";
import { attributesIn, textIn, uint32In } from "./message.ts";

/** An address of a network interface, as rtnetlink(7) reports it. */
export interface LinkAddress {
  readonly family: "IPv4" | "IPv6";
  /** The index of the interface. */
  readonly interface: number;
  /** The numeric address. */
  readonly address: string;
  /** The number of leading bits that identify the network. */
  readonly prefixLength: number;
  /** The other end of a point-to-point link. */
  readonly peer: string | undefined;
  /** The broadcast address of the network; IPv4 only. */
  readonly broadcast: string | undefined;
  /** The label of the address, often the name of its interface; IPv4 only. */
  readonly label: string | undefined;
  /** The scope: RT_SCOPE_… */
  readonly scope: number;
  /** IFA_F_… bits. */
  readonly flags: number;
  /** The remaining lifetime, in seconds; Infinity if it never expires. */
  readonly validS: number;
  /** How long new connections may still use it, in seconds; Infinity if there is no limit. */
  readonly preferredS: number;
}

/** Decodes the payload of RTM_NEWADDR and RTM_DELADDR; `null` for other families. */
export function decodeLinkAddress(payload: Uint8Array): LinkAddress | null {
  const { fields, sizeof } = sys.structs.ifaddrmsg;
  const af = readNumber(payload, fields.family);
  const family = familyName(af);
  if (family === null) return null;
  const attributes = attributesIn(payload.subarray(sizeof));
  // If there is an IFA_LOCAL and it differs, IFA_ADDRESS is the other end.
  const address = ipText(af, attributes.get(sys.IFA_ADDRESS)) ?? "";
  const local = ipText(af, attributes.get(sys.IFA_LOCAL)) ?? address;
  const cache = sys.structs.ifa_cacheinfo.fields;
  const lifetimes = attributes.get(sys.IFA_CACHEINFO);
  return {
    family,
    interface: readNumber(payload, fields.index),
    address: local,
    prefixLength: readNumber(payload, fields.prefixlen),
    peer: address === local ? undefined : address,
    broadcast: ipText(af, attributes.get(sys.IFA_BROADCAST)),
    label: textIn(attributes.get(sys.IFA_LABEL)),
    scope: readNumber(payload, fields.scope),
    flags: uint32In(attributes.get(sys.IFA_FLAGS)) ?? readNumber(payload, fields.flags),
    validS: lifetimes ? seconds(readNumber(lifetimes, cache.ifa_valid)) : Infinity,
    preferredS: lifetimes ? seconds(readNumber(lifetimes, cache.ifa_prefered)) : Infinity,
  };
}

/** Converts a lifetime; 2^32 - 1 is the kernel's INFINITY_LIFE_TIME. */
function seconds(lifetime: number): number {
  return lifetime === 2 ** 32 - 1 ? Infinity : lifetime;
}

/** Node's name for an internet family; `null` for other families. */
export function familyName(af: number): "IPv4" | "IPv6" | null {
  if (af === sys.AF_INET) return "IPv4";
  return af === sys.AF_INET6 ? "IPv6" : null;
}

/** The text of an attribute that holds an internet address. */
export function ipText(af: number, attribute: Uint8Array | undefined): string | undefined {
  return attribute && sys.inetNtop(af, attribute);
}
