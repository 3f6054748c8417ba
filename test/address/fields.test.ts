import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Address, type AddressLike } from "../../lib/address/address.ts";
import type { AddressFields } from "../../lib/address/inputs.ts";
import * as sys from "../../lib/sys/index.ts";

const invalid = expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" });
const bytes = (...values: number[]) => Uint8Array.from(values);

const FIELDS: readonly AddressFields[] = [
  { family: "IPv4", address: "127.0.0.1", port: 80 },
  { family: "IPv6", address: "fe80::1", port: 80, flowInfo: 7, scopeId: 1 },
  { family: "unix", path: "/run/socket" },
  { family: "unix", path: "\0a\0b" },
  { family: "unix", path: "" },
  { family: "unix", path: bytes(0x2f, 0xff) },
  { family: "netlink", pid: 1, groups: 0x8000_0001 },
  {
    family: "packet",
    interface: 1,
    protocol: sys.ETH_P_IP,
    hardwareAddress: bytes(2, 0, 0, 0, 0, 1),
    hardwareType: 1,
    packetType: sys.PACKET_OTHERHOST,
  },
  { family: "vsock", cid: sys.VMADDR_CID_HOST, port: 1024, flags: sys.VMADDR_FLAG_TO_HOST },
  { family: "can", interface: 1 },
  { family: "can", interface: 1, isotp: { rxId: 0x123, txId: 0x321 } },
  { family: "can", interface: 1, j1939: { name: 2n ** 63n, pgn: 0x1_2300, addr: 0x20 } },
  { family: 38, data: bytes(1, 2, 3) },
];

describe("The fields of an Address", () => {
  it.each(FIELDS)("are what it was made from: %o", (fields) => {
    const address = Address.from(fields);

    expect(address.fields).toEqual(fields);
    expect(Address.from(address.fields).equals(address)).toBe(true);
  });

  it("are a new copy each time", () => {
    const address = Address.from({ address: "127.0.0.1", port: 1 });

    expect(address.fields).toEqual(address.fields);
    expect(address.fields).not.toBe(address.fields);
  });

  it("have the defaults of what was left out", () => {
    expect(Address.from({ family: "netlink" }).fields).toMatchObject({ pid: 0, groups: 0 });
    expect(Address.from({ family: "packet" }).fields).toMatchObject({ interface: 0, protocol: 0 });
    expect(Address.from({ family: "can" }).fields).toEqual({ family: "can", interface: 0 });
    expect(Address.from({ family: "vsock", cid: 1, port: 2 }).fields).toMatchObject({ flags: 0 });
  });

  it("are the family and the bytes where a known one is cut short", () => {
    for (const whole of FIELDS.slice(6, 11).map((fields) => Address.from(fields).bytes)) {
      const { fields } = new Address(whole.subarray(0, 7));
      expect(fields).toEqual({ family: new Address(whole).family, data: whole.slice(2, 7) });
    }
  });

  it("do not reach beyond a hardware address that is cut short", () => {
    const { bytes: whole } = Address.from({ family: "packet", hardwareAddress: bytes(1, 2, 3) });
    const cut = new Address(whole.subarray(0, 13)).fields;

    expect(cut).toMatchObject({ hardwareAddress: bytes(1) });
  });
});

describe("Address.from", () => {
  it("takes an interface by its name, and a name before a number", () => {
    const [named, numbered] = ["lo", "1"].map((scopeId) =>
      Address.from({ address: "fe80::1", port: 1, scopeId }),
    );

    expect([named?.scopeId, numbered?.scopeId]).toEqual([1, 1]);
    expect(Address.from({ address: "fe80::1%lo", port: 1 }).scopeId).toBe(1);
    expect(Address.from({ address: "fe80::1%77", port: 1 }).scopeId).toBe(77);
    expect(Address.from({ family: "packet", interface: "lo" }).fields).toMatchObject({
      interface: 1,
    });
  });

  it("refuses a zone and a scope at once, and either with IPv4", () => {
    for (const [address, scopeId] of [
      ["fe80::1%lo", 1],
      ["127.0.0.1", 1],
      ["127.0.0.1", "lo"],
    ] as const) {
      expect(() => Address.from({ address, port: 1, scopeId })).toThrow(invalid);
    }
    expect(() => Address.from({ address: "127.0.0.1", port: 1, flowInfo: 0 })).toThrow(invalid);
  });

  it.each([
    { family: "IPv6", address: "127.0.0.1", port: 1 },
    { family: "IPv4", address: "::1", port: 1 },
    { family: "vsock", address: "::1", port: 1 },
    { family: "netlink", path: "/a" },
  ])("refuses the wrong family in %o", (input) => {
    expect(() => Address.from(input as unknown as AddressLike)).toThrow(invalid);
  });

  it("says ENODEV for an interface that does not exist", () => {
    expect(() => Address.from({ family: "packet", interface: "no-such" })).toThrow(
      expect.objectContaining({ code: "ENODEV", syscall: "if_nametoindex" }),
    );
  });
});

describe("Address on the console", () => {
  it("is its text", () => {
    expect(inspect({ at: Address.from({ address: "::1", port: 80 }) })).toBe(
      "{ at: Address <[::1]:80> }",
    );
  });
});
