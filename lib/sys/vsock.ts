import { checkInteger } from "../arguments.ts";
import { isOfFamily, LITTLE_ENDIAN, ofFamily, viewOf } from "../memory/bytes.ts";
import { native } from "../native/native.ts";

export const VMADDR_CID_ANY: number = native.VMADDR_CID_ANY;
export const VMADDR_CID_HYPERVISOR: number = native.VMADDR_CID_HYPERVISOR;
export const VMADDR_CID_LOCAL: number = native.VMADDR_CID_LOCAL;
export const VMADDR_CID_HOST: number = native.VMADDR_CID_HOST;
export const VMADDR_PORT_ANY: number = native.VMADDR_PORT_ANY;
export const VMADDR_FLAG_TO_HOST: number = native.VMADDR_FLAG_TO_HOST;

/** What a `struct sockaddr_vm` says. */
export interface SockaddrVm {
  /** The machine: VMADDR_CID_ANY, _LOCAL, _HOST, or a guest's own. */
  readonly cid: number;
  /** 0 … 2^32 - 1; VMADDR_PORT_ANY lets bind(2) choose. */
  readonly port: number;
  /** VMADDR_FLAG_… */
  readonly flags: number;
}

/**
 * A `struct sockaddr_vm`.
 *
 * @param cid - the machine, 0 … 2^32 - 1
 * @param port - 0 … 2^32 - 1; VMADDR_PORT_ANY lets bind(2) choose
 * @param flags - VMADDR_FLAG_…, since Linux 5.11
 * @throws RangeError: not a machine, port or flags
 * @see https://man7.org/linux/man-pages/man7/vsock.7.html
 */
export function sockaddrVm(cid: number, port: number, flags = 0): Uint8Array {
  const [bytes, view] = ofFamily(native.sizeof_sockaddr_vm, native.AF_VSOCK);
  const set = (offset: number, value: number, name: string) =>
    view.setUint32(offset, checkInteger(value, name, 0, 2 ** 32 - 1), LITTLE_ENDIAN);
  set(native.offsetof_sockaddr_vm_cid, cid, "cid");
  set(native.offsetof_sockaddr_vm_port, port, "port");
  bytes[native.offsetof_sockaddr_vm_flags] = checkInteger(flags, "flags", 0, 255);
  return bytes;
}

/** Reads a `struct sockaddr_vm`; `null` where it is none. */
export function readSockaddrVm(bytes: Uint8Array): SockaddrVm | null {
  if (!isOfFamily(bytes, native.AF_VSOCK, native.sizeof_sockaddr_vm)) return null;
  const view = viewOf(bytes);
  return {
    cid: view.getUint32(native.offsetof_sockaddr_vm_cid, LITTLE_ENDIAN),
    port: view.getUint32(native.offsetof_sockaddr_vm_port, LITTLE_ENDIAN),
    flags: view.getUint8(native.offsetof_sockaddr_vm_flags),
  };
}
