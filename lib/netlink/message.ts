import { readNumber, UINT32 } from "../memory/fields.ts";
import { alignUp, forEachRecord } from "../memory/records.ts";
import { writeNumbers } from "../memory/structs.ts";
import { readText } from "../memory/text.ts";
import * as sys from "../sys/index.ts";

/** One message of netlink(7): the fields of its header, and the payload after it. */
export interface NetlinkMessage {
  /** NLMSG_…, or a type of the protocol, such as RTM_NEWLINK. */
  readonly type: number;
  /** NLM_F_… bits. */
  readonly flags: number;
  /** The sequence number of the request that this message answers; 0 for a notification. */
  readonly seq: number;
  /** The port of the sender; 0 is the kernel. */
  readonly pid: number;
  /** The bytes after the header. */
  readonly payload: Uint8Array;
}

/**
 * Decodes the messages that one recv(2) returned. `rest` is the number of bytes at the end that are not a
 * message.
 */
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

/** Encodes a message. */
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

/** Decodes the attributes after a message's structure, or inside another attribute: values by type. */
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

/** The value of a 32-bit attribute; undefined if it is absent or too short. */
export function uint32In(attribute: Uint8Array | undefined): number | undefined {
  if (attribute === undefined || attribute.length < UINT32.size) return undefined;
  return readNumber(attribute, UINT32);
}

/** The value of a text attribute, up to its first null byte. */
export function textIn(attribute: Uint8Array | undefined): string | undefined {
  return attribute && readText(attribute);
}
