import type { Field, Struct, wide } from "../native/structs.ts";
import { readField, readNumber, writeField, writeNumber } from "./fields.ts";

export type AnyStruct = Struct<string, string>;
type WideField<S extends AnyStruct> = Exclude<S[typeof wide], undefined>;

/** A structure in C as an object: its numbers, those of 64 bits as bigints. */
export type StructValue<S extends AnyStruct> = {
  readonly [F in keyof S["fields"] & string]: F extends WideField<S> ? bigint : number;
};

/**
 * The numbers of a structure, as far as `bytes` reaches. Fields that are memory of their own, such as
 * an address, are left out.
 */
export function readStruct(struct: AnyStruct, bytes: Uint8Array): Record<string, number | bigint> {
  return Object.fromEntries(
    Object.entries(struct.fields)
      .filter(([, { offset, size }]) => size <= 8 && offset + size <= bytes.length)
      .map(([name, field]) => [name, readField(bytes, field)]),
  );
}

/**
 * The bytes of a structure with these numbers.
 *
 * @param name - what `value` is called in the error that says what is wrong with one of them
 * @param partial - whether numbers may be absent, which leaves them 0
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
 * The bytes of a structure with the given numbers, and 0 in all others. Errors name the field alone.
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
 * A function that reads the numbers of a structure by name; `null` where `bytes` is shorter than the
 * structure.
 */
export function readerOf<Name extends string>(
  struct: Struct<Name, string>,
  bytes: Uint8Array,
): ((name: Name) => number) | null {
  if (bytes.length < struct.sizeof) return null;
  return (name) => readNumber(bytes, struct.fields[name]);
}

/** The memory of one field, such as an address inside of a structure. */
export function memoryOf(bytes: Uint8Array, { offset, size }: Field): Uint8Array {
  return bytes.subarray(offset, offset + size);
}
