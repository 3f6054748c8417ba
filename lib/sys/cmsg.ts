import { anArray, checkBytes, checkInteger, checkObject } from "../arguments.ts";
import { readNumber, writeField, writeNumber } from "../memory/fields.ts";
import { alignUp, forEachRecord } from "../memory/records.ts";
import { native } from "../native/native.ts";

export const IPV6_HOPLIMIT: number = native.IPV6_HOPLIMIT;
export const IPV6_ORIGDSTADDR: number = native.IPV6_ORIGDSTADDR;
export const IP_ORIGDSTADDR: number = native.IP_ORIGDSTADDR;
export const SCM_CREDENTIALS: number = native.SCM_CREDENTIALS;
export const SCM_PIDFD: number = native.SCM_PIDFD;
export const SCM_RIGHTS: number = native.SCM_RIGHTS;
export const SCM_SECURITY: number = native.SCM_SECURITY;
export const SCM_TIMESTAMP: number = native.SCM_TIMESTAMP;
export const SCM_TIMESTAMPING: number = native.SCM_TIMESTAMPING;
export const SCM_TIMESTAMPNS: number = native.SCM_TIMESTAMPNS;
export const SCM_TSTAMP_ACK: number = native.SCM_TSTAMP_ACK;
export const SCM_TSTAMP_COMPLETION: number = native.SCM_TSTAMP_COMPLETION;
export const SCM_TSTAMP_SCHED: number = native.SCM_TSTAMP_SCHED;
export const SCM_TSTAMP_SND: number = native.SCM_TSTAMP_SND;
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
export const SOF_TIMESTAMPING_BIND_PHC: number = native.SOF_TIMESTAMPING_BIND_PHC;
export const SOF_TIMESTAMPING_OPT_CMSG: number = native.SOF_TIMESTAMPING_OPT_CMSG;
export const SOF_TIMESTAMPING_OPT_ID: number = native.SOF_TIMESTAMPING_OPT_ID;
export const SOF_TIMESTAMPING_OPT_ID_TCP: number = native.SOF_TIMESTAMPING_OPT_ID_TCP;
export const SOF_TIMESTAMPING_OPT_PKTINFO: number = native.SOF_TIMESTAMPING_OPT_PKTINFO;
export const SOF_TIMESTAMPING_OPT_RX_FILTER: number = native.SOF_TIMESTAMPING_OPT_RX_FILTER;
export const SOF_TIMESTAMPING_OPT_STATS: number = native.SOF_TIMESTAMPING_OPT_STATS;
export const SOF_TIMESTAMPING_OPT_TSONLY: number = native.SOF_TIMESTAMPING_OPT_TSONLY;
export const SOF_TIMESTAMPING_OPT_TX_SWHW: number = native.SOF_TIMESTAMPING_OPT_TX_SWHW;
export const SOF_TIMESTAMPING_RAW_HARDWARE: number = native.SOF_TIMESTAMPING_RAW_HARDWARE;
export const SOF_TIMESTAMPING_RX_HARDWARE: number = native.SOF_TIMESTAMPING_RX_HARDWARE;
export const SOF_TIMESTAMPING_RX_SOFTWARE: number = native.SOF_TIMESTAMPING_RX_SOFTWARE;
export const SOF_TIMESTAMPING_SOFTWARE: number = native.SOF_TIMESTAMPING_SOFTWARE;
export const SOF_TIMESTAMPING_SYS_HARDWARE: number = native.SOF_TIMESTAMPING_SYS_HARDWARE;
export const SOF_TIMESTAMPING_TX_ACK: number = native.SOF_TIMESTAMPING_TX_ACK;
export const SOF_TIMESTAMPING_TX_COMPLETION: number = native.SOF_TIMESTAMPING_TX_COMPLETION;
export const SOF_TIMESTAMPING_TX_HARDWARE: number = native.SOF_TIMESTAMPING_TX_HARDWARE;
export const SOF_TIMESTAMPING_TX_SCHED: number = native.SOF_TIMESTAMPING_TX_SCHED;
export const SOF_TIMESTAMPING_TX_SOFTWARE: number = native.SOF_TIMESTAMPING_TX_SOFTWARE;
export const SO_EE_CODE_TXTIME_INVALID_PARAM: number = native.SO_EE_CODE_TXTIME_INVALID_PARAM;
export const SO_EE_CODE_TXTIME_MISSED: number = native.SO_EE_CODE_TXTIME_MISSED;
export const SO_EE_CODE_ZEROCOPY_COPIED: number = native.SO_EE_CODE_ZEROCOPY_COPIED;
export const SO_EE_ORIGIN_ICMP6: number = native.SO_EE_ORIGIN_ICMP6;
export const SO_EE_ORIGIN_ICMP: number = native.SO_EE_ORIGIN_ICMP;
export const SO_EE_ORIGIN_LOCAL: number = native.SO_EE_ORIGIN_LOCAL;
export const SO_EE_ORIGIN_NONE: number = native.SO_EE_ORIGIN_NONE;
export const SO_EE_ORIGIN_TIMESTAMPING: number = native.SO_EE_ORIGIN_TIMESTAMPING;
export const SO_EE_ORIGIN_TXTIME: number = native.SO_EE_ORIGIN_TXTIME;
export const SO_EE_ORIGIN_ZEROCOPY: number = native.SO_EE_ORIGIN_ZEROCOPY;
export const TLS_GET_RECORD_TYPE: number = native.TLS_GET_RECORD_TYPE;
export const TLS_SET_RECORD_TYPE: number = native.TLS_SET_RECORD_TYPE;

/** One control message, as cmsg(3) describes it. */
export interface RawControlMessage {
  /** `cmsg_level`, the protocol it belongs to: SOL_SOCKET, IPPROTO_IP, … */
  readonly level: number;
  /** `cmsg_type`, such as SCM_RIGHTS. */
  readonly type: number;
  /** The bytes after the header. */
  readonly data: Uint8Array;
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
export function cmsgWrite(messages: readonly RawControlMessage[]): Uint8Array {
  anArray(messages, "messages");
  const sizes = messages.map((message) =>
    cmsgSpace(checkBytes(checkObject(message, "messages").data, "data").length),
  );
  const control = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const { fields } = HEADER;
  let at = 0;
  for (const [index, { level, type, data }] of messages.entries()) {
    // cmsg_len is a size_t with glibc and a socklen_t elsewhere.
    writeNumber(control, fields.len, DATA_OFFSET + data.length, "length", at);
    writeField(control, fields.level, level, "level", at);
    writeField(control, fields.type, type, "type", at);
    control.set(data, at + DATA_OFFSET);
    at += sizes[index]!;
  }
  return control;
}
