import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";
import { type FieldType, struct, type StructLayout } from "../../lib/memory/layout.ts";
import { ORDER, python, run } from "../sys/support.ts";

const code = (value: string): Error => expect.objectContaining({ code: value }) as Error;

/** A type, and how C declares a field of it. */
interface Sample {
  readonly type: FieldType;
  readonly declare: (name: string) => string;
}

const NUMBERS = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"] as const;

const number = fc.constantFrom(...NUMBERS).map((type): Sample => {
  const sign = type.startsWith("u") ? "u" : "";
  return { type, declare: (name) => `${sign}int${type.slice(1)}_t ${name};` };
});

const text = fc.integer({ min: 1, max: 9 }).map((size): Sample => ({
  type: ["char", size],
  declare: (name) => `char ${name}[${String(size)}];`,
}));

function arrayOf({ type, declare }: Sample, count: number): Sample {
  return { type: [type, count], declare: (name) => declare(`${name}[${String(count)}]`) };
}

function structOf(samples: readonly Sample[]): Sample & { readonly type: StructLayout } {
  const fields = samples.map((sample, index) => [`f${String(index)}`, sample] as const);
  const body = fields.map(([name, sample]) => sample.declare(name)).join(" ");
  const type = struct(Object.fromEntries(fields.map(([name, sample]) => [name, sample.type])));
  return { type, declare: (name) => `struct { ${body} } ${name};` };
}

// An array of text or of arrays is left out: in C its dimensions are in the other order.
const { field } = fc.letrec<{ field: Sample; inner: Sample }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    number,
    fc.array(tie("field"), { minLength: 1, maxLength: 4 }).map(structOf),
  ),
  field: fc.oneof(
    { maxDepth: 3 },
    number,
    text,
    tie("inner"),
    fc.tuple(tie("inner"), fc.integer({ min: 1, max: 4 })).map((of) => arrayOf(...of)),
  ),
}));

/** The lines that a C program prints. */
function compiled(statements: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), "pollux-layout-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const source = join(directory, "layout.c");
  const headers = ["stddef.h", "stdint.h", "stdio.h"].map((header) => `#include <${header}>\n`);
  writeFileSync(source, `${headers.join("")}int main(void) {\n${statements}}\n`);
  run("gcc", ["-o", join(directory, "layout"), source]);
  return run(join(directory, "layout"), []).trim().split("\n");
}

describe("struct()", () => {
  it("lays fields out as the C compiler of this machine does", () => {
    const ours: string[] = [];
    let statements = "";
    const samples = fc.sample(fc.array(field, { minLength: 1, maxLength: 6 }), 100);

    samples.map(structOf).forEach(({ type, declare }, index) => {
      const name = `s${String(index)}`;
      statements += declare(name);
      statements += `printf("%zu %zu\\n", sizeof(${name}), _Alignof(__typeof__(${name})));\n`;
      ours.push(`${String(type.size)} ${String(type.alignment)}`);
      for (const [key, { offset, size }] of Object.entries<{ offset: number; size: number }>(
        type.fields,
      )) {
        const place = `offsetof(__typeof__(${name}), ${key})`;
        statements += `printf("%zu %zu\\n", ${place}, sizeof(${name}.${key}));\n`;
        ours.push(`${String(offset)} ${String(size)}`);
      }
    });

    expect(compiled(statements)).toEqual(ours);
  });

  it("has numbers, text, arrays and structures, of which 64-bit numbers are bigints", () => {
    const inner = struct({ id: "u8", time: "i64" });
    const layout = struct({ id: "u16", name: ["char", 5], list: ["i8", 3], all: [inner, 2] });
    const value = { id: 0xfffe, name: "ab", list: [-1, 2], all: [{ id: 7, time: -5n }] };

    const bytes = layout.write(value);
    const read = layout.read(bytes);

    expect(read).toEqual({
      id: 0xfffe,
      name: "ab",
      list: [-1, 2, 0],
      all: [
        { id: 7, time: -5n },
        { id: 0, time: 0n },
      ],
    });
    expectTypeOf(read.name).toEqualTypeOf<string>();
    expectTypeOf(read.list).toEqualTypeOf<readonly number[]>();
    expectTypeOf(read.all[0]!.time).toEqualTypeOf<bigint>();
    // "x" of Python's struct is a byte of padding.
    const packed = `struct.pack("${ORDER}H5s3b6xB7xqB7xq", 0xfffe, b"ab", -1, 2, 0, 7, -5, 0, 0).hex()`;
    expect(Buffer.from(bytes).toString("hex")).toBe(python(packed));
  });

  it("reads and writes at any offset, and nothing beside it", () => {
    const layout = struct({ first: "u8", second: "u32" });
    const bytes = new Uint8Array(12).fill(0xa5);

    expect(layout.write({ first: 1, second: 2 }, bytes, 3)).toBe(bytes);

    expect(layout.read(bytes, 3)).toEqual({ first: 1, second: 2 });
    expect([...bytes.subarray(0, 3), bytes[11]]).toEqual([0xa5, 0xa5, 0xa5, 0xa5]);
    expect([...bytes.subarray(4, 7)]).toEqual([0, 0, 0]); // padding
  });

  it("takes a whole number for one of 64 bits, and a bigint for none of fewer", () => {
    const layout = struct({ wide: "u64", narrow: "u32" });

    expect(layout.read(layout.write({ wide: 2 ** 40 })).wide).toBe(2n ** 40n);
    const narrow = 1n as unknown as number;
    expect(() => layout.write({ narrow })).toThrow(code("ERR_INVALID_ARG_TYPE"));
  });

  it("refuses what does not fit, and then writes nothing", () => {
    const layout = struct({
      small: "u8",
      wide: "u64",
      name: ["char", 4],
      list: ["u16", 2],
      deep: struct({ value: "i8" }),
    });
    const bytes = new Uint8Array(layout.size).fill(0xa5);
    const write = (value: object) => () => layout.write({ small: 1, ...value }, bytes);
    const outside = code("ERR_OUT_OF_RANGE");

    for (const small of [256, -1, 1.5, NaN]) expect(write({ small })).toThrow(outside);
    for (const wide of [-1n, 2n ** 64n, 2 ** 53]) expect(write({ wide })).toThrow(outside);
    expect(write({ name: "four" })).toThrow(outside);
    expect(write({ name: "é€" })).toThrow(outside);
    expect(write({ name: "a\0b" })).toThrow(code("ERR_INVALID_ARG_VALUE"));
    expect(write({ name: 1 })).toThrow('"value.name" argument must be a string');
    expect(write({ list: [1, 2, 3] })).toThrow('"value.list" is out of range');
    expect(write({ list: [1, "2"] })).toThrow('"value.list[1]" argument must be a number');
    expect(write({ list: 1 })).toThrow('"value.list" argument must be an array');
    expect(write({ deep: { value: 128 } })).toThrow('"value.deep.value" is out of range');
    expect(write({ deep: null })).toThrow('"value.deep" argument must be an object');
    expect(write({ deep: { other: 1 } })).toThrow('"value.deep.other" does not exist');
    expect(write({ toString: 1 })).toThrow('"value.toString" does not exist');
    expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
  });

  it("writes no element that a getter has added to an array", () => {
    const layout = struct({ list: ["u8", 2], after: "u8" });
    const list = [0, 1];
    Object.defineProperty(list, 0, { get: () => list.push(9) });

    expect(() => layout.write({ list })).toThrow(code("ERR_OUT_OF_RANGE"));
    expect(() => layout.write({ list: [1, 2, 3] })).toThrow(code("ERR_OUT_OF_RANGE"));
  });

  it("has a field of any name of C, and no other", () => {
    const name = "__proto__";
    const layout = struct({ [name]: "u16" });

    expect(Object.getOwnPropertyDescriptor(layout.fields, name)?.value).toEqual({
      offset: 0,
      size: 2,
    });
    expect(layout.write({ [name]: 0x0101 })).toEqual(Uint8Array.of(1, 1));
    expect(() => struct({ late: "u8", 1: "u16" })).toThrow(code("ERR_INVALID_ARG_VALUE"));
  });

  it("refuses memory that ends before the structure does", () => {
    const layout = struct({ value: "u32" });

    expect(() => layout.read(new Uint8Array(3))).toThrow(code("ERR_OUT_OF_RANGE"));
    expect(() => layout.read(new Uint8Array(8), 5)).toThrow(code("ERR_OUT_OF_RANGE"));
    expect(() => layout.read(new Uint8Array(8), -1)).toThrow(code("ERR_OUT_OF_RANGE"));
    expect(() => layout.write({}, new Uint8Array(8), 5)).toThrow(code("ERR_OUT_OF_RANGE"));
    expect(() => layout.read([] as unknown as Uint8Array)).toThrow(code("ERR_INVALID_ARG_TYPE"));
  });

  it("refuses types that do not exist, and arrays without elements", () => {
    const made = (type: unknown) => () => struct({ it: type as FieldType });

    for (const type of ["u24", "char", "", null, 4, {}])
      expect(made(type)).toThrow('"fields.it" argument must be a type such as');
    for (const count of [0, -1, 0.5, 65_537])
      expect(made(["u8", count])).toThrow('"fields.it[1]" is out of range');
    expect(() => struct({})).toThrow(code("ERR_OUT_OF_RANGE"));
  });
});
