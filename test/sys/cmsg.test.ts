import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { python } from "./support.ts";

const messages = [
  { level: 1, type: 2, data: Uint8Array.of(1, 2, 3, 4, 5) },
  { level: -1, type: 2 ** 31 - 1, data: new Uint8Array(0) },
  { level: 41, type: 50, data: new Uint8Array(16).fill(7) },
];

describe("cmsg(3)", () => {
  it.each([0, 1, 4, 8, 12, 100])("has the lengths that Python has for %d bytes", (length) => {
    expect([sys.cmsgLen(length), sys.cmsgSpace(length)].join()).toBe(
      python(`f"{socket.CMSG_LEN(${length})},{socket.CMSG_SPACE(${length})}"`),
    );
  });

  it("reads what it wrote", () => {
    const control = sys.cmsgWrite(messages);

    expect(control.length).toBe(sys.cmsgSpace(5) + sys.cmsgSpace(0) + sys.cmsgSpace(16));
    expect(sys.cmsgRead(control)).toEqual(messages);
  });

  it("reads memory that begins anywhere, and only so far as it was filled", () => {
    const memory = new Uint8Array(100).fill(0xff);
    const control = sys.cmsgWrite(messages.slice(0, 1));
    memory.set(control, 3);

    expect(sys.cmsgRead(memory.subarray(3), control.length)).toEqual(messages.slice(0, 1));
    expect(sys.cmsgRead(memory.subarray(3), 15)).toEqual([]);
  });

  it.each([0, 1, 15, 1000, 2 ** 40])("ends at a message that says it has %d bytes", (length) => {
    const control = sys.cmsgWrite(messages);
    new BigUint64Array(control.buffer)[3] = BigInt(length);

    expect(sys.cmsgRead(control)).toEqual(messages.slice(0, 1));
  });

  it.each([-1, NaN, 1.5, Infinity, 2 ** 53])("refuses %d as a length of data", (length) => {
    for (const call of [sys.cmsgAlign, sys.cmsgLen, sys.cmsgSpace]) {
      expect(() => call(length)).toThrow(
        expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
      );
    }
  });

  it("refuses what is no list of control messages", () => {
    for (const wrong of [
      null,
      {},
      [null],
      [{ level: 1, type: 1 }],
      [{ level: 1, type: 1, data: "x" }],
    ]) {
      expect(() => sys.cmsgWrite(wrong as never)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
      );
    }
  });

  it("refuses a length beyond the memory", () => {
    expect(() => sys.cmsgRead(new Uint8Array(8), 9)).toThrow(RangeError);
  });
});
