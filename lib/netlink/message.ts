import type { Field } from "../native/structs.ts";
import { readField, writeFields } from "../options/struct.ts";
import * as sys from "../sys/index.ts";

/** One message of netlink(7): what its header says, and what stands behind it. */
export interface NetlinkMessage {
  /** NLMSG_…, or the protocol's own: RTM_… */
  readonly type: number;
  /** NLM_F_… */
  readonly flags: number;
  /** The number of the request that it answers; 0 for a notification. */
  readonly seq: number;
  /** The port of the sender; 0: the kernel. */
  readonly pid: number;
  /** What follows the header. */
  readonly payload: Uint8Array;
}

/** One number of one of the kernel's structures. */
export function numberIn(bytes: Uint8Array, field: Field): number {
  return Number(readField(bytes, field));
}

/** The messages in what one recv(2) brought; a last one that is cut short is left out. */
export function* messagesIn(bytes: Uint8Array): Generator<NetlinkMessage> {
  const { sizeof, fields } = sys.structs.nlmsghdr;
  for (let rest = bytes; rest.length >= sizeof;) {
    const length = numberIn(rest, fields.len);
    if (length < sizeof || length > rest.length) return;
    yield {
      type: numberIn(rest, fields.type),
      flags: numberIn(rest, fields.flags),
      seq: numberIn(rest, fields.seq),
      pid: numberIn(rest, fields.pid),
      payload: rest.subarray(sizeof, length),
    };
    rest = rest.subarray(aligned(length, sys.NLMSG_ALIGNTO));
  }
}

/** The bytes of a message. */
export function encodeMessage(
  type: number,
  flags: number,
  seq: number,
  payload: Uint8Array,
): Uint8Array {
  const len = sys.structs.nlmsghdr.sizeof + payload.length;
  const header = { len, type, flags, seq, pid: 0 };
  const bytes = new Uint8Array(aligned(len, sys.NLMSG_ALIGNTO));
  bytes.set(writeFields(sys.structs.nlmsghdr, header, "message"));
  bytes.set(payload, sys.structs.nlmsghdr.sizeof);
  return bytes;
}

/** The attributes that follow a message's own structure, or are nested in another: values by type. */
export function attributesIn(bytes: Uint8Array): Map<number, Uint8Array> {
  const { sizeof, fields } = sys.structs.nlattr;
  const attributes = new Map<number, Uint8Array>();
  for (let rest = bytes; rest.length >= sizeof;) {
    const length = numberIn(rest, fields.len);
    if (length < sizeof || length > rest.length) break;
    const type = numberIn(rest, fields.type) & sys.NLA_TYPE_MASK;
    attributes.set(type, rest.subarray(sizeof, length));
    rest = rest.subarray(aligned(length, sys.NLA_ALIGNTO));
  }
  return attributes;
}

/** The bytes of attributes, as {@link attributesIn} reads them. */
export function encodeAttributes(attributes: Iterable<[number, Uint8Array]>): Uint8Array {
  const parts = [...attributes].map(([type, value]) => {
    const len = sys.structs.nlattr.sizeof + value.length;
    const bytes = new Uint8Array(aligned(len, sys.NLA_ALIGNTO));
    bytes.set(writeFields(sys.structs.nlattr, { len, type }, "attribute"));
    bytes.set(value, sys.structs.nlattr.sizeof);
    return bytes;
  });
  return Uint8Array.from(Buffer.concat(parts));
}

/** Where the next one begins. */
export function aligned(length: number, to: number): number {
  return Math.ceil(length / to) * to;
}

/** An attribute of 32 bits. */
export function uint32In(attribute: Uint8Array | undefined): number | undefined {
  if (attribute === undefined || attribute.length < UINT32.size) return undefined;
  return numberIn(attribute, UINT32);
}

const UINT32: Field = { offset: 0, size: 4, signed: false, mask: 0 };

/** An attribute that is text with a NUL at its end. */
export function textIn(attribute: Uint8Array | undefined): string | undefined {
  if (attribute === undefined) return undefined;
  const end = attribute.indexOf(0);
  return Buffer.from(end === -1 ? attribute : attribute.subarray(0, end)).toString();
}
