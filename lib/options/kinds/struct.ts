import { type AnyStruct, readStruct, type StructValue, writeStruct } from "../../memory/structs.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";

/** The TypeScript type of a structure, as text. */
function typeOf(struct: AnyStruct): string {
  const fields = Object.entries(struct.fields).map(
    ([name, { size }]) => `${name}: ${size === 8 ? "bigint" : "number"}`,
  );
  return `{ ${fields.join("; ")} }`;
}

/**
 * The kind of an option whose value is a structure of numbers. getsockopt(2) may read a field of it
 * first: with SCTP, `assoc_id` selects the association.
 */
export function struct<S extends AnyStruct>(
  layout: S,
): Kind<StructValue<S>, StructValue<S>, Partial<StructValue<S>>> {
  const type = typeOf(layout);
  return kind<StructValue<S>, StructValue<S>, Partial<StructValue<S>>>({
    type,
    size: layout.sizeof,
    // The type is derived from this structure, so the names and sizes are the same.
    decode: (bytes) => readStruct(layout, padded(bytes, layout.sizeof)) as StructValue<S>,
    encode(value, option) {
      return writeStruct(layout, checkStructure(value, option, type), option);
    },
    encodeQuery(query, option) {
      return writeStruct(layout, checkStructure(query, option, type), option, true);
    },
  });
}

/** The structure at full size. An older kernel writes fewer bytes; the missing ones are 0. */
function padded(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length >= size) return bytes;
  const all = new Uint8Array(size);
  all.set(bytes);
  return all;
}

/** A structure that newer kernels extend. The fields that an older kernel does not write are absent. */
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
    // The cast is safe for the same reason as in `struct`.
    decode: (bytes) => readStruct(layout, bytes) as Growing<S, Later>,
  });
}
