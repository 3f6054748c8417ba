import { checkInteger, invalidArgType, outOfRange } from "../arguments.ts";
import type { Field } from "../native/structs.ts";
import { LITTLE_ENDIAN } from "./byte_order.ts";

/** A number that is not part of a structure, in host byte order. `size` is in bytes. */
function standalone(size: number, signed: boolean): Field {
  return { offset: 0, size, signed, mask: 0, network: false };
}

/** C's plain numbers as fields at offset 0: `int`, `uint32_t`, … */
export const INT32 = standalone(4, true);
export const UINT16 = standalone(2, false);
export const UINT32 = standalone(4, false);
export const UINT64 = standalone(8, false);
/** An `int` in network byte order. */
export const INT32_NETWORK: Field = { ...INT32, network: true };

/**
 * Reads a field of a structure, or a plain number.
 *
 * @param at - the offset of the structure in `bytes`; need not be aligned
 * @returns a bigint for a field of eight bytes, a number for a smaller one
 * @throws RangeError: `bytes` ends before the field does
 */
export function readField(bytes: Uint8Array, field: Field, at = 0): number | bigint {
  if (field.size !== 8) return readNumber(bytes, field, at);
  const word = at + startOf(bytes, field, at);
  const [low, high] = isLittle(field) ? [word, word + 4] : [word + 4, word];
  const value = (BigInt(uint32(bytes, high, field)) << 32n) | BigInt(uint32(bytes, low, field));
  return field.signed ? BigInt.asIntN(64, value) : value;
}

/**
 * As {@link readField}, but always returns a number. A field of eight bytes is exact up to 2^53.
 *
 * @throws RangeError: `bytes` ends before the field does
 */
export function readNumber(bytes: Uint8Array, field: Field, at = 0): number {
  const { size, signed, mask } = field;
  const start = at + startOf(bytes, field, at);
  if (mask !== 0) return (bytes[start]! & mask) / (mask & -mask);
  switch (size) {
    case 1:
      return signed ? (bytes[start]! << 24) >> 24 : bytes[start]!;
    case 2: {
      const value = isLittle(field)
        ? bytes[start]! | (bytes[start + 1]! << 8)
        : (bytes[start]! << 8) | bytes[start + 1]!;
      return signed ? (value << 16) >> 16 : value;
    }
    case 4: {
      const value = uint32(bytes, start, field);
      return signed ? value | 0 : value;
    }
    default:
      return Number(readField(bytes, field, at));
  }
}

/**
 * Writes a field of a structure, or a plain number.
 *
 * @param value - a bigint for a field of eight bytes, a number for a smaller one
 * @param name - the name of the value in an error message
 * @param at - the offset of the structure in `bytes`; need not be aligned
 * @throws TypeError, RangeError: `value` does not fit the field. RangeError: `bytes` ends before the
 * field does
 */
export function writeField(
  bytes: Uint8Array,
  field: Field,
  value: unknown,
  name: string,
  at = 0,
): void {
  const { size, signed } = field;
  const start = at + startOf(bytes, field, at);
  if (size === 8) {
    const wide = checkWide(value, signed, name);
    const high = Number(BigInt.asUintN(32, wide >> 32n));
    putWide(bytes, start, Number(BigInt.asUintN(32, wide)), high, field);
    return;
  }
  const max = (signed ? 0x7fff_ffff : 0xffff_ffff) >>> (32 - size * 8);
  put(bytes, start, size, checkInteger(value, name, signed ? -max - 1 : 0, max), field);
}

/**
 * As {@link writeField}, but always takes a number, even for a field of eight bytes such as a `size_t`.
 *
 * @throws TypeError, RangeError: as {@link writeField}
 */
export function writeNumber(
  bytes: Uint8Array,
  field: Field,
  value: unknown,
  name: string,
  at = 0,
): void {
  if (field.size !== 8) {
    writeField(bytes, field, value, name, at);
    return;
  }
  const min = field.signed ? Number.MIN_SAFE_INTEGER : 0;
  const number = checkInteger(value, name, min, Number.MAX_SAFE_INTEGER);
  putWide(bytes, at + startOf(bytes, field, at), number, Math.floor(number / 2 ** 32), field);
}

/** Encodes one plain number. */
export function bytesOf(field: Field, value: unknown, name: string): Uint8Array {
  const bytes = new Uint8Array(field.size);
  writeField(bytes, field, value, name);
  return bytes;
}

/** Encodes a list of plain numbers, one after the other. */
export function bytesOfAll(field: Field, values: readonly unknown[], name: string): Uint8Array {
  const bytes = new Uint8Array(field.size * values.length);
  values.forEach((value, index) => {
    writeField(bytes, field, value, `${name}[${String(index)}]`, index * field.size);
  });
  return bytes;
}

/** Decodes all numbers in `bytes`, one after the other; an incomplete last one is left out. */
export function readNumbers(bytes: Uint8Array, field: Field): number[] {
  return Array.from({ length: Math.floor(bytes.length / field.size) }, (_, index) =>
    readNumber(bytes, field, index * field.size),
  );
}

function isLittle(field: Field): boolean {
  return LITTLE_ENDIAN && !field.network;
}

// Reads single bytes: this works at any offset, and needs no DataView.
function uint32(bytes: Uint8Array, start: number, field: Field): number {
  const value = isLittle(field)
    ? bytes[start]! |
      (bytes[start + 1]! << 8) |
      (bytes[start + 2]! << 16) |
      (bytes[start + 3]! << 24)
    : (bytes[start]! << 24) |
      (bytes[start + 1]! << 16) |
      (bytes[start + 2]! << 8) |
      bytes[start + 3]!;
  return value >>> 0;
}

function put(bytes: Uint8Array, start: number, size: number, value: number, field: Field): void {
  const isBig = !isLittle(field);
  for (let index = 0; index < size; index++) {
    bytes[start + (isBig ? size - 1 - index : index)] = value >> (index * 8);
  }
}

function putWide(bytes: Uint8Array, start: number, low: number, high: number, field: Field): void {
  const swap = isLittle(field) ? 0 : 4;
  put(bytes, start + swap, 4, low, field);
  put(bytes, start + 4 - swap, 4, high, field);
}

function checkWide(value: unknown, signed: boolean, name: string): bigint {
  if (typeof value !== "bigint") throw invalidArgType(name, "a bigint", value);
  const kept = signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  if (kept === value) return value;
  throw outOfRange(
    name,
    signed ? ">= -(2n ** 63n) and < 2n ** 63n" : ">= 0n and < 2n ** 64n",
    value,
  );
}

/** The offset of a field. @throws RangeError: `bytes` ends before the field does */
function startOf(bytes: Uint8Array, { offset, size, mask }: Field, at: number): number {
  const end = at + offset + (mask === 0 ? size : 1);
  if (at >= 0 && end <= bytes.length) return offset;
  throw outOfRange("bytes", `at least ${String(end)} bytes long`, bytes.length);
}
