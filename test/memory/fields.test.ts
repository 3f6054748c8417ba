import fc from "fast-check";
import { endianness } from "node:os";
import { describe, expect, it } from "vitest";
import {
  bytesOf,
  bytesOfAll,
  INT32,
  readField,
  readNumber,
  readNumbers,
  UINT16,
  UINT32,
  UINT64,
  writeField,
  writeNumber,
} from "../../lib/memory/fields.ts";
import type { Field } from "../../lib/native/structs.ts";

const code = (value: string): Error => expect.objectContaining({ code: value }) as Error;

const field = fc.record({
  offset: fc.nat(9),
  size: fc.constantFrom(1, 2, 4, 8),
  signed: fc.boolean(),
  mask: fc.constant(0),
  network: fc.boolean(),
});

/** What DataView says of the same bytes: 64 bits as a bigint. */
function asDataView(bytes: Uint8Array, { offset, size, signed, network }: Field, at: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = endianness() === "LE" && !network;
  const type = size === 8 ? (signed ? "BigInt64" : "BigUint64") : undefined;
  if (type) return view[`get${type}`](at + offset, little);
  const bits = (size * 8) as 8 | 16 | 32;
  return view[`get${signed ? "Int" : "Uint"}${bits}`](at + offset, little);
}

/** Memory at an odd place of a larger buffer, as Buffer's pool hands it out. */
function memory(start: number, content: Uint8Array): Buffer {
  const buffer = Buffer.alloc(start + content.length + 16, 0xa5).subarray(start);
  buffer.set(content);
  return buffer.subarray(0, content.length);
}

const content = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("a field", () => {
  it("is read as DataView reads it, at any offset of any view", () => {
    const property = fc.property(field, content, fc.nat(7), fc.nat(9), (of, bytes, start, at) => {
      const view = memory(start, bytes);

      expect(readField(view, of, at)).toBe(asDataView(view, of, at));
      expect(readNumber(view, of, at)).toBe(Number(asDataView(view, of, at)));
    });
    fc.assert(property);
  });

  it("is written as it is read, and nothing beside it", () => {
    const property = fc.property(field, content, fc.nat(7), fc.nat(9), (of, bytes, start, at) => {
      const source = memory(start, bytes);
      const target = memory(start, new Uint8Array(32).fill(0x5a));
      writeField(target, of, readField(source, of, at), "value", at);
      const [from, to] = [at + of.offset, at + of.offset + of.size];

      expect([...target.subarray(from, to)]).toEqual([...bytes.subarray(from, to)]);
      expect([...target.subarray(0, from), ...target.subarray(to)]).toEqual(
        Array.from({ length: 32 - of.size }, () => 0x5a),
      );
    });
    fc.assert(property);
  });

  it("of eight bytes is written from a number as from a bigint", () => {
    const size: Field = { ...UINT64, offset: 3 };
    const property = fc.property(fc.maxSafeNat(), (value) => {
      const [one, other] = [new Uint8Array(16), new Uint8Array(16)];
      writeNumber(one, size, value, "length", 1);
      writeField(other, size, BigInt(value), "length", 1);

      expect(one).toEqual(other);
      expect(readNumber(one, size, 1)).toBe(value);
    });
    fc.assert(property);
  });

  it("keeps the sign of a number in eight bytes", () => {
    const bytes = new Uint8Array(8);
    const signed: Field = { ...UINT64, signed: true };

    for (const value of [-1, -(2 ** 32), -(2 ** 32) - 1, Number.MIN_SAFE_INTEGER]) {
      writeNumber(bytes, signed, value, "value");
      expect(readNumber(bytes, signed)).toBe(value);
    }
  });

  it.each([
    [INT32, 2 ** 31],
    [INT32, -(2 ** 31) - 1],
    [UINT32, -1],
    [UINT32, 2 ** 32],
    [UINT16, 65_536],
    [UINT16, 1.5],
    [UINT64, -1n],
    [UINT64, 2n ** 64n],
  ])("%# is not written when the value does not fit", (of, value) => {
    expect(() => bytesOf(of, value, "value")).toThrow(code("ERR_OUT_OF_RANGE"));
  });

  it.each([
    [INT32, 1n],
    [INT32, undefined],
    [UINT64, 1],
  ])("%# is not written when the value is of another type", (of, value) => {
    expect(() => bytesOf(of, value, "value")).toThrow(code("ERR_INVALID_ARG_TYPE"));
  });

  it("beyond the end of the memory is a coded error that says how much is needed", () => {
    const bytes = Buffer.alloc(16).subarray(0, 6);

    for (const run of [
      () => readNumber(bytes, UINT32, 3),
      () => readField(bytes, UINT64),
      () => readNumber(bytes, UINT32, -1),
      () => {
        writeField(bytes, UINT32, 1, "value", 3);
      },
    ]) {
      expect(run).toThrow(code("ERR_OUT_OF_RANGE"));
    }
    expect(() => readNumber(bytes, UINT32, 3)).toThrow(/"bytes".*at least 7 bytes long/);
  });

  it("in a list stands behind the one before; a last one that is cut is left out", () => {
    const bytes = bytesOfAll(UINT32, [1, 2 ** 32 - 1, 3], "values");

    expect(readNumbers(memory(3, bytes), UINT32)).toEqual([1, 2 ** 32 - 1, 3]);
    expect(readNumbers(memory(3, bytes).subarray(0, 11), UINT32)).toEqual([1, 2 ** 32 - 1]);
    expect(() => bytesOfAll(UINT32, [1, -1], "values")).toThrow(/"values\[1\]"/);
  });
});
