import { endianness } from "node:os";
import { checkInteger } from "../arguments.ts";
import { native } from "../native/native.ts";

export const IPV6_HOPLIMIT: number = native.IPV6_HOPLIMIT;
export const SCM_CREDENTIALS: number = native.SCM_CREDENTIALS;
export const SCM_PIDFD: number = native.SCM_PIDFD;
export const SCM_RIGHTS: number = native.SCM_RIGHTS;
export const SCM_TIMESTAMP: number = native.SCM_TIMESTAMP;
export const SCM_TIMESTAMPING: number = native.SCM_TIMESTAMPING;
export const SCM_TIMESTAMPNS: number = native.SCM_TIMESTAMPNS;
export const SCM_TXTIME: number = native.SCM_TXTIME;
export const SCM_WIFI_STATUS: number = native.SCM_WIFI_STATUS;
export const SCTP_AUTHINFO: number = native.SCTP_AUTHINFO;
export const SCTP_DSTADDRV4: number = native.SCTP_DSTADDRV4;
export const SCTP_DSTADDRV6: number = native.SCTP_DSTADDRV6;
export const SCTP_INIT: number = native.SCTP_INIT;
export const SCTP_NXTINFO: number = native.SCTP_NXTINFO;
export const SCTP_PRINFO: number = native.SCTP_PRINFO;
export const SCTP_RCVINFO: number = native.SCTP_RCVINFO;
export const SCTP_SNDINFO: number = native.SCTP_SNDINFO;
export const SCTP_SNDRCV: number = native.SCTP_SNDRCV;
export const SO_EE_ORIGIN_ICMP: number = native.SO_EE_ORIGIN_ICMP;
export const SO_EE_ORIGIN_ICMP6: number = native.SO_EE_ORIGIN_ICMP6;
export const SO_EE_ORIGIN_LOCAL: number = native.SO_EE_ORIGIN_LOCAL;
export const SO_EE_ORIGIN_NONE: number = native.SO_EE_ORIGIN_NONE;
export const SO_EE_ORIGIN_TIMESTAMPING: number = native.SO_EE_ORIGIN_TIMESTAMPING;
export const SO_EE_ORIGIN_ZEROCOPY: number = native.SO_EE_ORIGIN_ZEROCOPY;

/** One control message, as cmsg(3) lays it out. */
export interface RawControlMessage {
  /** The protocol that it belongs to: SOL_SOCKET, IPPROTO_IP, … */
  readonly level: number;
  /** `cmsg_type`. */
  readonly type: number;
  /** What follows the header. */
  readonly data: Uint8Array;
}

const HEADER = native.structs.cmsghdr;
const ALIGNMENT = native.sizeof_size_t;
const LITTLE_ENDIAN = endianness() === "LE";

/** `CMSG_ALIGN(length)`: rounded up to where the next control message may begin. */
export function cmsgAlign(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** `CMSG_LEN(length)`: bytes of a control message with so much data, as its header says it. */
export function cmsgLen(length: number): number {
  return cmsgAlign(HEADER.sizeof) + length;
}

/** `CMSG_SPACE(length)`: bytes that a control message with so much data takes. */
export function cmsgSpace(length: number): number {
  return cmsgAlign(HEADER.sizeof) + cmsgAlign(length);
}

/**
 * `CMSG_FIRSTHDR`, `CMSG_NXTHDR` and `CMSG_DATA` in one: the control messages in what recvmsg(2) filled.
 * Their data are views into `control`.
 *
 * @param length - how many bytes of `control` count
 * @see https://man7.org/linux/man-pages/man3/cmsg.3.html
 */
export function cmsgRead(
  control: Uint8Array,
  length: number = control.byteLength,
): RawControlMessage[] {
  const end = checkInteger(length, "length", 0, control.byteLength);
  const view = new DataView(control.buffer, control.byteOffset, control.byteLength);
  const messages: RawControlMessage[] = [];
  for (let at = 0; end - at >= HEADER.sizeof;) {
    const size = readLength(view, at);
    if (size < cmsgLen(0) || size > end - at) break;
    const level = view.getInt32(at + HEADER.fields.level.offset, LITTLE_ENDIAN);
    const type = view.getInt32(at + HEADER.fields.type.offset, LITTLE_ENDIAN);
    messages.push({ level, type, data: control.subarray(at + cmsgLen(0), at + size) });
    at += cmsgAlign(size);
  }
  return messages;
}

/**
 * Lays out control messages for sendmsg(2), one behind the other.
 *
 * @returns `cmsgSpace` bytes for each
 * @see https://man7.org/linux/man-pages/man3/cmsg.3.html
 */
export function cmsgWrite(messages: readonly RawControlMessage[]): Uint8Array {
  const sizes = messages.map(({ data }) => cmsgSpace(data.byteLength));
  const control = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(control.buffer);
  let at = 0;
  for (const [index, { level, type, data }] of messages.entries()) {
    writeLength(view, at, cmsgLen(data.byteLength));
    view.setInt32(at + HEADER.fields.level.offset, level, LITTLE_ENDIAN);
    view.setInt32(at + HEADER.fields.type.offset, type, LITTLE_ENDIAN);
    control.set(data, at + cmsgLen(0));
    at += sizes[index]!;
  }
  return control;
}

// cmsg_len is a size_t with glibc and a socklen_t elsewhere.
function readLength(view: DataView, at: number): number {
  const { offset, size } = HEADER.fields.len;
  return size === 8
    ? Number(view.getBigUint64(at + offset, LITTLE_ENDIAN))
    : view.getUint32(at + offset, LITTLE_ENDIAN);
}

function writeLength(view: DataView, at: number, length: number): void {
  const { offset, size } = HEADER.fields.len;
  if (size === 8) view.setBigUint64(at + offset, BigInt(length), LITTLE_ENDIAN);
  else view.setUint32(at + offset, length, LITTLE_ENDIAN);
}
