import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { ORDER, python } from "./support.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const family = String(sys.AF_CAN);
const j1939 = { name: 0xfedcba9876543210n, pgn: 0x12300, addr: 0x20 };

describe("struct sockaddr_can", () => {
  it.each([
    ["CAN_RAW", undefined, `struct.pack("${ORDER}HxxiII", ${family}, 7, 0, 0)`],
    [
      "CAN_ISOTP",
      { rxId: 0x80000123, txId: 0x321 },
      `struct.pack("${ORDER}HxxiII", ${family}, 7, 0x80000123, 0x321)`,
    ],
    [
      "CAN_J1939",
      j1939,
      `struct.pack("${ORDER}HxxiQIB3x", ${family}, 7, 0xfedcba9876543210, 0x12300, 0x20)`,
    ],
  ])("has, for %s, the bytes that Python's struct packs", (_, protocol, packed) => {
    expect(hex(sys.sockaddrCan(7, protocol))).toBe(python(`(${packed}).hex()`));
  });

  it("is read back as what it was made for", () => {
    const isotp = { rxId: 1, txId: 2 ** 32 - 1 };

    expect(sys.readSockaddrCan(sys.sockaddrCan(7))).toBe(7);
    expect(sys.readSockaddrCanIsotp(sys.sockaddrCan(7, isotp))).toEqual(isotp);
    expect(sys.readSockaddrCanJ1939(sys.sockaddrCan(7, j1939))).toEqual(j1939);
  });

  it("is not read from another family, or from too few bytes", () => {
    const whole = sys.sockaddrCan(7, j1939);

    expect(sys.readSockaddrCan(sys.sockaddrIn("127.0.0.1", 1))).toBeNull();
    expect(sys.readSockaddrCan(whole.subarray(0, 7))).toBeNull();
    expect(sys.readSockaddrCan(whole.subarray(0, 8))).toBe(7);
    expect(sys.readSockaddrCanIsotp(whole.subarray(0, 15))).toBeNull();
    expect(sys.readSockaddrCanJ1939(whole.subarray(0, 20))).toBeNull();
  });

  it("refuses numbers that do not fit, and a name that is no bigint", () => {
    expect(() => sys.sockaddrCan(-1)).toThrow(RangeError);
    expect(() => sys.sockaddrCan(1, { rxId: 2 ** 32, txId: 0 })).toThrow(RangeError);
    expect(() => sys.sockaddrCan(1, { rxId: 0, txId: -1 })).toThrow(RangeError);
    expect(() => sys.sockaddrCan(1, { ...j1939, name: 2n ** 64n })).toThrow(RangeError);
    expect(() => sys.sockaddrCan(1, { ...j1939, pgn: -1 })).toThrow(RangeError);
    expect(() => sys.sockaddrCan(1, { ...j1939, addr: 256 })).toThrow(RangeError);
    expect(() => sys.sockaddrCan(1, { ...j1939, name: 1 as unknown as bigint })).toThrow(TypeError);
  });
});
