import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { LOOPBACK, nameOf, NOT_OPEN, openPair, openSocket } from "./support.ts";

const outside = expect.objectContaining({
  name: "RangeError",
  code: "ERR_OUT_OF_RANGE",
}) as RangeError;

/** A UDP socket on loopback, and its address. */
function openUdp(address = LOOPBACK): [fd: number, address: Uint8Array] {
  const fd = openSocket(sys.sockaddrFamily(address), sys.SOCK_DGRAM);
  sys.bind(fd, address);
  return [fd, nameOf(fd)];
}

describe("recvfrom(2) and sendto(2)", () => {
  it.each(["127.0.0.1", "::1"])("carry a datagram on %s, and who sent it", (host) => {
    const any = host === "::1" ? sys.sockaddrIn6(host, 0) : sys.sockaddrIn(host, 0);
    const [here, address] = openUdp(any);
    const [there, sender] = openUdp(any);
    const [buffer, name, length] = [Buffer.alloc(8, "."), new Uint8Array(32), new Uint32Array(1)];

    expect(sys.sendto(there, Buffer.from("abcdef"), 1, 4, 0, address)).toBe(4);
    expect(sys.recvfrom(here, buffer, 2, 5, 0, name, length)).toBe(4);

    expect(buffer.toString()).toBe("..bcde..");
    expect(name.subarray(0, length[0])).toEqual(sender);
  });

  it("say how long the address is that was cut off, and write no further", () => {
    const [here, address] = openUdp();
    const [there, sender] = openUdp();
    const [name, length] = [new Uint8Array(8).fill(0xff), new Uint32Array(1)];

    sys.sendto(there, Buffer.from("x"), 0, 1, 0, address);
    sys.recvfrom(here, Buffer.alloc(1), 0, 1, 0, name.subarray(0, 4), length);

    expect(length[0]).toBe(sender.length);
    expect(name).toEqual(Uint8Array.of(...sender.subarray(0, 4), 255, 255, 255, 255));
  });

  it("take the first bytes of a longer array as the address", () => {
    const [here, address] = openUdp();
    const name = Uint8Array.of(...address, 9, 9, 9);

    expect(sys.sendto(here, Buffer.from("x"), 0, 1, 0, name, address.length)).toBe(1);
    expect(sys.recvfrom(here, Buffer.alloc(1), 0, 1, 0, null, null)).toBe(1);
  });

  it("return null where they would block", () => {
    const [here] = openUdp();
    const [left] = openPair(sys.SOCK_DGRAM);

    expect(sys.recvfrom(here, Buffer.alloc(1), 0, 1, 0, null, null)).toBeNull();
    while (sys.sendto(left, Buffer.alloc(1), 0, 1, 0, null) !== null);
  });

  it("report no address on a connection, and take none there", () => {
    const [here, there] = openPair();
    const length = Uint32Array.of(7);

    expect(sys.sendto(there, Buffer.from("x"), 0, 1, 0, null)).toBe(1);
    sys.recvfrom(here, Buffer.alloc(1), 0, 1, 0, new Uint8Array(16), length);

    expect(length[0]).toBe(0);
    expect(() => sys.sendto(there, Buffer.from("x"), 0, 1, 0, LOOPBACK)).toThrow(
      expect.objectContaining({ code: "EISCONN", syscall: "sendto" }),
    );
  });

  it("throw EBADF, EINVAL and EAFNOSUPPORT, and name the call and the descriptor", () => {
    const [here] = openUdp();
    const byte = Buffer.from("x");

    expect(() => sys.recvfrom(NOT_OPEN, byte, 0, 1, 0, null, null)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "recvfrom", fd: NOT_OPEN }),
    );
    expect(() => sys.sendto(here, byte, 0, 1, 0, LOOPBACK, 3)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "sendto", fd: here }),
    );
    expect(() => sys.sendto(here, byte, 0, 1, 0, sys.sockaddrIn6("::1", 1))).toThrow(
      expect.objectContaining({ code: "EAFNOSUPPORT" }),
    );
  });

  it("refuse what lies outside of buffer and address, and an address without a length", () => {
    const [here] = openUdp();
    const byte = new Uint8Array(1);

    expect(() => sys.sendto(here, byte, 0, 2, 0, null)).toThrow(outside);
    expect(() => sys.sendto(here, byte, 0, 1, 0, LOOPBACK, 17)).toThrow(outside);
    expect(() => sys.recvfrom(here, byte, 2, 0, 0, null, null)).toThrow(outside);
    expect(() => sys.recvfrom(here, byte, 0, 1, 0, byte, null)).toThrow(outside);
  });
});
