import { anArray, checkBytes, checkInteger, checkObject, outOfRange } from "../arguments.ts";
import { readField, readNumber, writeField } from "../memory/fields.ts";
import { isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
import { readerOf, writeNumbers } from "../memory/structs.ts";
import { native } from "../native/native.ts";
import type { Field } from "../native/structs.ts";

export const CAN_RAW: number = native.CAN_RAW;
export const CAN_BCM: number = native.CAN_BCM;
export const CAN_ISOTP: number = native.CAN_ISOTP;
export const CAN_J1939: number = native.CAN_J1939;
export const CAN_FD_FRAME: number = native.CAN_FD_FRAME;
export const CANFD_BRS: number = native.CANFD_BRS;
export const CANFD_ESI: number = native.CANFD_ESI;
export const TX_SETUP: number = native.TX_SETUP;
export const TX_DELETE: number = native.TX_DELETE;
export const TX_READ: number = native.TX_READ;
export const TX_SEND: number = native.TX_SEND;
export const RX_SETUP: number = native.RX_SETUP;
export const RX_DELETE: number = native.RX_DELETE;
export const RX_READ: number = native.RX_READ;
export const TX_STATUS: number = native.TX_STATUS;
export const TX_EXPIRED: number = native.TX_EXPIRED;
export const RX_STATUS: number = native.RX_STATUS;
export const RX_TIMEOUT: number = native.RX_TIMEOUT;
export const RX_CHANGED: number = native.RX_CHANGED;
export const SETTIMER: number = native.SETTIMER;
export const STARTTIMER: number = native.STARTTIMER;
export const TX_COUNTEVT: number = native.TX_COUNTEVT;
export const TX_ANNOUNCE: number = native.TX_ANNOUNCE;
export const TX_CP_CAN_ID: number = native.TX_CP_CAN_ID;
export const RX_FILTER_ID: number = native.RX_FILTER_ID;
export const RX_CHECK_DLC: number = native.RX_CHECK_DLC;
export const RX_NO_AUTOTIMER: number = native.RX_NO_AUTOTIMER;
export const RX_ANNOUNCE_RESUME: number = native.RX_ANNOUNCE_RESUME;
export const TX_RESET_MULTI_IDX: number = native.TX_RESET_MULTI_IDX;
export const RX_RTR_FRAME: number = native.RX_RTR_FRAME;
export const CAN_EFF_FLAG: number = native.CAN_EFF_FLAG;
export const CAN_RTR_FLAG: number = native.CAN_RTR_FLAG;
export const CAN_ERR_FLAG: number = native.CAN_ERR_FLAG;
export const CAN_SFF_MASK: number = native.CAN_SFF_MASK;
export const CAN_EFF_MASK: number = native.CAN_EFF_MASK;
export const J1939_NO_ADDR: number = native.J1939_NO_ADDR;
export const J1939_NO_NAME: number = native.J1939_NO_NAME;
export const J1939_NO_PGN: number = native.J1939_NO_PGN;

const SOCKADDR_CAN = native.structs.sockaddr_can;
const { fields: CAN } = SOCKADDR_CAN;

/** The channel of an ISO-TP socket: the CAN identifiers it receives and sends. */
export interface IsotpChannel {
  /** The identifier of received frames, with CAN_EFF_FLAG if it has 29 bits. */
  readonly rxId: number;
  /** The identifier of sent frames, with CAN_EFF_FLAG if it has 29 bits. */
  readonly txId: number;
}

/** The address of a J1939 socket. */
export interface J1939Address {
  /** The 64-bit NAME; J1939_NO_NAME (0n) if there is none. */
  readonly name: bigint;
  /** The parameter group number; J1939_NO_PGN if there is none. */
  readonly pgn: number;
  /** The address, one byte; J1939_NO_ADDR if there is none. */
  readonly addr: number;
}

/**
 * Encodes a `struct sockaddr_can`: an interface, and the address that the socket's protocol adds.
 *
 * @param ifindex - index of the interface; 0 is all interfaces
 * @param protocol - CAN_ISOTP: the channel. CAN_J1939: the address. CAN_RAW, CAN_BCM: absent
 * @throws RangeError, TypeError: a value that its field cannot hold
 * @see https://www.kernel.org/doc/html/latest/networking/can.html
 */
export function sockaddrCan(ifindex: number, protocol?: IsotpChannel | J1939Address): Uint8Array {
  if (protocol !== undefined) checkObject(protocol, "protocol");
  const isJ1939 = protocol !== undefined && "pgn" in protocol;
  // Kernels before 5.4 accept only the shorter structure; they have no J1939.
  const bytes = newSockaddr(native.AF_CAN, isJ1939 ? SOCKADDR_CAN.sizeof : endOf(CAN.tx_id));
  writeField(bytes, CAN.ifindex, checkInteger(ifindex, "ifindex", 0, 2 ** 31 - 1), "ifindex");
  if (isJ1939) {
    writeField(bytes, CAN.name, protocol.name, "name");
    writeField(bytes, CAN.pgn, protocol.pgn, "pgn");
    writeField(bytes, CAN.addr, protocol.addr, "addr");
  } else if (protocol) {
    writeField(bytes, CAN.rx_id, protocol.rxId, "rxId");
    writeField(bytes, CAN.tx_id, protocol.txId, "txId");
  }
  return bytes;
}

/** Reads the interface index from a `struct sockaddr_can`; `null` if `bytes` is not one. */
export function readSockaddrCan(bytes: Uint8Array): number | null {
  if (!isSockaddr(bytes, native.AF_CAN, endOf(CAN.ifindex))) return null;
  return readNumber(bytes, CAN.ifindex);
}

/** Reads the address of an ISO-TP socket; `null` if `bytes` is too short or of another family. */
export function readSockaddrCanIsotp(bytes: Uint8Array): IsotpChannel | null {
  if (!isSockaddr(bytes, native.AF_CAN, endOf(CAN.tx_id))) return null;
  return { rxId: readNumber(bytes, CAN.rx_id), txId: readNumber(bytes, CAN.tx_id) };
}

/** Reads the address of a J1939 socket; `null` if `bytes` is too short or of another family. */
export function readSockaddrCanJ1939(bytes: Uint8Array): J1939Address | null {
  if (!isSockaddr(bytes, native.AF_CAN, endOf(CAN.addr))) return null;
  return {
    name: BigInt(readField(bytes, CAN.name)),
    pgn: readNumber(bytes, CAN.pgn),
    addr: readNumber(bytes, CAN.addr),
  };
}

function endOf({ offset, size }: Field): number {
  return offset + size;
}

/** One frame of CAN or CAN FD. */
export interface CanFrame {
  /** The identifier, with CAN_EFF_FLAG if it has 29 bits; CAN_RTR_FLAG, CAN_ERR_FLAG. */
  readonly id: number;
  /** At most 8 bytes; 64 in a frame of CAN FD. */
  readonly data: Uint8Array;
  /** CAN FD: CANFD_BRS, CANFD_ESI. Default: 0. */
  readonly flags?: number;
}

/** A message to or from a CAN_BCM socket: `struct bcm_msg_head` and its frames. */
export interface BcmMessage {
  /** To the kernel: TX_SETUP, TX_DELETE, TX_READ, TX_SEND, RX_SETUP, RX_DELETE, RX_READ. From it: TX_STATUS … RX_CHANGED. */
  readonly opcode: number;
  /** SETTIMER, STARTTIMER, …; CAN_FD_FRAME: the frames are those of CAN FD. Default: 0. */
  readonly flags?: number;
  /** How often to send with `interval1Us`, before `interval2Us`. Default: 0. */
  readonly count?: number;
  /** The first interval in microseconds; RX_SETUP: the time after which frames are missed. Default: 0. */
  readonly interval1Us?: number;
  /** The second interval in microseconds; RX_SETUP: the least time between two messages. Default: 0. */
  readonly interval2Us?: number;
  /** The identifier of the task, and of the frames. */
  readonly id: number;
  /** The frames to send, or the contents to watch for changes; received: the frame. Default: none. */
  readonly frames?: readonly CanFrame[];
}

const HEAD = native.structs.bcm_msg_head;
const CLASSIC = native.structs.can_frame;
const FD = native.structs.canfd_frame;
const US_PER_SECOND = 1_000_000;
// MAX_NFRAMES of the kernel.
const MAX_FRAMES = 256;

/**
 * Encodes a message for a CAN_BCM socket, which sends frames at intervals, and tells of frames whose contents have
 * changed or that are missed.
 *
 * @throws TypeError, RangeError: a value that its field cannot hold
 * @see https://docs.kernel.org/networking/can.html#broadcast-manager-protocol-sockets-sock-dgram
 */
export function bcmMessage(message: BcmMessage): Uint8Array {
  const { opcode, flags = 0, count = 0, id, frames = [] } = checkObject(message, "message");
  const { interval1Us = 0, interval2Us = 0 } = message;
  anArray(frames, "frames");
  if (frames.length > MAX_FRAMES) {
    throw outOfRange("frames", `at most ${String(MAX_FRAMES)} long`, frames.length);
  }
  const [ival1_sec, ival1_usec] = split(interval1Us, "interval1Us");
  const [ival2_sec, ival2_usec] = split(interval2Us, "interval2Us");
  const head = writeNumbers(HEAD, {
    ...{ opcode, flags, count, ival1_sec, ival1_usec, ival2_sec, ival2_usec },
    ...{ can_id: id, nframes: frames.length },
  });
  const isFd = (flags & CAN_FD_FRAME) !== 0;
  return Buffer.concat([head, ...frames.map((frame) => encodeFrame(frame, isFd))]);
}

/**
 * Decodes a message that was received from a CAN_BCM socket; `null` if `bytes` is too short to be one.
 *
 * @param bytes - all the bytes of one message, and no others
 * @throws TypeError: not a Uint8Array
 */
export function readBcmMessage(bytes: Uint8Array): Required<BcmMessage> | null {
  const read = readerOf(HEAD, checkBytes(bytes, "bytes"));
  if (!read) return null;
  const flags = read("flags");
  const isFd = (flags & CAN_FD_FRAME) !== 0;
  const { sizeof } = isFd ? FD : CLASSIC;
  const available = Math.floor((bytes.length - HEAD.sizeof) / sizeof);
  const frames = Array.from({ length: Math.min(read("nframes"), available) }, (_, index) =>
    decodeFrame(bytes.subarray(HEAD.sizeof + index * sizeof), isFd),
  );
  return {
    ...{ opcode: read("opcode"), flags, count: read("count") },
    interval1Us: read("ival1_sec") * US_PER_SECOND + read("ival1_usec"),
    interval2Us: read("ival2_sec") * US_PER_SECOND + read("ival2_usec"),
    ...{ id: read("can_id"), frames },
  };
}

function split(us: number, name: string): [seconds: number, us: number] {
  checkInteger(us, name, 0, Number.MAX_SAFE_INTEGER);
  return [Math.floor(us / US_PER_SECOND), us % US_PER_SECOND];
}

function encodeFrame(frame: CanFrame, isFd: boolean): Uint8Array {
  const { id, data, flags = 0 } = checkObject(frame, "frames");
  const struct = isFd ? FD : CLASSIC;
  const { offset, size } = struct.fields.data;
  if (checkBytes(data, "data").length > size) {
    throw outOfRange("data", `at most ${String(size)} bytes long`, data.length);
  }
  const numbers = { can_id: id, len: data.length };
  const bytes = isFd ? writeNumbers(FD, { ...numbers, flags }) : writeNumbers(CLASSIC, numbers);
  bytes.set(data, offset);
  return bytes;
}

function decodeFrame(bytes: Uint8Array, isFd: boolean): CanFrame {
  const { fields } = isFd ? FD : CLASSIC;
  const { offset, size } = fields.data;
  const length = Math.min(readNumber(bytes, fields.len), size);
  return {
    id: readNumber(bytes, fields.can_id),
    data: new Uint8Array(bytes.subarray(offset, offset + length)),
    ...(isFd ? { flags: readNumber(bytes, FD.fields.flags) } : {}),
  };
}
