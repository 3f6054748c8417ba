import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Address, type AddressLike } from "../../lib/address/address.ts";
import * as sys from "../../lib/sys/index.ts";

const uint32 = fc.nat(2 ** 32 - 1);
const byte = fc.nat(255);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

const addresses: fc.Arbitrary<AddressLike> = fc.oneof(
  fc.record({ address: fc.ipV4(), port: fc.nat(65_535) }),
  fc.record({ address: fc.ipV6(), port: fc.nat(65_535), scopeId: uint32 }),
  bytes(sys.SUN_PATH_SIZE).map((name) => ({ path: name[0] === 0 ? name : name.filter(Boolean) })),
  fc.string({ unit: "binary", maxLength: 30 }).map((name) => ({ path: `\0${name.slice(0, 25)}` })),
  fc.record({ family: fc.constant("netlink" as const), pid: uint32, groups: uint32 }),
  fc.record({ family: fc.constant("vsock" as const), cid: uint32, port: uint32, flags: byte }),
  fc.record({
    family: fc.constant("packet" as const),
    interface: fc.nat(2 ** 31 - 1),
    protocol: fc.nat(65_535),
    hardwareAddress: bytes(32),
    hardwareType: fc.nat(65_535),
    packetType: byte,
  }),
  fc.record(
    {
      family: fc.constant("can" as const),
      interface: fc.nat(2 ** 31 - 1),
      isotp: fc.record({ rxId: uint32, txId: uint32 }),
    },
    { requiredKeys: ["family"] },
  ),
  fc.record({
    family: fc.constant("can" as const),
    j1939: fc.record({
      name: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      pgn: uint32,
      addr: byte,
    }),
  }),
  fc.record({ family: fc.integer({ min: 45, max: 65_535 }), data: bytes(126) }),
);

describe("Address.parse and toString", () => {
  it("are each other's inverse for every address", () => {
    fc.assert(
      fc.property(addresses, (input) => {
        const address = Address.from(input);
        expect(Address.parse(String(address)).bytes).toEqual(address.bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("write what they read", () => {
    const texts = [
      ...["127.0.0.1:80", "0.0.0.0:0", "[::1]:80", "[::ffff:1.2.3.4]:65535", "[fe80::1%lo]:80"],
      ...["[fe80::1%4294967295]:1", "/run/socket", "./a", "../a", "unix:a/b", "unix:@a", "unix:é"],
      ...["@abstract", "@", "@a\\x00b", "/\\xff\\xfe", "/a\\\\b", "unnamed", "unix:unnamed"],
      ...["netlink:0:0x0", "netlink:7:0x11", "vsock:2:1024", "vsock::4294967295", "vsock:1:2:0x1"],
      ...["packet:lo:0x3", "packet:0:0x0", "packet:lo:0x800:772:4:000000000000"],
      ...["can:lo", "can:0", "can:lo:0x123:0x80000321", "can:lo:0xffffffffffffffff:0x40000:0xff"],
      ...["family:38:", "family:38:00ff"],
    ];

    expect(texts.map((text) => String(Address.parse(text)))).toEqual(texts);
  });

  it.each([
    ["[fe80::1%1]:80", "[fe80::1%lo]:80"],
    ["[FE80:0::1]:80", "[fe80::1]:80"],
    ["@name\\X41", "@nameA"],
    ["vsock:0xffffffff:1", "vsock::1"],
  ])("read %s as %s", (text, written) => {
    expect(String(Address.parse(text))).toBe(written);
  });
});

describe("Address.parse", () => {
  it.each([
    ...["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1", ":80", "localhost:80"],
    ...["::1", "::1:80", "[::1]", "[127.0.0.1]:80", "[::1%]:80x", "1.2.3:80", "1.2.3.4.5:80"],
    ...["relative", "unix:", "/a\\", "/a\\xg0", "/a\\x4", "netlink:", "netlink:1", "netlink:a:b"],
    ...["netlink:1:2:3", "vsock:1", "vsock:", "vsock:1:", "vsock:-1:2", "vsock:1:2:3:4"],
    ...["packet:", "packet:lo", "packet:lo:", "packet:lo:3:1", "packet:lo:3:1:2:0"],
    ...["packet:lo:3:1:2:zz", "packet:lo:3:1:2:00:1", "can:", "can:lo:1", "can:lo:1:2:3:4"],
    ...["family:38", "family:38:0", "family:x:00", "family:38:00:00", "ipx:1:2", "unnamed "],
  ])("refuses %j", (text) => {
    expect(() => Address.parse(text)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it.each(["127.0.0.1:65536", "[::1]:65536", "vsock:4294967296:1", "family:65536:00"])(
    "refuses %j, a number too large",
    (text) => {
      expect(() => Address.parse(text)).toThrow(RangeError);
    },
  );

  it("refuses what is no text, and a path that is too long", () => {
    expect(() => Address.parse(80 as unknown as string)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
    expect(() => Address.parse(`/${"p".repeat(sys.SUN_PATH_SIZE)}`)).toThrow(RangeError);
    expect(() => Address.parse(`@${"n".repeat(sys.SUN_PATH_SIZE)}`)).toThrow(RangeError);
  });

  it.each(["[fe80::1%no-such]:1", "packet:no-such:3", "can:no-such"])(
    "says ENODEV for %j, whose interface does not exist",
    (text) => {
      expect(() => Address.parse(text)).toThrow(
        expect.objectContaining({ code: "ENODEV", syscall: "if_nametoindex" }),
      );
    },
  );
});
