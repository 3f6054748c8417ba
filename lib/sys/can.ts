import { checkInteger, checkObject } from "../arguments.ts";
import { readField, readNumber, writeField } from "../memory/fields.ts";
import { isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
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
  CAN_BCM_RX_RTR_FRAME, CAN_BCM_CAN_FD_FRAME, J1939_FILTER_MAX, J1939_PGN_MAX, J1939_PGN_PDU1_MAX, SCM_CAN_RAW_ERRQUEUE,
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
