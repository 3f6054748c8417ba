import { readNumber } from "../memory/fields.ts";
import * as sys from "../sys/index.ts";
import { attributesIn, textIn, uint32In } from "./message.ts";

/** A network interface, as rtnetlink(7) tells it. */
export interface Link {
  /** The number that the kernel knows it by. */
  readonly index: number;
  /** Such as "lo" or "eth0". */
  readonly name: string;
  /** ARPHRD_… */
  readonly hardwareType: number;
  /** IFF_… */
  readonly flags: number;
  /** In bytes. */
  readonly mtu: number;
  /** In hexadecimal, `02:fc:00:00:00:01`; "" without one. */
  readonly hardwareAddress: string;
  /** The hardware address of all; written as `hardwareAddress`. */
  readonly hardwareBroadcast: string;
  /** As `ip link` writes it: "UP", "DOWN", "UNKNOWN", … */
  readonly operState: string;
  /** "veth", "bridge", "vlan", …; undefined for hardware. */
  readonly kind: string | undefined;
  /** The index of the interface below it, or of its peer. */
  readonly linkIndex: number | undefined;
  /** The index of the bridge or bond that it belongs to. */
  readonly masterIndex: number | undefined;
  /** In packets. */
  readonly txQueueLength: number;
  /** How packets are queued: "noqueue", "fq_codel", … */
  readonly queueDiscipline: string;
  /** What an administrator has called it. */
  readonly alias: string | undefined;
}

/** Reads what follows the header of RTM_NEWLINK and RTM_DELLINK. */
export function decodeLink(payload: Uint8Array): Link {
  const { fields, sizeof } = sys.structs.ifinfomsg;
  const attributes = attributesIn(payload.subarray(sizeof));
  const info = attributesIn(attributes.get(sys.IFLA_LINKINFO) ?? new Uint8Array());
  return {
    index: readNumber(payload, fields.index),
    name: textIn(attributes.get(sys.IFLA_IFNAME)) ?? "",
    hardwareType: readNumber(payload, fields.type),
    flags: readNumber(payload, fields.flags),
    mtu: uint32In(attributes.get(sys.IFLA_MTU)) ?? 0,
    hardwareAddress: hardwareText(attributes.get(sys.IFLA_ADDRESS)),
    hardwareBroadcast: hardwareText(attributes.get(sys.IFLA_BROADCAST)),
    operState: operState(attributes.get(sys.IFLA_OPERSTATE)?.[0] ?? 0),
    kind: textIn(info.get(sys.IFLA_INFO_KIND)),
    linkIndex: uint32In(attributes.get(sys.IFLA_LINK)),
    masterIndex: uint32In(attributes.get(sys.IFLA_MASTER)),
    txQueueLength: uint32In(attributes.get(sys.IFLA_TXQLEN)) ?? 0,
    queueDiscipline: textIn(attributes.get(sys.IFLA_QDISC)) ?? "",
    alias: textIn(attributes.get(sys.IFLA_IFALIAS)),
  };
}

/** A hardware address in hexadecimal. */
export function hardwareText(bytes: Uint8Array = new Uint8Array()): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

const OPER_STATES = new Map([
  [sys.IF_OPER_UNKNOWN, "UNKNOWN"],
  [sys.IF_OPER_NOTPRESENT, "NOTPRESENT"],
  [sys.IF_OPER_DOWN, "DOWN"],
  [sys.IF_OPER_LOWERLAYERDOWN, "LOWERLAYERDOWN"],
  [sys.IF_OPER_TESTING, "TESTING"],
  [sys.IF_OPER_DORMANT, "DORMANT"],
  [sys.IF_OPER_UP, "UP"],
]);

function operState(number: number): string {
  return OPER_STATES.get(number) ?? String(number);
}
