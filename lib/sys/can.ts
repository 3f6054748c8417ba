import { anArray, checkBytes, checkInteger, checkObject, outOfRange } from "../arguments.ts";
import { readField, readNumber, writeField } from "../memory/fields.ts";
import { isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
import { readerOf, writeNumbers } from "../memory/structs.ts";
import { native } from "../native/native.ts";
import type { Field } from "../native/structs.ts";

// prettier-ignore
export const {
  CAN_RAW, CAN_BCM, CAN_ISOTP, CAN_J1939, CAN_EFF_FLAG, CAN_RTR_FLAG, CAN_ERR_FLAG, CAN_SFF_MASK,
  CAN_EFF_MASK, J1939_NO_ADDR, J1939_NO_NAME, J1939_NO_PGN, CANFD_BRS, CANFD_ESI, CANFD_FDF,
  CANFD_MAX_DLC, CANFD_MAX_DLEN, CANFD_MTU, CAN_ERR_ACK, CAN_ERR_BUSERROR, CAN_ERR_BUSOFF,
  CAN_ERR_CRTL, CAN_ERR_CRTL_ACTIVE, CAN_ERR_CRTL_RX_OVERFLOW, CAN_ERR_CRTL_RX_PASSIVE,
  CAN_ERR_CRTL_RX_WARNING, CAN_ERR_CRTL_TX_OVERFLOW, CAN_ERR_CRTL_TX_PASSIVE,
  CAN_ERR_CRTL_TX_WARNING, CAN_ERR_CRTL_UNSPEC, CAN_ERR_DLC, CAN_ERR_LOSTARB,
  CAN_ERR_LOSTARB_UNSPEC, CAN_ERR_MASK, CAN_ERR_PROT, CAN_ERR_PROT_ACTIVE, CAN_ERR_PROT_BIT,
  CAN_ERR_PROT_BIT0, CAN_ERR_PROT_BIT1, CAN_ERR_PROT_FORM, CAN_ERR_PROT_LOC_ACK,
  CAN_ERR_PROT_LOC_ACK_DEL, CAN_ERR_PROT_LOC_CRC_DEL, CAN_ERR_PROT_LOC_CRC_SEQ,
  CAN_ERR_PROT_LOC_DATA, CAN_ERR_PROT_LOC_DLC, CAN_ERR_PROT_LOC_EOF, CAN_ERR_PROT_LOC_ID04_00,
  CAN_ERR_PROT_LOC_ID12_05, CAN_ERR_PROT_LOC_ID17_13, CAN_ERR_PROT_LOC_ID20_18,
  CAN_ERR_PROT_LOC_ID28_21, CAN_ERR_PROT_LOC_IDE, CAN_ERR_PROT_LOC_INTERM, CAN_ERR_PROT_LOC_RES0,
  CAN_ERR_PROT_LOC_RES1, CAN_ERR_PROT_LOC_RTR, CAN_ERR_PROT_LOC_SOF, CAN_ERR_PROT_LOC_SRTR,
  CAN_ERR_PROT_LOC_UNSPEC, CAN_ERR_PROT_OVERLOAD, CAN_ERR_PROT_STUFF, CAN_ERR_PROT_TX,
  CAN_ERR_PROT_UNSPEC, CAN_ERR_RESTARTED, CAN_ERR_TRX, CAN_ERR_TRX_CANH_NO_WIRE,
  CAN_ERR_TRX_CANH_SHORT_TO_BAT, CAN_ERR_TRX_CANH_SHORT_TO_GND, CAN_ERR_TRX_CANH_SHORT_TO_VCC,
  CAN_ERR_TRX_CANL_NO_WIRE, CAN_ERR_TRX_CANL_SHORT_TO_BAT, CAN_ERR_TRX_CANL_SHORT_TO_CANH,
  CAN_ERR_TRX_CANL_SHORT_TO_GND, CAN_ERR_TRX_CANL_SHORT_TO_VCC, CAN_ERR_TRX_UNSPEC,
  CAN_ERR_TX_TIMEOUT, CAN_INV_FILTER, CAN_ISOTP_CF_BROADCAST, CAN_ISOTP_CHK_PAD_DATA,
  CAN_ISOTP_CHK_PAD_LEN, CAN_ISOTP_EXTEND_ADDR, CAN_ISOTP_FORCE_RXSTMIN, CAN_ISOTP_FORCE_TXSTMIN,
  CAN_ISOTP_FRAME_TXTIME_ZERO, CAN_ISOTP_HALF_DUPLEX, CAN_ISOTP_LISTEN_MODE,
  CAN_ISOTP_RX_EXT_ADDR, CAN_ISOTP_RX_PADDING, CAN_ISOTP_SF_BROADCAST, CAN_ISOTP_TX_PADDING,
  CAN_ISOTP_WAIT_TX_DONE, CAN_MAX_DLC, CAN_MAX_DLEN, CAN_MTU, J1939_EE_INFO_NONE,
  J1939_EE_INFO_RX_ABORT, J1939_EE_INFO_RX_DPO, J1939_EE_INFO_RX_RTS, J1939_EE_INFO_TX_ABORT,
  J1939_IDLE_ADDR, J1939_MAX_UNICAST_ADDR, J1939_NLA_BYTES_ACKED, J1939_NLA_PAD,
  J1939_PGN_ADDRESS_CLAIMED, J1939_PGN_ADDRESS_COMMANDED, J1939_PGN_REQUEST, SCM_J1939_DEST_ADDR,
  SCM_J1939_DEST_NAME, SCM_J1939_ERRQUEUE, SCM_J1939_PRIO, CAN_BCM_TX_SETUP, CAN_BCM_TX_DELETE,
  CAN_BCM_TX_READ, CAN_BCM_TX_SEND, CAN_BCM_RX_SETUP, CAN_BCM_RX_DELETE, CAN_BCM_RX_READ,
  CAN_BCM_TX_STATUS, CAN_BCM_TX_EXPIRED, CAN_BCM_RX_STATUS, CAN_BCM_RX_TIMEOUT,
  CAN_BCM_RX_CHANGED, CAN_BCM_SETTIMER, CAN_BCM_STARTTIMER, CAN_BCM_TX_COUNTEVT,
  CAN_BCM_TX_ANNOUNCE, CAN_BCM_TX_CP_CAN_ID, CAN_BCM_RX_FILTER_ID, CAN_BCM_RX_CHECK_DLC,
  CAN_BCM_RX_NO_AUTOTIMER, CAN_BCM_RX_ANNOUNCE_RESUME, CAN_BCM_TX_RESET_MULTI_IDX,
  CAN_BCM_RX_RTR_FRAME, CAN_BCM_CAN_FD_FRAME, J1939_FILTER_MAX, J1939_PGN_MAX, J1939_PGN_PDU1_MAX,
  SCM_CAN_RAW_ERRQUEUE,
} = native;

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
  /** To the kernel: CAN_BCM_TX_SETUP, CAN_BCM_TX_DELETE, CAN_BCM_TX_READ, CAN_BCM_TX_SEND, CAN_BCM_RX_SETUP, CAN_BCM_RX_DELETE, CAN_BCM_RX_READ. From it: CAN_BCM_TX_STATUS … CAN_BCM_RX_CHANGED. */
  readonly opcode: number;
  /** CAN_BCM_SETTIMER, CAN_BCM_STARTTIMER, …; CAN_BCM_CAN_FD_FRAME: the frames are those of CAN FD. Default: 0. */
  readonly flags?: number;
  /** How often to send with `interval1Us`, before `interval2Us`. Default: 0. */
  readonly count?: number;
  /** The first interval in microseconds; CAN_BCM_RX_SETUP: if no frame arrives for so long, CAN_BCM_RX_TIMEOUT tells so. Default: 0. */
  readonly interval1Us?: number;
  /** The second interval in microseconds; CAN_BCM_RX_SETUP: the least time between two messages. Default: 0. */
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
    ...{ can_id: unsigned(id), nframes: frames.length },
  });
  const isFd = (flags & CAN_BCM_CAN_FD_FRAME) !== 0;
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
  const isFd = (flags & CAN_BCM_CAN_FD_FRAME) !== 0;
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

/** `CAN_EFF_FLAG | …` is negative in JavaScript. */
function unsigned(id: number): number {
  return checkInteger(id, "id", -(2 ** 31), 2 ** 32 - 1) >>> 0;
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
  const numbers = { can_id: unsigned(id), len: data.length };
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
