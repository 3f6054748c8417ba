import type { Field, Struct, wide } from "../native/structs.ts";
import { readField, readNumber, writeField, writeNumber } from "./fields.ts";

export type AnyStruct = Struct<string, string>;
type WideField<S extends AnyStruct> = Exclude<S[typeof wide], undefined>;

/** A C structure as an object of numbers; 64-bit numbers are bigints. */
export type StructValue<S extends AnyStruct> = {
  readonly [F in keyof S["fields"] & string]: F extends WideField<S> ? bigint : number;
};

/**
 * Reads the numbers of a structure. Fields beyond the end of `bytes` are left out, and so are fields
 * that are not numbers, such as an address.
 */
export function readStruct(struct: AnyStruct, bytes: Uint8Array): Record<string, number | bigint> {
  return Object.fromEntries(
    Object.entries(struct.fields)
      .filter(([, { offset, size }]) => size <= 8 && offset + size <= bytes.length)
      .map(([name, field]) => [name, readField(bytes, field)]),
  );
}

/**
 * Encodes a structure from the numbers in `value`.
 *
 * @param name - the name of `value` in an error message
 * @param partial - whether numbers may be absent; an absent number is 0
 * @throws TypeError, RangeError: a number that does not fit its field
 */
export function writeStruct(
  struct: AnyStruct,
  value: object,
  name: string,
  partial = false,
): Uint8Array {
  const bytes = new Uint8Array(struct.sizeof);
  const given: Readonly<Record<string, unknown>> = { ...value };
  for (const [key, field] of Object.entries(struct.fields)) {
    if (partial && given[key] === undefined) continue;
    writeField(bytes, field, given[key], `${name}.${key}`);
  }
  return bytes;
}

/**
 * Encodes a structure from the given numbers; the others are 0. An error message names only the field.
 *
 * @throws TypeError, RangeError: a number that does not fit its field
 */
export function writeNumbers<Name extends string>(
  struct: Struct<Name, string>,
  numbers: Readonly<Partial<Record<NoInfer<Name>, number>>>,
): Uint8Array {
  const bytes = new Uint8Array(struct.sizeof);
  const given: Readonly<Record<string, unknown>> = { ...numbers };
  for (const [name, field] of Object.entries<Field>(struct.fields)) {
    if (name in given) writeNumber(bytes, field, given[name], name);
  }
  return bytes;
}

/**
 * Returns a function that reads the numbers of a structure by name; `null` if `bytes` is shorter than
 * the structure.
 */
export function readerOf<Name extends string>(
  struct: Struct<Name, string>,
  bytes: Uint8Array,
): ((name: Name) => number) | null {
  if (bytes.length < struct.sizeof) return null;
  return (name) => readNumber(bytes, struct.fields[name]);
}

/** The bytes of one field, such as an address inside a structure. Not a copy. */
export function memoryOf(bytes: Uint8Array, { offset, size }: Field): Uint8Array {
  return bytes.subarray(offset, offset + size);
}
