import {
  checkBytes,
  checkCString,
  checkInteger,
  checkObject,
  invalidArgType,
  invalidArgValue,
  outOfRange,
  unknownOption,
} from "../arguments.ts";
import type { Field } from "../native/structs.ts";
import { readField, writeField, writeNumber } from "./fields.ts";
import { alignUp } from "./records.ts";
import { readText } from "./text.ts";

type NumberName = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64";

/**
 * The type of a field: a number of so many bits, another structure, or an array of these as
 * `[type, count]`. `["char", count]` is text that ends at the first null byte, or at the end.
 */
export type FieldType =
  NumberName | StructLayout | readonly ["char", number] | readonly [FieldType, number];

/** The fields of a structure, in the order of the C declaration. */
export type StructFields = Readonly<Record<string, FieldType>>;

type FieldValue<T> = T extends "i64" | "u64"
  ? bigint
  : T extends NumberName
    ? number
    : T extends StructLayout<infer Fields>
      ? StructValueOf<Fields>
      : T extends readonly ["char", number]
        ? string
        : T extends readonly [infer Element, number]
          ? readonly FieldValue<Element>[]
          : never;

type FieldInput<T> = T extends "i64" | "u64"
  ? bigint | number
  : T extends StructLayout<infer Fields>
    ? StructInput<Fields>
    : T extends readonly ["char", number]
      ? string
      : T extends readonly [infer Element, number]
        ? readonly FieldInput<Element>[]
        : FieldValue<T>;

/** What {@link StructLayout.read} returns: numbers of 64 bits are bigints. */
export type StructValueOf<Fields> = { readonly [Name in keyof Fields]: FieldValue<Fields[Name]> };

/** What {@link StructLayout.write} takes: a number of 64 bits may be a number or a bigint. */
export type StructInput<Fields> = { readonly [Name in keyof Fields]?: FieldInput<Fields[Name]> };

/** Where a field is. */
export interface FieldPlace {
  /** From the start of the structure, in bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
}

/** How values of one type are read and written. Sizes and offsets are in bytes. */
interface Codec {
  readonly size: number;
  readonly alignment: number;
  read(bytes: Uint8Array, at: number): unknown;
  write(bytes: Uint8Array, at: number, value: unknown, name: string): void;
}

interface Member extends Codec {
  readonly name: string;
  readonly offset: number;
}

/**
 * A C structure, laid out as the C compilers of x86-64 and arm64 do: each field at a multiple of its
 * own alignment, and the size a multiple of the largest one. {@link struct} makes it.
 */
export class StructLayout<Fields extends StructFields = StructFields> {
  /** `sizeof`, in bytes. */
  readonly size: number;
  /** What the address of such a structure is a multiple of in C, in bytes. */
  readonly alignment: number;
  /** `offsetof` and `sizeof` each field, in bytes. */
  readonly fields: Readonly<Record<keyof Fields, FieldPlace>>;
  readonly #members: readonly Member[];

  /** @internal */
  constructor(fields: Fields) {
    const members: Member[] = [];
    let [end, alignment] = [0, 1];
    for (const [name, type] of Object.entries(checkObject(fields, "fields"))) {
      const codec = codecOf(type, `fields.${name}`);
      const offset = alignUp(end, codec.alignment);
      // JavaScript lists such a name before all others: the order would not be that of the declaration.
      if (/^\d/.test(name)) throw invalidArgValue("fields", "an object with names as in C", name);
      members.push({ ...codec, name, offset });
      end = offset + codec.size;
      alignment = Math.max(alignment, codec.alignment);
    }
    if (members.length === 0) throw outOfRange("fields", "at least one field", "none");
    this.size = alignUp(end, alignment);
    this.alignment = alignment;
    this.fields = Object.fromEntries(
      members.map(({ name, offset, size }) => [name, { offset, size }]),
    ) as Record<keyof Fields, FieldPlace>;
    this.#members = members;
  }

  /**
   * Decodes the structure at an offset of `bytes`, which need not be aligned.
   *
   * @throws RangeError: `bytes` ends before the structure does
   */
  read(bytes: Uint8Array, offset = 0): StructValueOf<Fields> {
    checkInside(this, bytes, offset);
    const entries = this.#members.map((member) => [
      member.name,
      member.read(bytes, offset + member.offset),
    ]);
    return Object.fromEntries(entries) as StructValueOf<Fields>;
  }

  /**
   * Encodes the structure. Fields, elements of arrays and characters that are left out become 0.
   *
   * @param bytes - where to write; by default, new memory. All bytes of the structure are written
   * @param offset - of the structure in `bytes`; need not be aligned
   * @returns `bytes`
   * @throws TypeError: a field that the structure does not have, or a value of another type. RangeError:
   * a number that does not fit its field, an array or a text that is too long, or `bytes` is too short
   */
  write(
    value: StructInput<Fields>,
    bytes: Uint8Array = new Uint8Array(this.size),
    offset = 0,
  ): Uint8Array {
    checkInside(this, bytes, offset);
    const encoded = new Uint8Array(this.size); // a value that is refused changes nothing
    this.#fill(encoded, 0, value, "value");
    bytes.set(encoded, offset);
    return bytes;
  }

  /** @internal */
  codec(): Codec {
    const { size, alignment } = this;
    return {
      size,
      alignment,
      read: (bytes, at) => this.read(bytes, at),
      write: (bytes, at, value, name) => {
        this.#fill(bytes, at, value, name);
      },
    };
  }

  #fill(bytes: Uint8Array, at: number, value: unknown, name: string): void {
    const given: Readonly<Record<string, unknown>> = { ...checkObject(value as object, name) };
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(this.fields, key))
        throw unknownOption(`${name}.${key}`, Object.keys(this.fields));
    }
    for (const member of this.#members) {
      const field = given[member.name];
      if (field !== undefined)
        member.write(bytes, at + member.offset, field, `${name}.${member.name}`);
    }
  }
}

/**
 * Describes a C structure by its fields, in the order of the C declaration:
 *
 * ```ts
 * const winsize = struct({ row: "u16", col: "u16", xpixel: "u16", ypixel: "u16" });
 * const { row, col } = sys.ioctlStruct(fd, sys.TIOCGWINSZ, winsize);
 * ```
 *
 * There are no bit fields, unions, pointers and packed structures: a union is a field of its largest
 * member.
 *
 * @throws TypeError: a type that does not exist. RangeError: the number of elements of an array
 */
export function struct<const Fields extends StructFields>(fields: Fields): StructLayout<Fields> {
  return new StructLayout(fields);
}

/** Whether it is a layout, also of a second copy of this package. */
export function isLayout(value: unknown): value is StructLayout {
  return typeof value === "object" && value !== null && "codec" in value && "write" in value;
}

const MAX_COUNT = 65_536;

function codecOf(type: unknown, name: string): Codec {
  if (isLayout(type)) return type.codec();
  if (Array.isArray(type)) return arrayOf(type, name);
  const [, sign, bits] = /^([iu])(8|16|32|64)$/.exec(String(type)) ?? [];
  if (typeof type === "string" && bits) return numberOf(Number(bits) / 8, sign === "i");
  throw invalidArgType(name, 'a type such as "u32", ["char", 32], or a structure', type);
}

function arrayOf([type, count]: readonly unknown[], name: string): Codec {
  const length = checkInteger(count, `${name}[1]`, 1, MAX_COUNT);
  if (type === "char") return textOf(length);
  const element = codecOf(type, `${name}[0]`);
  const { size, alignment } = element;
  return {
    size: size * length,
    alignment,
    read: (bytes, at) =>
      Array.from({ length }, (_, index) => element.read(bytes, at + index * size)),
    write(bytes, at, value, path) {
      if (!Array.isArray(value)) throw invalidArgType(path, "an array", value);
      const elements = Array.from(value as readonly unknown[]); // a getter may make `value` longer
      if (elements.length > length)
        throw outOfRange(path, `at most ${String(length)} long`, elements.length);
      for (const [index, each] of elements.entries())
        element.write(bytes, at + index * size, each, `${path}[${String(index)}]`);
    },
  };
}

// The last byte stays 0: the kernel refuses or cuts names that fill the whole of an array.
function textOf(size: number): Codec {
  return {
    size,
    alignment: 1,
    read: (bytes, at) => readText(bytes.subarray(at, at + size)),
    write(bytes, at, value, path) {
      if (typeof value !== "string") throw invalidArgType(path, "a string", value);
      const text = checkCString(value, path);
      if (text.length >= size)
        throw outOfRange(path, `at most ${String(size - 1)} bytes long`, text.length);
      bytes.set(text, at);
    },
  };
}

function numberOf(size: number, signed: boolean): Codec {
  const field: Field = { offset: 0, size, signed, mask: 0, network: false };
  return {
    size,
    alignment: size,
    read: (bytes, at) => readField(bytes, field, at),
    write(bytes, at, value, path) {
      const write = typeof value === "bigint" ? writeField : writeNumber;
      write(bytes, field, value, path, at);
    },
  };
}

function checkInside({ size }: StructLayout, bytes: Uint8Array, offset: number): void {
  checkBytes(bytes, "bytes");
  checkInteger(offset, "offset", 0, Number.MAX_SAFE_INTEGER);
  if (offset + size <= bytes.length) return;
  throw outOfRange("bytes", `at least ${String(offset + size)} bytes long`, bytes.length);
}
