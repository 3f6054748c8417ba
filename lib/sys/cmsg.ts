import { anArray, checkBytes, checkInteger, checkObject, checkView } from "../arguments.ts";
import { readNumber, writeField, writeNumber } from "../memory/fields.ts";
import { alignUp, forEachRecord } from "../memory/records.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  IPV6_HOPLIMIT, SCM_CREDENTIALS, SCM_PIDFD, SCM_RIGHTS, SCM_TIMESTAMP, SCM_TIMESTAMPING,
  SCM_TIMESTAMPNS, SCM_TXTIME, SCM_WIFI_STATUS, SCTP_AUTHINFO, SCTP_DSTADDRV4, SCTP_DSTADDRV6,
  SCTP_INIT, SCTP_NXTINFO, SCTP_PRINFO, SCTP_RCVINFO, SCTP_SNDINFO, SCTP_SNDRCV,
  SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6, SO_EE_ORIGIN_LOCAL, SO_EE_ORIGIN_NONE,
  SO_EE_ORIGIN_TIMESTAMPING, SO_EE_ORIGIN_ZEROCOPY, SCM_TIMESTAMPING_OPT_STATS,
  SCM_TIMESTAMPING_PKTINFO, SCM_TSTAMP_ACK, SCM_TSTAMP_SCHED, SCM_TSTAMP_SND,
  SO_EE_CODE_TXTIME_INVALID_PARAM, SO_EE_CODE_TXTIME_MISSED, SO_EE_CODE_ZEROCOPY_COPIED,
  SO_EE_ORIGIN_TXSTATUS, SO_EE_ORIGIN_TXTIME, SO_EE_RFC4884_FLAG_INVALID, SCM_SECURITY,
  SCM_TSTAMP_COMPLETION,
} = native;

/** One control message, as cmsg(3) describes it. */
export interface RawControlMessage {
  /** `cmsg_level`, the protocol it belongs to: SOL_SOCKET, IPPROTO_IP, … */
  readonly level: number;
  /** `cmsg_type`, such as SCM_RIGHTS. */
  readonly type: number;
  /** The bytes after the header. */
  readonly data: Uint8Array;
}

/** As {@link RawControlMessage}, to send: its data may be any typed array or DataView. */
export interface RawControlInput extends Omit<RawControlMessage, "data"> {
  /** The bytes after the header. */
  readonly data: NodeJS.ArrayBufferView;
}

const HEADER = native.structs.cmsghdr;
const ALIGNMENT = native.sizeof_size_t;
// CMSG_DATA: after the header and its padding.
const DATA_OFFSET = alignUp(HEADER.sizeof, ALIGNMENT);

/** @throws TypeError, RangeError: `length` is not a number of bytes */
function checkLength(length: number): number {
  return checkInteger(length, "length", 0, Number.MAX_SAFE_INTEGER);
}

/**
 * `CMSG_ALIGN(length)`: `length` rounded up to the alignment of control messages, in bytes.
 *
 * @throws TypeError, RangeError: `length` is not a number of bytes
 */
export function cmsgAlign(length: number): number {
  return alignUp(checkLength(length), ALIGNMENT);
}

/**
 * `CMSG_LEN(length)`: the `cmsg_len` of a control message with `length` bytes of data.
 *
 * @throws TypeError, RangeError: `length` is not a number of bytes
 */
export function cmsgLen(length: number): number {
  return DATA_OFFSET + checkLength(length);
}

/**
 * `CMSG_SPACE(length)`: the bytes that a control message with `length` bytes of data occupies,
 * padding included.
 *
 * @throws TypeError, RangeError: `length` is not a number of bytes
 */
export function cmsgSpace(length: number): number {
  return DATA_OFFSET + cmsgAlign(length);
}

/**
 * Decodes the control messages that recvmsg(2) wrote, as `CMSG_FIRSTHDR`, `CMSG_NXTHDR` and `CMSG_DATA`
 * do in C. The `data` of each is a view into `control`.
 *
 * @param length - how many bytes of `control` were written
 * @throws TypeError: `control` is not a Uint8Array. RangeError: `length` exceeds `control`
 * @see https://man7.org/linux/man-pages/man3/cmsg.3.html
 */
export function cmsgRead(
  control: Uint8Array,
  length: number = checkBytes(control, "control").length,
): RawControlMessage[] {
  checkBytes(control, "control");
  const end = checkInteger(length, "length", 0, control.length);
  const messages: RawControlMessage[] = [];
  const { len, level, type } = HEADER.fields;
  forEachRecord(
    end,
    DATA_OFFSET,
    ALIGNMENT,
    (start) => readNumber(control, len, start),
    (start, stop) => {
      messages.push({
        level: readNumber(control, level, start),
        type: readNumber(control, type, start),
        data: control.subarray(start + DATA_OFFSET, stop),
      });
    },
  );
  return messages;
}

/**
 * Encodes control messages for sendmsg(2), one after the other.
 *
 * @returns {@link cmsgSpace} bytes for each message
 * @throws TypeError, RangeError: a message with a wrong property
 * @see https://man7.org/linux/man-pages/man3/cmsg.3.html
 */
export function cmsgWrite(messages: readonly RawControlInput[]): Uint8Array {
  anArray(messages, "messages");
  const contents = messages.map((message) =>
    checkView(checkObject(message, "messages").data, "data"),
  );
  const sizes = contents.map((data) => cmsgSpace(data.length));
  const control = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const { fields } = HEADER;
  let at = 0;
  for (const [index, { level, type }] of messages.entries()) {
    const data = contents[index]!;
    // cmsg_len is a size_t with glibc and a socklen_t elsewhere.
    writeNumber(control, fields.len, DATA_OFFSET + data.length, "length", at);
    writeField(control, fields.level, level, "level", at);
    writeField(control, fields.type, type, "type", at);
    control.set(data, at + DATA_OFFSET);
    at += sizes[index]!;
  }
  return control;
}
