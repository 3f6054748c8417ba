import { checkInteger, invalidArgType, outOfRange } from "../arguments.ts";
import type { Field, Struct, wide } from "../native/structs.ts";
import { checkObject, type Kind, kind } from "./kind.ts";
import { LITTLE_ENDIAN } from "./scalars.ts";

type AnyStruct = Struct<string, string>;
type WideField<S extends AnyStruct> = Exclude<S[typeof wide], undefined>;

/** A structure in C as an object: its numbers, those of 64 bits as bigints. */
export type StructValue<S extends AnyStruct> = {
  readonly [F in keyof S["fields"] & string]: F extends WideField<S> ? bigint : number;
};

/** Reads one number of a structure. */
export function readField(bytes: Uint8Array, field: Field): number | bigint {
  const { offset, size, signed, mask } = field;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (mask !== 0) return (view.getUint8(offset) & mask) / (mask & -mask);
  if (size === 1) return signed ? view.getInt8(offset) : view.getUint8(offset);
  if (size === 2) {
    return signed ? view.getInt16(offset, LITTLE_ENDIAN) : view.getUint16(offset, LITTLE_ENDIAN);
  }
  if (size === 4) {
    return signed ? view.getInt32(offset, LITTLE_ENDIAN) : view.getUint32(offset, LITTLE_ENDIAN);
  }
  return signed
    ? view.getBigInt64(offset, LITTLE_ENDIAN)
    : view.getBigUint64(offset, LITTLE_ENDIAN);
}

/** Writes one number of a structure. `name` is for the error that says what is wrong with it. */
export function writeField(bytes: Uint8Array, field: Field, value: unknown, name: string): void {
  const { offset, size, signed } = field;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const bits = size * 8 - (signed ? 1 : 0);
  if (size === 8) {
    if (typeof value !== "bigint") throw invalidArgType(name, "a bigint", value);
    const least = signed ? -(2n ** 63n) : 0n;
    if (value < least || value >= 2n ** BigInt(bits)) throw outOfRange(name, "64 bits", value);
    view.setBigUint64(offset, BigInt.asUintN(64, value), LITTLE_ENDIAN);
    return;
  }
  const number = checkInteger(value, name, signed ? -(2 ** bits) : 0, 2 ** bits - 1);
  if (size === 1) view.setUint8(offset, number & 0xff);
  else if (size === 2) view.setUint16(offset, number & 0xffff, LITTLE_ENDIAN);
  else view.setUint32(offset, number >>> 0, LITTLE_ENDIAN);
}

/** The numbers of a structure, as far as the kernel wrote them; memory inside of it is left out. */
export function readFields(struct: AnyStruct, bytes: Uint8Array): Record<string, number | bigint> {
  return Object.fromEntries(
    Object.entries(struct.fields)
      .filter(([, { offset, size }]) => size <= 8 && offset + size <= bytes.length)
      .map(([name, field]) => [name, readField(bytes, field)]),
  );
}

/** A structure with these fields; all, or with `partial` those that are there. */
export function writeFields(
  struct: AnyStruct,
  value: object,
  option: string,
  partial = false,
): Uint8Array {
  const bytes = new Uint8Array(struct.sizeof);
  const given: Readonly<Record<string, unknown>> = { ...value };
  for (const [name, field] of Object.entries(struct.fields)) {
    if (partial && given[name] === undefined) continue;
    writeField(bytes, field, given[name], `${option}.${name}`);
  }
  return bytes;
}

/** A structure as TypeScript writes its type. */
function typeOf(struct: AnyStruct): string {
  const fields = Object.entries(struct.fields).map(
    ([name, { size }]) => `${name}: ${size === 8 ? "bigint" : "number"}`,
  );
  return `{ ${fields.join("; ")} }`;
}

/**
 * A structure of numbers. What getsockopt(2) finds in it may choose what it answers: an `assoc_id`
 * of SCTP does.
 */
export function struct<S extends AnyStruct>(
  layout: S,
): Kind<StructValue<S>, StructValue<S>, Partial<StructValue<S>>> {
  const type = typeOf(layout);
  return kind<StructValue<S>, StructValue<S>, Partial<StructValue<S>>>({
    type,
    size: layout.sizeof,
    // The names and sizes are those of the structure that the type was made from.
    decode: (bytes) => readFields(layout, whole(bytes, layout.sizeof)) as StructValue<S>,
    encode(value, option) {
      checkObject(value, option, type);
      return writeFields(layout, value, option);
    },
    ask(query, option) {
      checkObject(query, option, type);
      return writeFields(layout, query, option, true);
    },
  });
}

/** What an older kernel does not know is 0. */
function whole(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length >= size) return bytes;
  const all = new Uint8Array(size);
  all.set(bytes);
  return all;
}

/** A structure that has grown with the kernel: what an older one does not write is absent. */
export type Growing<S extends AnyStruct, Later extends string> = Omit<StructValue<S>, Later> &
  Partial<Pick<StructValue<S>, Later & keyof StructValue<S>>>;

/** The kind of a {@link Growing} structure, which can only be read. */
export function growing<S extends AnyStruct, Later extends keyof S["fields"] & string>(
  layout: S,
  type: string,
  _later: readonly Later[],
): Kind<Growing<S, Later>, never> {
  return kind<Growing<S, Later>, never>({
    type,
    size: layout.sizeof,
    // As in `struct`.
    decode: (bytes) => readFields(layout, bytes) as Growing<S, Later>,
  });
}
