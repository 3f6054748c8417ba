import {
  anArray,
  anInteger,
  contradiction,
  invalidArgValue,
  type OptionTable,
} from "../arguments.ts";
import type { Descriptor } from "../descriptors/descriptor.ts";
import * as sys from "../sys/index.ts";
import type { ReceivedControl } from "./messages.ts";

/** The name of a control message that can be received. */
export type ControlName = Extract<ReceivedControl["type"], string>;

/** Which control messages to receive: by name, or as room in bytes. */
export interface ControlRoom {
  /**
   * The control messages to receive, one of each: `["IP_PKTINFO", "IP_TTL"]`. For SCM_RIGHTS there is room
   * for all descriptors that a message can have. Descriptors that were not requested are closed.
   */
  readonly control?: readonly ControlName[];
  /**
   * Room for control messages in bytes instead, `sys.cmsgSpace` for each: what fits is received. Default:
   * 0, which drops them.
   */
  readonly controlSize?: number;
}

const MAX_BYTES = 2 ** 31 - 1;

/** The table of these options, for functions that have more. */
export const ROOM_OPTIONS: OptionTable<ControlRoom> = {
  control: anArray,
  controlSize: anInteger(0, MAX_BYTES),
};

const INT_SIZE = Int32Array.BYTES_PER_ELEMENT;
// SCM_MAX_FD of the kernel: the most descriptors in a message.
const MAX_DESCRIPTORS = 253;
// Of struct scm_timestamping.
const TIMES = 3;
// The kernel limits no security context; those of SELinux, AppArmor and Smack are shorter.
const MAX_CONTEXT_SIZE = 4096;
const { structs } = sys;

/** The most bytes of data in each. */
const SIZES: Readonly<Record<ControlName, number>> = {
  SCM_RIGHTS: MAX_DESCRIPTORS * INT_SIZE,
  SCM_CREDENTIALS: structs.ucred.sizeof,
  SCM_PIDFD: INT_SIZE,
  SCM_TIMESTAMP: structs.timeval.sizeof,
  SCM_TIMESTAMPNS: structs.timespec.sizeof,
  SCM_TIMESTAMPING: TIMES * structs.timespec.sizeof,
  SCM_SECURITY: MAX_CONTEXT_SIZE,
  // These two come in IP_RECVERR, IPV6_RECVERR or, without an address, PACKET_TX_TIMESTAMP.
  SO_EE_ORIGIN_TIMESTAMPING: structs.sock_extended_err.sizeof + structs.sockaddr_in6.sizeof,
  MSG_ZEROCOPY: structs.sock_extended_err.sizeof + structs.sockaddr_in6.sizeof,
  IP_ORIGDSTADDR: structs.sockaddr_in.sizeof,
  IPV6_ORIGDSTADDR: structs.sockaddr_in6.sizeof,
  TLS_GET_RECORD_TYPE: 1,
  TLS_SET_RECORD_TYPE: 1,
  SO_RXQ_OVFL: INT_SIZE,
  IP_PKTINFO: structs.in_pktinfo.sizeof,
  IPV6_PKTINFO: structs.in6_pktinfo.sizeof,
  IP_TTL: INT_SIZE,
  IPV6_HOPLIMIT: INT_SIZE,
  IP_TOS: INT_SIZE,
  IPV6_TCLASS: INT_SIZE,
  // Followed by the address of the sender of the ICMP message.
  IP_RECVERR: structs.sock_extended_err.sizeof + structs.sockaddr_in.sizeof,
  IPV6_RECVERR: structs.sock_extended_err.sizeof + structs.sockaddr_in6.sizeof,
  UDP_SEGMENT: INT_SIZE,
  UDP_GRO: INT_SIZE,
  SCTP_RCVINFO: structs.sctp_rcvinfo.sizeof,
};

/**
 * The bytes of room for the requested control messages. {@link ROOM_OPTIONS} has checked the options.
 *
 * @throws TypeError ERR_INVALID_ARG_VALUE: a name that does not exist (the error lists all that do), or
 * both options at once
 */
export function roomFor({ control, controlSize }: ControlRoom): number {
  if (control === undefined) return controlSize ?? 0;
  if (controlSize !== undefined) throw contradiction("control", "controlSize", "give one of them");
  return control.reduce((sum, name) => sum + sys.cmsgSpace(sizeOf(name)), 0);
}

function sizeOf(name: ControlName): number {
  if (typeof name === "string" && Object.hasOwn(SIZES, name)) return SIZES[name];
  throw invalidArgValue("control", `made of ${Object.keys(SIZES).join(", ")}`, name);
}

/** The descriptors in control messages. */
export function descriptorsIn(messages: readonly ReceivedControl[]): Descriptor[] {
  return messages.flatMap((message) => {
    if (message.type === "SCM_RIGHTS") return message.descriptors;
    return message.type === "SCM_PIDFD" && message.descriptor ? [message.descriptor] : [];
  });
}

/**
 * Closes descriptors that were not requested by name, and returns the other control messages. Otherwise a
 * stranger could use up this process's descriptors.
 */
export function withoutUnasked(
  messages: readonly ReceivedControl[],
  { control }: ControlRoom,
): readonly ReceivedControl[] {
  if (control === undefined) return messages;
  const isUnasked = ({ type }: ReceivedControl): boolean =>
    (type === "SCM_RIGHTS" || type === "SCM_PIDFD") && !control.includes(type);
  if (!messages.some(isUnasked)) return messages;
  for (const descriptor of descriptorsIn(messages.filter(isUnasked))) descriptor.close();
  return messages.filter((message) => !isUnasked(message));
}
