import { checkInteger } from "../arguments.ts";
import type { Field, Struct } from "../native/structs.ts";
import { LITTLE_ENDIAN } from "../options/scalars.ts";
import { readField, writeField } from "../options/struct.ts";

const INT_SIZE = Int32Array.BYTES_PER_ELEMENT;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * What reads the numbers of a structure by their names; `null` where there are fewer bytes than the
 * structure has.
 */
export function readerOf<Name extends string>(
  struct: Struct<Name>,
  bytes: Uint8Array,
): ((name: Name) => number) | null {
  if (bytes.byteLength < struct.sizeof) return null;
  return (name) => Number(readField(bytes, struct.fields[name]));
}

/** A structure with these numbers, and 0 in all others. */
export function writeNumbers<Name extends string>(
  struct: Struct<Name>,
  numbers: readonly (readonly [name: Name, value: number | undefined])[],
): Uint8Array {
  const bytes = new Uint8Array(struct.sizeof);
  for (const [name, value] of numbers) {
    if (value !== undefined) writeField(bytes, struct.fields[name], value, name);
  }
  return bytes;
}

/** The bytes of an address inside of a structure. */
export function memoryOf(bytes: Uint8Array, { offset, size }: Field): Uint8Array {
  return bytes.subarray(offset, offset + size);
}

/** An int; a single byte counts as one. `null` where there is neither. */
export function readInt(bytes: Uint8Array): number | null {
  if (bytes.byteLength === 1) return bytes[0]!;
  return bytes.byteLength < INT_SIZE ? null : viewOf(bytes).getInt32(0, LITTLE_ENDIAN);
}

/** An int, between `min` and `max`. */
export function writeInt(value: number, name: string, min: number, max: number): Uint8Array {
  const bytes = new Uint8Array(INT_SIZE);
  viewOf(bytes).setInt32(0, checkInteger(value, name, min, max), LITTLE_ENDIAN);
  return bytes;
}
