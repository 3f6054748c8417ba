import { lookup } from "node:dns/promises";
import { SocketAddress } from "node:net";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Address } from "../../lib/address/address.ts";
import * as sys from "../../lib/sys/index.ts";

const port = fc.nat(65_535);
const uint32 = fc.nat(2 ** 32 - 1);
const bytes = (maxLength: number, min = 0): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.integer({ min, max: 255 }), { minLength: 1, maxLength })
    .map((list) => Uint8Array.from(list));

const LONGEST_PATH = sys.SUN_PATH_SIZE;

const invalidValue = expect.objectContaining({
  name: "TypeError",
  code: "ERR_INVALID_ARG_VALUE",
}) as unknown;

describe("Address of the internet", () => {
  it("keeps every IPv4 address and port", () => {
    fc.assert(
      fc.property(fc.ipV4(), port, (address, port) => {
        const made = Address.from({ address, port });
        expect([made.family, made.address, made.port]).toEqual([sys.AF_INET, address, port]);
        expect(made.toString()).toBe(`${address}:${port}`);
        expect(Address.from({ address: made.address ?? "", port }).equals(made)).toBe(true);
      }),
    );
  });

  it("keeps every IPv6 address, port, flow and scope", () => {
    fc.assert(
      fc.property(fc.ipV6(), port, uint32, uint32, (address, port, flowInfo, scopeId) => {
        const made = Address.from({ address, port, flowInfo, scopeId });
        expect([made.family, made.port, made.flowInfo, made.scopeId]).toEqual([
          sys.AF_INET6,
          port,
          flowInfo,
          scopeId,
        ]);
        const again = Address.from({ address: made.address ?? "", port, flowInfo, scopeId });
        expect(again.equals(made)).toBe(true);
      }),
    );
  });

  it("writes IPv6 in its short form", () => {
    const made = Address.from({ address: "2001:0DB8:0:0:0:0:0:1", port: 80 });

    expect(made.address).toBe("2001:db8::1");
    expect(String(made)).toBe("[2001:db8::1]:80");
    expect([made.flowInfo, made.scopeId]).toEqual([0, 0]);
  });

  it("lays the bytes out as the kernel wants them", () => {
    const { bytes } = Address.from({ address: "127.0.0.1", port: 0x1234 });

    expect([...bytes.subarray(2)]).toEqual([0x12, 0x34, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("has no flow, scope or path where there is none", () => {
    const made = Address.from({ address: "10.0.0.1", port: 1 });

    expect([made.flowInfo, made.scopeId, made.path, made.pathBytes]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    " 1.2.3.4",
    "1.2.3.4\0x",
    "::1%",
    "127.0.0.1%lo",
    ":",
    "[::1]",
  ])("refuses %j as an address", (address) => {
    expect(() => Address.from({ address, port: 0 })).toThrow(invalidValue);
  });

  it.each([-1, 65_536, 0.5, NaN, Infinity])("refuses %d as a port", (port) => {
    for (const address of ["127.0.0.1", "::1"]) {
      expect(() => Address.from({ address, port })).toThrow(RangeError);
    }
  });

  it.each([-1, 2 ** 32, 0.5, NaN])("refuses %d as a flow or a scope", (number) => {
    expect(() => Address.from({ address: "::1", port: 0, flowInfo: number })).toThrow(RangeError);
    expect(() => Address.from({ address: "::1", port: 0, scopeId: number })).toThrow(RangeError);
  });
});

describe("Address of a unix socket", () => {
  it("keeps every path, also one that is not UTF-8", () => {
    fc.assert(
      fc.property(bytes(LONGEST_PATH, 1), (path) => {
        const made = Address.from({ path });
        expect(made.family).toBe(sys.AF_UNIX);
        expect(made.pathBytes).toEqual(path);
      }),
    );
  });

  it("keeps every abstract name, with the NULs in it", () => {
    fc.assert(
      fc.property(bytes(sys.SUN_PATH_SIZE - 1), (name) => {
        const path = Uint8Array.of(0, ...name);
        expect(Address.from({ path }).pathBytes).toEqual(path);
      }),
    );
  });

  it("keeps every path that is text", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
      .filter((path) => !path.includes("\0") && Buffer.byteLength(path) <= LONGEST_PATH);
    fc.assert(
      fc.property(text, (path) => {
        expect(Address.from({ path }).path).toBe(path);
      }),
    );
  });

  it("keeps a byte order mark at the beginning of a path", () => {
    expect(Address.from({ path: "\uFEFFpath" }).path).toBe("\uFEFFpath");
  });

  it("says which sort of name it is", () => {
    expect(String(Address.from({ path: "/run/socket" }))).toBe("/run/socket");
    expect(String(Address.from({ path: "\0name" }))).toBe("@name");
    expect(String(Address.from({ path: "" }))).toBe("unnamed");
    expect(Address.from({ path: "" }).path).toBe("");
    expect(Address.from({ path: "/run/socket" }).address).toBeUndefined();
  });

  it("takes the longest path and the longest abstract name, and none longer (RangeError)", () => {
    const path = "p".repeat(LONGEST_PATH);
    const name = `\0${"n".repeat(sys.SUN_PATH_SIZE - 1)}`;
    expect(Address.from({ path }).path).toBe(path);
    expect(Address.from({ path: name }).path).toBe(name);

    expect(() => Address.from({ path: `${path}p` })).toThrow(RangeError);
    expect(() => Address.from({ path: `${name}n` })).toThrow(RangeError);
    expect(() => Address.from({ path: "é".repeat(LONGEST_PATH / 2 + 1) })).toThrow(RangeError);
  });

  it("refuses a NUL inside a path", () => {
    expect(() => Address.from({ path: "/run\0/socket" })).toThrow(invalidValue);
  });
});

describe("Address", () => {
  it("is what it is made from, when that is an Address", () => {
    const made = Address.from({ address: "::1", port: 1 });

    expect(Address.from(made)).toBe(made);
  });

  it("copies the bytes that it is made from", () => {
    const source = Address.from({ address: "127.0.0.1", port: 1 }).bytes.slice();
    const made = new Address(source);

    source.fill(0);

    expect(String(made)).toBe("127.0.0.1:1");
  });

  it("equals another of the same bytes, and no other", () => {
    const made = Address.from({ address: "127.0.0.1", port: 1 });

    expect(made.equals(Address.from({ address: "127.0.0.1", port: 1 }))).toBe(true);
    for (const other of [
      { address: "127.0.0.1", port: 2 },
      { address: "127.0.0.2", port: 1 },
      { address: "::1", port: 1 },
      { path: "127.0.0.1:1" },
    ]) {
      expect(made.equals(Address.from(other))).toBe(false);
    }
    expect(Address.from({ path: "\0a" }).equals(Address.from({ path: "\0a\0" }))).toBe(false);
  });

  it("takes as much of a buffer as the kernel has filled", () => {
    const { bytes } = Address.from({ path: "\0name" });
    const buffer = new Uint8Array(128);
    buffer.set(bytes);

    expect(Address.fromKernel(buffer, bytes.length).path).toBe("\0name");
    expect(Address.fromKernel(buffer, 0).family).toBe(sys.AF_UNSPEC);
  });

  it("leaves what it cannot read alone", () => {
    for (const bytes of [[], [2], [2, 0, 0, 80], [10, 0, 0, 80, 0]]) {
      const made = new Address(Uint8Array.from(bytes));
      expect([made.address, made.port, made.path]).toEqual([undefined, undefined, undefined]);
      expect(made.toString()).toBe(
        `family:${made.family}:${Buffer.from(bytes.slice(2)).toString("hex")}`,
      );
    }
  });

  it.each([
    null,
    undefined,
    "127.0.0.1",
    80,
    {},
    { port: 1 },
    { address: 1, port: 1 },
    { path: 1 },
    { address: "::1", port: "1" },
    { family: "ipx" },
    { family: 38 },
    { family: 38, data: "x" },
    { family: "vsock", port: 1 },
    { family: "vsock", cid: 1 },
    { family: "netlink", pid: "1" },
    { family: "packet", hardwareAddress: "02:00:00:00:00:01" },
    { family: "can", interface: 1n },
    { family: "can", j1939: { name: 1, pgn: 0, addr: 0 } },
  ])("refuses %o", (input) => {
    expect(() => {
      Reflect.apply(Address.from.bind(Address), null, [input]);
    }).toThrow(expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }));
  });
});

describe("Address.from", () => {
  it("takes the family as node:dns has it, and an address of node:net", async () => {
    const found = await lookup("127.0.0.1");
    const socketAddress = new SocketAddress({
      address: "::1",
      family: "ipv6",
      port: 5,
      flowlabel: 7,
    });

    expect(String(Address.from({ ...found, port: 1 }))).toBe("127.0.0.1:1");
    expect(String(Address.from({ address: "::1", family: 6, port: 2 }))).toBe("[::1]:2");
    expect(Address.from(socketAddress).fields).toMatchObject({
      address: "::1",
      port: 5,
      flowInfo: 7,
    });
    expect(String(Address.from(new SocketAddress({ port: 9 })))).toBe("127.0.0.1:9");
    expect(() => Address.from({ address: "127.0.0.1", family: 6, port: 1 })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it("takes one of another copy of this package, and one of another realm", () => {
    const own = Address.from({ address: "127.0.0.1", port: 80 });
    const foreign = { bytes: own.bytes } as unknown as Address;
    const bytes = runInNewContext("Uint8Array.from(numbers)", {
      numbers: [...own.bytes],
    }) as Uint8Array;

    expect(bytes).not.toBeInstanceOf(Uint8Array);
    expect(Address.from(foreign).equals(own)).toBe(true);
    expect(own.equals(foreign)).toBe(true);
    expect(new Address(bytes).equals(own)).toBe(true);
    expect(
      Address.from({ path: runInNewContext("Uint8Array.of(47, 97)") as Uint8Array }).path,
    ).toBe("/a");
  });
});
