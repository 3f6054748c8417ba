import { checkBytes, invalidArgType, invalidArgValue, outOfRange } from "../../arguments.ts";
import {
  bytesOf,
  bytesOfAll,
  INT32,
  readField,
  readNumber,
  readNumbers,
  UINT32,
  UINT64,
} from "../../memory/fields.ts";
import { readText } from "../../memory/text.ts";
import { type Kind, kind } from "./kind.ts";

/** For a few options the kernel returns only one byte. */
function readInt(bytes: Uint8Array): number {
  return bytes.length < INT32.size ? (bytes[0] ?? 0) : readNumber(bytes, INT32);
}

export const bool: Kind<boolean> = kind({
  type: "boolean",
  size: INT32.size,
  decode: (bytes) => readInt(bytes) !== 0,
  encode(value: boolean, option) {
    if (typeof value !== "boolean") throw invalidArgType(option, "a boolean", value);
    return bytesOf(INT32, Number(value), option);
  },
});

export const int: Kind<number> = kind({
  type: "number",
  size: INT32.size,
  decode: readInt,
  encode: (value: number, option) => bytesOf(INT32, value, option),
});

export const uint: Kind<number> = kind({
  type: "number",
  size: UINT32.size,
  decode: (bytes) => readInt(bytes) >>> 0,
  encode: (value: number, option) => bytesOf(UINT32, value, option),
});

/** An unsigned 64-bit number, or an `unsigned long`. */
export const u64: Kind<bigint> = kind({
  type: "bigint",
  size: UINT64.size,
  decode: (bytes) =>
    BigInt(bytes.length < UINT64.size ? readInt(bytes) >>> 0 : readField(bytes, UINT64)),
  encode: (value: bigint, option) => bytesOf(UINT64, value, option),
});

/** An option that performs an action when it is set; the kernel ignores its value. */
export const trigger: Kind<never, true> = kind<never, true>({
  type: "true",
  size: 0,
  encode(value: unknown, option) {
    if (value !== true) throw invalidArgType(option, "true", value);
    return bytesOf(INT32, 0, option);
  },
});

/** Text that ends at the first null byte, in at most `size` bytes. */
export function text(size: number): Kind<string> {
  return kind({
    type: "string",
    size,
    decode: readText,
    encode(value: string, option) {
      if (typeof value !== "string") throw invalidArgType(option, "a string", value);
      if (value.includes("\0")) throw invalidArgValue(option, "text without null bytes", value);
      const encoded = Buffer.from(value);
      // The kernel would truncate a longer name, which could then name something else.
      if (encoded.length >= size) {
        throw outOfRange(option, `at most ${String(size - 1)} bytes long`, value);
      }
      return encoded;
    },
  });
}

/** Bytes, passed on unchanged. */
export const bytes: Kind<Uint8Array> = kind({
  type: "Uint8Array",
  size: 1024,
  grows: true,
  decode: (value) => value.slice(),
  encode: (value: Uint8Array, option) => checkBytes(value, option),
});

/** A list of unsigned 32-bit numbers. */
export const uints: Kind<readonly number[]> = kind({
  type: "number[]",
  size: 64 * UINT32.size,
  grows: true,
  decode: (value) => readNumbers(value, UINT32),
  encode(value: readonly number[], option) {
    if (!Array.isArray(value)) throw invalidArgType(option, "an array of numbers", value);
    return bytesOfAll(UINT32, value, option);
  },
});
