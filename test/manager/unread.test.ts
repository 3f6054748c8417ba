import { describe, expect, it } from "vitest";
import { Unread } from "../../lib/manager/unread.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("Unread", () => {
  it("has bytes where they arrived, and copies what is left", () => {
    const recv = new Unread();
    const memory = bytes("..hello..");

    recv.take(memory, 2, 5);
    expect([recv.memory === memory, recv.offset, recv.length]).toEqual([true, 2, 5]);
    recv.consume(2);
    expect(recv.toString()).toBe("llo");
    recv.keep();
    memory.fill(0);

    expect([recv.toString(), recv.memory === memory]).toEqual(["llo", false]);
  });

  it("puts what arrives behind what was left", () => {
    const recv = new Unread();
    for (const part of ["ab", "cd", "ef"]) {
      recv.take(bytes(part), 0, 2);
      recv.consume(1);
      recv.keep();
    }

    expect(recv.toString()).toBe("def");
    expect(recv.indexOf(0x65)).toBe(1);
    expect(recv.indexOf(0x7a)).toBe(-1);
    recv.consume();
    expect([recv.length, recv.bytes.length]).toEqual([0, 0]);
  });

  it("keeps nothing of memory that the handler has transferred", () => {
    const recv = new Unread();
    const memory = new Uint8Array(new ArrayBuffer(5));
    recv.take(memory, 0, 5);

    structuredClone(memory, { transfer: [memory.buffer] });
    recv.keep();

    expect(recv.length).toBe(0);
  });

  it.each([-1, 6, 0.5, NaN, "1"])("does not consume %j of five bytes", (length) => {
    const recv = new Unread();
    recv.take(bytes("hello"), 0, 5);

    expect(() => {
      recv.consume(length as number);
    }).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) as string }));
    expect(recv.length).toBe(5);
  });
});
