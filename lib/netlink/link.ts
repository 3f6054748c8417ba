import { readNumber } from "../memory/fields.ts";
import * as sys from "../sys/index.ts";
import { attributesIn, textIn, uint32In } from "./message.ts";

/** A network interface, as rtnetlink(7) reports it. */
export interface Link {
  /** The index by which the kernel identifies it. */
  readonly index: number;
  /** The name, such as "lo" or "eth0". */
  readonly name: string;
  /** The type of hardware: ARPHRD_… */
  readonly hardwareType: number;
  /** IFF_… bits. */
  readonly flags: number;
  /** The largest packet, in bytes. */
  readonly mtu: number;
  /** The hardware address in hexadecimal, `02:fc:00:00:00:01`; "" if there is none. */
  readonly hardwareAddress: string;
  /** The broadcast hardware address, written as `hardwareAddress` is. */
  readonly hardwareBroadcast: string;
  /** The operational state, as `ip link` prints it: "UP", "DOWN", "UNKNOWN", … */
  readonly operState: string;
  /** The kind of a virtual interface: "veth", "bridge", "vlan", …; undefined for hardware. */
  readonly kind: string | undefined;
  /** The index of the underlying interface, or of the peer of a veth. */
  readonly linkIndex: number | undefined;
  /** The index of the bridge or bond that it belongs to. */
  readonly masterIndex: number | undefined;
  /** The length of the transmit queue, in packets. */
  readonly txQueueLength: number;
  /** The queueing discipline: "noqueue", "fq_codel", … */
  readonly queueDiscipline: string;
  /** An alias that an administrator has set. */
  readonly alias: string | undefined;
}

/** Decodes the payload of RTM_NEWLINK and RTM_DELLINK. */
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
