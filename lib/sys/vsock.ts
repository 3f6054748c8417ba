import { checkBytes } from "../arguments.ts";
import { readerOf, writeNumbers } from "../memory/structs.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  VMADDR_CID_ANY, VMADDR_CID_HYPERVISOR, VMADDR_CID_LOCAL, VMADDR_CID_HOST, VMADDR_PORT_ANY,
  VMADDR_FLAG_TO_HOST, VM_SOCKETS_INVALID_VERSION,
} = native;

const SOCKADDR_VM = native.structs.sockaddr_vm;

/** The contents of a `struct sockaddr_vm`. */
export interface SockaddrVm {
  /** The context id of the machine: VMADDR_CID_ANY, _LOCAL, _HOST, or that of a guest. */
  readonly cid: number;
  /** The port, 0 … 2^32 - 1; VMADDR_PORT_ANY lets bind(2) choose. */
  readonly port: number;
  /** VMADDR_FLAG_… bits. */
  readonly flags: number;
}

/**
 * Encodes a `struct sockaddr_vm`.
 *
 * @param cid - the context id of the machine, 0 … 2^32 - 1
 * @param port - 0 … 2^32 - 1; VMADDR_PORT_ANY lets bind(2) choose
 * @param flags - VMADDR_FLAG_…, since Linux 5.11
 * @throws RangeError: `cid`, `port` or `flags`
 * @see https://man7.org/linux/man-pages/man7/vsock.7.html
 */
export function sockaddrVm(
  cid: Constant<"VMADDR">,
  port: Constant<"VMADDR">,
  flags: Constant<"VMADDR"> = 0,
): Uint8Array {
  return writeNumbers(SOCKADDR_VM, { family: native.AF_VSOCK, cid, port, flags });
}

/** Reads a `struct sockaddr_vm`; `null` if `bytes` is not one. */
export function readSockaddrVm(bytes: Uint8Array): SockaddrVm | null {
  const read = readerOf(SOCKADDR_VM, checkBytes(bytes, "bytes"));
  if (read?.("family") !== native.AF_VSOCK) return null;
  return { cid: read("cid"), port: read("port"), flags: read("flags") };
}
