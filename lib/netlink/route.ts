import { readNumber } from "../memory/fields.ts";
import { forEachRecord } from "../memory/records.ts";
import { FAMILY_SIZE } from "../memory/sockaddr.ts";
import * as sys from "../sys/index.ts";
import { familyName, ipText } from "./address.ts";
import { attributesIn, uint32In } from "./message.ts";

/** One of several next hops of a route. */
export interface NextHop {
  /** The router; undefined where the network is reached directly. */
  readonly gateway: string | undefined;
  /** The index of the interface. */
  readonly interface: number;
  /** Its share of the traffic: 1 … 256. */
  readonly weight: number;
  /** RTNH_F_… */
  readonly flags: number;
}

/** A route, as rtnetlink(7) tells it. */
export interface Route {
  readonly family: "IPv4" | "IPv6";
  /** RTN_UNICAST, RTN_LOCAL, … */
  readonly type: number;
  /** RT_TABLE_MAIN, … */
  readonly table: number;
  /** Who made it: RTPROT_KERNEL, RTPROT_STATIC, … */
  readonly protocol: number;
  /** RT_SCOPE_… */
  readonly scope: number;
  /** `null` for the default route. */
  readonly destination: string | null;
  /** How many bits of `destination` count. */
  readonly prefixLength: number;
  /** The router; undefined where the network is reached directly. */
  readonly gateway: string | undefined;
  /** The index of the interface. */
  readonly interface: number | undefined;
  /** The source address of packets that this machine sends. */
  readonly preferredSource: string | undefined;
  /** The route with the lowest is taken. */
  readonly metric: number | undefined;
  /** The type of service that it is for; 0: all. */
  readonly tos: number;
  /** RTNH_F_…, RTM_F_… */
  readonly flags: number;
  /** Empty when the route has a single next hop. */
  readonly nextHops: readonly NextHop[];
}

/** Reads what follows the header of RTM_NEWROUTE and RTM_DELROUTE; `null` for other families. */
export function decodeRoute(payload: Uint8Array): Route | null {
  const { fields, sizeof } = sys.structs.rtmsg;
  const af = readNumber(payload, fields.family);
  const family = familyName(af);
  if (family === null) return null;
  const attributes = attributesIn(payload.subarray(sizeof));
  const prefixLength = readNumber(payload, fields.dst_len);
  const zeros = new Uint8Array(16);
  const destination = ipText(af, attributes.get(sys.RTA_DST) ?? zeros) ?? "";
  return {
    family,
    type: readNumber(payload, fields.type),
    table: uint32In(attributes.get(sys.RTA_TABLE)) ?? readNumber(payload, fields.table),
    protocol: readNumber(payload, fields.protocol),
    scope: readNumber(payload, fields.scope),
    destination: prefixLength === 0 ? null : destination,
    prefixLength,
    gateway: gatewayIn(af, attributes),
    interface: uint32In(attributes.get(sys.RTA_OIF)),
    preferredSource: ipText(af, attributes.get(sys.RTA_PREFSRC)),
    metric: uint32In(attributes.get(sys.RTA_PRIORITY)),
    tos: readNumber(payload, fields.tos),
    flags: readNumber(payload, fields.flags),
    nextHops: nextHopsIn(af, attributes.get(sys.RTA_MULTIPATH) ?? new Uint8Array()),
  };
}

/** RTA_VIA is one of another family: its AF_…, and its address. */
function gatewayIn(af: number, attributes: Map<number, Uint8Array>): string | undefined {
  const via = attributes.get(sys.RTA_VIA);
  if (via === undefined) return ipText(af, attributes.get(sys.RTA_GATEWAY));
  return ipText(sys.sockaddrFamily(via), via.subarray(FAMILY_SIZE));
}

function nextHopsIn(af: number, bytes: Uint8Array): NextHop[] {
  const { fields, sizeof } = sys.structs.rtnexthop;
  const hops: NextHop[] = [];
  forEachRecord(
    bytes.length,
    sizeof,
    sys.NLA_ALIGNTO,
    (start) => readNumber(bytes, fields.len, start),
    (start, end) => {
      hops.push({
        gateway: gatewayIn(af, attributesIn(bytes.subarray(start + sizeof, end))),
        interface: readNumber(bytes, fields.ifindex, start),
        weight: readNumber(bytes, fields.hops, start) + 1,
        flags: readNumber(bytes, fields.flags, start),
      });
    },
  );
  return hops;
}
