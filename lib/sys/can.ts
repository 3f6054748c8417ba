import { checkInteger, invalidArgType, outOfRange } from "../arguments.ts";
import { isOfFamily, LITTLE_ENDIAN, ofFamily, viewOf } from "../memory/bytes.ts";
import { native } from "../native/native.ts";

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

/** The channel of an ISO-TP socket: the identifiers of the frames that it receives and sends. */
export interface IsotpChannel {
  /** With CAN_EFF_FLAG where it has 29 bits. */
  readonly rxId: number;
  /** With CAN_EFF_FLAG where it has 29 bits. */
  readonly txId: number;
}

/** The address of a J1939 socket. */
export interface J1939Address {
  /** 64 bits; J1939_NO_NAME (0n) without one. */
  readonly name: bigint;
  /** The parameter group; J1939_NO_PGN without one. */
  readonly pgn: number;
  /** One byte; J1939_NO_ADDR without one. */
  readonly addr: number;
}

/**
 * A `struct sockaddr_can`: the interface, and what the socket's protocol adds to it.
 *
 * @param ifindex - index of the interface; 0 is every one
 * @param protocol - nothing for CAN_RAW and CAN_BCM, the channel of CAN_ISOTP, the address of CAN_J1939
 * @throws RangeError, TypeError: a field that does not fit
 * @see https://www.kernel.org/doc/html/latest/networking/can.html
 */
export function sockaddrCan(ifindex: number, protocol?: IsotpChannel | J1939Address): Uint8Array {
  const isJ1939 = protocol !== undefined && "pgn" in protocol;
  // As long as kernels before 5.4 want it for all but J1939, which they do not have.
  const tpSize = native.offsetof_sockaddr_can_tx_id + Uint32Array.BYTES_PER_ELEMENT;
  const [bytes, view] = ofFamily(isJ1939 ? native.sizeof_sockaddr_can : tpSize, native.AF_CAN);
  const set = (offset: number, value: number, name: string, max: number) =>
    view.setUint32(offset, checkInteger(value, name, 0, max), LITTLE_ENDIAN);
  set(native.offsetof_sockaddr_can_ifindex, ifindex, "ifindex", 2 ** 31 - 1);
  if (isJ1939) {
    view.setBigUint64(native.offsetof_sockaddr_can_name, checkName(protocol.name), LITTLE_ENDIAN);
    set(native.offsetof_sockaddr_can_pgn, protocol.pgn, "pgn", 2 ** 32 - 1);
    bytes[native.offsetof_sockaddr_can_addr] = checkInteger(protocol.addr, "addr", 0, 255);
  } else if (protocol) {
    set(native.offsetof_sockaddr_can_rx_id, protocol.rxId, "rxId", 2 ** 32 - 1);
    set(native.offsetof_sockaddr_can_tx_id, protocol.txId, "txId", 2 ** 32 - 1);
  }
  return bytes;
}

/** The index of the interface in a `struct sockaddr_can`; `null` where it is none. */
export function readSockaddrCan(bytes: Uint8Array): number | null {
  const end = native.offsetof_sockaddr_can_ifindex + Int32Array.BYTES_PER_ELEMENT;
  if (!isOfFamily(bytes, native.AF_CAN, end)) return null;
  return viewOf(bytes).getInt32(native.offsetof_sockaddr_can_ifindex, LITTLE_ENDIAN);
}

/** Reads the address of an ISO-TP socket; `null` where the bytes do not reach. */
export function readSockaddrCanIsotp(bytes: Uint8Array): IsotpChannel | null {
  const end = native.offsetof_sockaddr_can_tx_id + Uint32Array.BYTES_PER_ELEMENT;
  if (!isOfFamily(bytes, native.AF_CAN, end)) return null;
  const view = viewOf(bytes);
  return {
    rxId: view.getUint32(native.offsetof_sockaddr_can_rx_id, LITTLE_ENDIAN),
    txId: view.getUint32(native.offsetof_sockaddr_can_tx_id, LITTLE_ENDIAN),
  };
}

/** Reads the address of a J1939 socket; `null` where the bytes do not reach. */
export function readSockaddrCanJ1939(bytes: Uint8Array): J1939Address | null {
  if (!isOfFamily(bytes, native.AF_CAN, native.offsetof_sockaddr_can_addr + 1)) return null;
  const view = viewOf(bytes);
  return {
    name: view.getBigUint64(native.offsetof_sockaddr_can_name, LITTLE_ENDIAN),
    pgn: view.getUint32(native.offsetof_sockaddr_can_pgn, LITTLE_ENDIAN),
    addr: view.getUint8(native.offsetof_sockaddr_can_addr),
  };
}

function checkName(name: bigint): bigint {
  if (typeof name !== "bigint") throw invalidArgType("name", "a bigint", name);
  if (BigInt.asUintN(64, name) !== name) throw outOfRange("name", ">= 0n and < 2n ** 64n", name);
  return name;
}
