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

describe("messages of CAN_BCM", () => {
  const frames = [
    { id: 0x123, data: Uint8Array.of(1, 2, 3) },
    { id: 0x8000_0456, data: new Uint8Array(8).fill(9) },
  ];

  it("lay out a head of 56 bytes and frames of 16, as Python's struct reads them", () => {
    const bytes = sys.bcmMessage({
      ...{ opcode: sys.CAN_BCM_TX_SETUP, flags: sys.CAN_BCM_SETTIMER, count: 7, id: 0x123, frames },
      ...{ interval1Us: 2_000_003, interval2Us: 5 },
    });

    const read = python(
      `struct.unpack("${ORDER}III4xqqqqII", bytes.fromhex("${Buffer.from(bytes).toString("hex")}")[:56])`,
    );
    expect(read).toBe(
      `(${[sys.CAN_BCM_TX_SETUP, sys.CAN_BCM_SETTIMER, 7, 2, 3, 0, 5, 0x123, 2].join(", ")})`,
    );
    expect(Buffer.from(bytes.subarray(56, 72)).toString("hex").slice(8)).toBe(
      "030000000102030000000000",
    );
    expect(bytes).toHaveLength(56 + 2 * 16);
  });

  it.each([
    ["classic", 0, frames],
    ["CAN FD", sys.CAN_BCM_CAN_FD_FRAME, [{ id: 1, data: new Uint8Array(64).fill(5), flags: 3 }]],
    ["none", 0, []],
  ])("come back as they were, with frames: %s", (_, flags, given) => {
    const message = {
      ...{
        opcode: sys.CAN_BCM_RX_CHANGED,
        flags,
        count: 1,
        interval1Us: 1_500_000,
        interval2Us: 0,
      },
      ...{ id: 0x123, frames: given },
    };

    expect(sys.readBcmMessage(new Uint8Array(sys.bcmMessage(message)))).toEqual(message);
  });

  it("are read only as far as they go", () => {
    const bytes = sys.bcmMessage({ opcode: sys.CAN_BCM_RX_CHANGED, id: 1, frames });
    // The length of a frame that claims more data than there can be.
    bytes[56 + 4] = 255;

    expect(sys.readBcmMessage(bytes.subarray(0, 55))).toBeNull();
    expect(
      sys.readBcmMessage(bytes.subarray(0, 72))?.frames.map(({ data }) => data.length),
    ).toEqual([8]);
  });

  it.each([
    [{ interval1Us: -1 }, RangeError],
    [{ interval2Us: 0.5 }, RangeError],
    [{ opcode: -1 }, RangeError],
    [{ frames: [{ id: 1, data: new Uint8Array(9) }] }, RangeError],
    [
      { frames: Array.from({ length: 257 }, () => ({ id: 1, data: new Uint8Array(0) })) },
      RangeError,
    ],
    [{ frames: [{ id: 1, data: "x" }] }, TypeError],
    [{ frames: 5 }, TypeError],
  ])("refuse %j", (wrong, error) => {
    const message = { opcode: sys.CAN_BCM_TX_SEND, id: 1, ...wrong } as sys.BcmMessage;

    expect(() => sys.bcmMessage(message)).toThrow(error);
  });
});
