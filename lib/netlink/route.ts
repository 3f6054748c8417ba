import { readNumber } from "../memory/fields.ts";
import { forEachRecord } from "../memory/records.ts";
import { FAMILY_SIZE } from "../memory/sockaddr.ts";
import * as sys from "../sys/index.ts";
import { familyName, ipText } from "./address.ts";
import { attributesIn, uint32In } from "./message.ts";

/** One next hop of a route that has several. */
export interface NextHop {
  /** The router; undefined if the destination is reached directly. */
  readonly gateway: string | undefined;
  /** The index of the interface. */
  readonly interface: number;
  /** Its relative share of the traffic, 1 … 256. */
  readonly weight: number;
  /** RTNH_F_… bits. */
  readonly flags: number;
}

/** A route, as rtnetlink(7) reports it. */
export interface Route {
  readonly family: "IPv4" | "IPv6";
  /** The type of the route: RTN_UNICAST, RTN_LOCAL, … */
  readonly type: number;
  /** The routing table: RT_TABLE_MAIN, … */
  readonly table: number;
  /** Who added the route: RTPROT_KERNEL, RTPROT_STATIC, … */
  readonly protocol: number;
  /** The scope: RT_SCOPE_… */
  readonly scope: number;
  /** The destination network; `null` for the default route. */
  readonly destination: string | null;
  /** The number of leading bits of `destination` that identify the network. */
  readonly prefixLength: number;
  /** The router; undefined if the destination is reached directly. */
  readonly gateway: string | undefined;
  /** The index of the interface. */
  readonly interface: number | undefined;
  /** The source address of packets that this machine sends. */
  readonly preferredSource: string | undefined;
  /** The priority: the kernel uses the route with the lowest metric. */
  readonly metric: number | undefined;
  /** The type of service that the route is for; 0 is any. */
  readonly tos: number;
  /** RTNH_F_… and RTM_F_… bits. */
  readonly flags: number;
  /** Empty if the route has a single next hop. */
  readonly nextHops: readonly NextHop[];
}

/** Decodes the payload of RTM_NEWROUTE and RTM_DELROUTE; `null` for other families. */
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

/** The gateway. RTA_VIA holds a gateway of another family: its AF_…, then its address. */
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
