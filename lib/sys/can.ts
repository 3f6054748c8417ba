import { checkInteger, checkObject } from "../arguments.ts";
import { readField, readNumber, writeField } from "../memory/fields.ts";
import { isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
import { native } from "../native/native.ts";
import type { Field } from "../native/structs.ts";

export const CAN_RAW: number = native.CAN_RAW;
export const CAN_BCM: number = native.CAN_BCM;
export const CAN_ISOTP: number = native.CAN_ISOTP;
export const CAN_J1939: number = native.CAN_J1939;
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
