import { endianness } from "node:os";
import { checkInteger, invalidArgType, invalidArgValue, outOfRange } from "../arguments.ts";
import { type Kind, kind } from "./kind.ts";

/** The machine's byte order, for DataView. */
export const LITTLE_ENDIAN = endianness() === "LE";

const INT_SIZE = 4;
const MOST_INT = 2 ** 31 - 1;
const MOST_UINT = 2 ** 32 - 1;
const MOST_U64 = 2n ** 64n - 1n;

/** A few options answer with one byte. */
function readInt(bytes: Uint8Array): number {
  if (bytes.length < INT_SIZE) return bytes[0] ?? 0;
  return view(bytes).getInt32(0, LITTLE_ENDIAN);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export const bool: Kind<boolean> = kind({
  type: "boolean",
  size: INT_SIZE,
  decode: (bytes) => readInt(bytes) !== 0,
  encode(value: boolean, option) {
    if (typeof value !== "boolean") throw invalidArgType(option, "a boolean", value);
    return Int32Array.of(Number(value));
  },
});

export const int: Kind<number> = kind({
  type: "number",
  size: INT_SIZE,
  decode: readInt,
  encode: (value: number, option) =>
    Int32Array.of(checkInteger(value, option, -MOST_INT - 1, MOST_INT)),
});

export const uint: Kind<number> = kind({
  type: "number",
  size: INT_SIZE,
  decode: (bytes) => readInt(bytes) >>> 0,
  encode: (value: number, option) => Uint32Array.of(checkInteger(value, option, 0, MOST_UINT)),
});

/** An unsigned number of 64 bits, or of an `unsigned long`. */
export const u64: Kind<bigint> = kind({
  type: "bigint",
  size: BigUint64Array.BYTES_PER_ELEMENT,
  decode: (bytes) =>
    bytes.length < BigUint64Array.BYTES_PER_ELEMENT
      ? BigInt(readInt(bytes) >>> 0)
      : view(bytes).getBigUint64(0, LITTLE_ENDIAN),
  encode(value: bigint, option) {
    if (typeof value !== "bigint") throw invalidArgType(option, "a bigint", value);
    if (value < 0n || value > MOST_U64) throw outOfRange(option, ">= 0n and < 2n ** 64n", value);
    return BigUint64Array.of(value);
  },
});

/** An option that is only ever switched on: its value means nothing to the kernel. */
export const trigger: Kind<never, true> = kind<never, true>({
  type: "true",
  size: 0,
  encode(value: unknown, option) {
    if (value !== true) throw invalidArgType(option, "true", value);
    return new Int32Array(1);
  },
});

/** Text of at most `size` bytes, which ends where a NUL is. */
export function text(size: number): Kind<string> {
  return kind({
    type: "string",
    size,
    decode(bytes) {
      const end = bytes.indexOf(0);
      return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
    },
    encode(value: string, option) {
      if (typeof value !== "string") throw invalidArgType(option, "a string", value);
      if (value.includes("\0")) throw invalidArgValue(option, "text without NUL", value);
      const encoded = Buffer.from(value);
      // Longer names are cut by the kernel, so that they could name something else.
      if (encoded.length >= size) {
        throw outOfRange(option, `at most ${String(size - 1)} bytes long`, value);
      }
      return encoded;
    },
  });
}

/** Bytes as they are. */
export const bytes: Kind<Uint8Array> = kind({
  type: "Uint8Array",
  size: 1024,
  grows: true,
  decode: (value) => value.slice(),
  encode(value: Uint8Array, option) {
    if (!(value instanceof Uint8Array)) throw invalidArgType(option, "a Uint8Array", value);
    return value;
  },
});

/** A list of unsigned numbers of 32 bits. */
export const uints: Kind<readonly number[]> = kind({
  type: "number[]",
  size: 64 * INT_SIZE,
  grows: true,
  decode: (value) =>
    Array.from({ length: Math.trunc(value.length / INT_SIZE) }, (_, index) =>
      view(value).getUint32(index * INT_SIZE, LITTLE_ENDIAN),
    ),
  encode(value: readonly number[], option) {
    if (!Array.isArray(value)) throw invalidArgType(option, "an array of numbers", value);
    return Uint32Array.from(value, (number: unknown, index) =>
      checkInteger(number, `${option}[${String(index)}]`, 0, MOST_UINT),
    );
  },
});
