import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NetworkBuffer } from "../../lib/reactor/network_buffer.ts";

const LIMIT = 20_000;

/** A copy of the bytes that the buffer holds. */
function contents(buffer: NetworkBuffer): Buffer {
  return Buffer.from(buffer.memory.subarray(buffer.offset, buffer.offset + buffer.length));
}

describe("NetworkBuffer", () => {
  it("holds what was appended and not consumed, in order, whatever is done to it", () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ append: fc.nat(9000), offset: fc.nat(50) }) },
      { weight: 5, arbitrary: fc.record({ consume: fc.double({ min: 0, max: 1, noNaN: true }) }) },
      { weight: 1, arbitrary: fc.constant({ reset: true }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const buffer = new NetworkBuffer(LIMIT);
        let model = Buffer.alloc(0);
        let next = 0;
        for (const action of steps) {
          if ("append" in action) {
            const source = Buffer.from(Array.from({ length: action.append + 50 }, () => next++));
            const added = source.subarray(action.offset, action.offset + action.append);
            if (model.length + added.length <= LIMIT) {
              buffer.append(source, action.offset, action.append);
              model = Buffer.concat([model, added]);
            } else {
              expect(() => {
                buffer.append(source, action.offset, action.append);
              }).toThrow(expect.objectContaining({ code: "ENOBUFS" }));
            }
          } else if ("consume" in action) {
            const length = Math.floor(action.consume * model.length);
            buffer.consume(length);
            model = model.subarray(length);
          } else {
            buffer.reset();
            model = Buffer.alloc(0);
          }
          expect(contents(buffer).equals(model)).toBe(true);
          expect([buffer.length, buffer.room]).toEqual([model.length, LIMIT - model.length]);
          expect(buffer.memory.length).toBeLessThanOrEqual(LIMIT);
        }
      }),
    );
  });

  it("takes exactly as much as its limit", () => {
    const buffer = new NetworkBuffer(5000);
    buffer.append(Buffer.alloc(5000, "a"), 0, 5000);

    expect(buffer.room).toBe(0);
    expect(() => {
      buffer.append(Buffer.from("b"), 0, 1);
    }).toThrow(expect.objectContaining({ code: "ENOBUFS", syscall: "append" }));
    expect(contents(buffer).equals(Buffer.alloc(5000, "a"))).toBe(true);
  });

  it("holds no memory while it is empty", () => {
    const buffer = new NetworkBuffer(LIMIT);
    expect(buffer.memory.length).toBe(0);

    buffer.append(Buffer.alloc(10_000), 0, 10_000);
    buffer.consume(9999);
    expect(buffer.memory.length).toBeGreaterThanOrEqual(1);

    buffer.consume(1);
    expect(buffer.memory.length).toBe(0);
  });

  it("uses the room of what was consumed instead of growing", () => {
    const buffer = new NetworkBuffer(LIMIT);
    buffer.append(Buffer.alloc(4096), 0, 4096);
    const { length } = buffer.memory;

    for (let round = 0; round < 100; round++) {
      buffer.consume(3000);
      buffer.append(Buffer.alloc(3000), 0, 3000);
    }

    expect(buffer.memory.length).toBeLessThanOrEqual(2 * length);
  });

  it.each([-1, 0.5, NaN, 4])("does not consume %s of 3 bytes", (length) => {
    const buffer = new NetworkBuffer(LIMIT);
    buffer.append(Buffer.from("abc"), 0, 3);

    expect(() => {
      buffer.consume(length);
    }).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
    expect(contents(buffer).toString()).toBe("abc");
  });

  it.each([0, -1, 1.5, 2 ** 31])("refuses %s as a limit", (limit) => {
    expect(() => new NetworkBuffer(limit)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it.each([
    [0, -1],
    [0, 4],
    [4, 0],
    [-1, 1],
    [0, Number.NaN],
    [0.5, 1],
  ])("refuses %s, %s of a source of 3 bytes, and appends nothing", (offset, length) => {
    const buffer = new NetworkBuffer(100);
    buffer.append(Buffer.from("abc"), 0, 3);

    expect(() => {
      buffer.append(Buffer.from("xyz"), offset, length);
    }).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
    expect(buffer.length).toBe(3);
  });
});
