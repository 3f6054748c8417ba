import { type AnyStruct, readStruct, type StructValue, writeStruct } from "../../memory/structs.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";

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
    decode: (bytes) => readStruct(layout, whole(bytes, layout.sizeof)) as StructValue<S>,
    encode(value, option) {
      return writeStruct(layout, checkStructure(value, option, type), option);
    },
    ask(query, option) {
      return writeStruct(layout, checkStructure(query, option, type), option, true);
    },
  });
}

/** A structure of full size: 0 where an older kernel wrote nothing. */
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
    decode: (bytes) => readStruct(layout, bytes) as Growing<S, Later>,
  });
}
