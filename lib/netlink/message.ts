import { readNumber, UINT32 } from "../memory/fields.ts";
import { alignUp, forEachRecord } from "../memory/records.ts";
import { writeNumbers } from "../memory/structs.ts";
import { readText } from "../memory/text.ts";
import * as sys from "../sys/index.ts";

/** One message of netlink(7): what its header says, and the payload behind it. */
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

/** What one recv(2) brought: messages, and how many bytes at the end are none. */
export function messagesIn(bytes: Uint8Array): { messages: NetlinkMessage[]; rest: number } {
  const { sizeof, fields } = sys.structs.nlmsghdr;
  const messages: NetlinkMessage[] = [];
  const end = forEachRecord(
    bytes.length,
    sizeof,
    sys.NLMSG_ALIGNTO,
    (start) => readNumber(bytes, fields.len, start),
    (start, stop) => {
      messages.push({
        type: readNumber(bytes, fields.type, start),
        flags: readNumber(bytes, fields.flags, start),
        seq: readNumber(bytes, fields.seq, start),
        pid: readNumber(bytes, fields.pid, start),
        payload: bytes.subarray(start + sizeof, stop),
      });
    },
  );
  return { messages, rest: Math.max(0, bytes.length - end) };
}

/** The bytes of a message. */
export function encodeMessage(
  type: number,
  flags: number,
  seq: number,
  payload: Uint8Array,
): Uint8Array {
  const header = sys.structs.nlmsghdr;
  const len = header.sizeof + payload.length;
  const bytes = new Uint8Array(alignUp(len, sys.NLMSG_ALIGNTO));
  bytes.set(writeNumbers(header, { len, type, flags, seq, pid: 0 }));
  bytes.set(payload, header.sizeof);
  return bytes;
}

/** The attributes behind a message's own structure, or inside of another one: their values by type. */
export function attributesIn(bytes: Uint8Array): Map<number, Uint8Array> {
  const { sizeof, fields } = sys.structs.nlattr;
  const attributes = new Map<number, Uint8Array>();
  forEachRecord(
    bytes.length,
    sizeof,
    sys.NLA_ALIGNTO,
    (start) => readNumber(bytes, fields.len, start),
    (start, end) => {
      const type = readNumber(bytes, fields.type, start) & sys.NLA_TYPE_MASK;
      attributes.set(type, bytes.subarray(start + sizeof, end));
    },
  );
  return attributes;
}

/** The bytes of attributes, as {@link attributesIn} reads them. */
export function encodeAttributes(attributes: Iterable<[number, Uint8Array]>): Uint8Array {
  const header = sys.structs.nlattr;
  const parts = [...attributes].map(([type, value]) => {
    const len = header.sizeof + value.length;
    const bytes = new Uint8Array(alignUp(len, sys.NLA_ALIGNTO));
    bytes.set(writeNumbers(header, { len, type }));
    bytes.set(value, header.sizeof);
    return bytes;
  });
  return Uint8Array.from(Buffer.concat(parts));
}

/** An attribute of 32 bits. */
export function uint32In(attribute: Uint8Array | undefined): number | undefined {
  if (attribute === undefined || attribute.length < UINT32.size) return undefined;
  return readNumber(attribute, UINT32);
}

/** An attribute that is text, up to its first null byte. */
export function textIn(attribute: Uint8Array | undefined): string | undefined {
  return attribute && readText(attribute);
}
