import { endianness } from "node:os";

/** The machine's byte order, in which the kernel keeps all that does not cross the network. */
export const LITTLE_ENDIAN = endianness() === "LE";

/** The same bytes, to read and write numbers in. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Memory for a structure of the kernel, whose first field is its address family. */
export function ofFamily(size: number, family: number): [bytes: Uint8Array, view: DataView] {
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  view.setUint16(0, family, LITTLE_ENDIAN);
  return [bytes, view];
}

/** Whether these are at least `size` bytes of an address of this family. */
export function isOfFamily(bytes: Uint8Array, family: number, size: number): boolean {
  return bytes.length >= size && viewOf(bytes).getUint16(0, LITTLE_ENDIAN) === family;
}
