import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Address, type AddressLike, kernelBytes } from "../../lib/address/address.ts";
import * as sys from "../../lib/sys/index.ts";

describe("new Address()", () => {
  it.each(["127.0.0.1:80", 5, null, undefined, {}])(
    "says for %o what text and fields go to",
    (given) => {
      expect(() => new Address(given as Uint8Array)).toThrow(
        expect.objectContaining({
          name: "TypeError",
          code: "ERR_INVALID_ARG_TYPE",
          message: expect.stringMatching(/Address\.parse.*Address\.from/) as string,
        }),
      );
    },
  );

  it.each([
    { address: "127.0.0.1", port: 80 },
    { path: Uint8Array.of(0x2f, 0xff) },
    { family: "packet", hardwareAddress: Uint8Array.of(1, 2) },
  ] satisfies AddressLike[])(
    "stays what it is when what it hands out is written to: %o",
    (input) => {
      const address = Address.from(input);
      const text = String(address);
      const { fields } = address;

      for (const part of [address.bytes, address.pathBytes, ...Object.values(fields)]) {
        if (part instanceof Uint8Array) part.fill(0x78);
      }

      expect(String(address)).toBe(text);
      expect(address.equals(Address.from(input))).toBe(true);
      expect(kernelBytes(address)).toEqual(Address.from(input).bytes);
    },
  );

  it.each([
    [sys.AF_PACKET, 20, 4],
    [sys.AF_CAN, 24, 4],
  ])("of family %i with a negative interface is text that reads back", (family, size, at) => {
    const bytes = new Uint8Array(size);
    new Uint16Array(bytes.buffer)[0] = family;
    new Int32Array(bytes.buffer)[at / 4] = -5;
    const address = new Address(bytes);

    const again = Address.parse(String(address));

    expect(again.equals(address)).toBe(true);
    expect(Address.from(address.fields).equals(address)).toBe(true);
  });

  it("can be shown whatever its bytes are", () => {
    for (let family = 0; family < 64; family++) {
      const start = new Uint8Array(Uint16Array.of(family).buffer);
      for (const fill of [0, 1, 127, 128, 255]) {
        const whole = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE).fill(fill);
        whole.set(start);
        for (let length = 0; length <= whole.length; length++) {
          expect(inspect(new Address(whole.subarray(0, length)))).toMatch(/^Address </);
        }
      }
    }
  });
});

describe("an address inside of a structure that has room for any", () => {
  it.each(["127.0.0.1:80", "[::1]:80"])("equals %s, and is as long", (text) => {
    const address = Address.parse(text);
    const room = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE).fill(0xa5);
    room.set(address.bytes);

    const found = new Address(room);

    expect(found.equals(address)).toBe(true);
    expect(found.bytes).toEqual(address.bytes);
  });
});
