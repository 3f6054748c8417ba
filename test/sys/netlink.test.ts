import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { ORDER, nameOf, openSocket, python } from "./support.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("struct sockaddr_nl", () => {
  it("has the bytes that Python's struct packs", () => {
    const packed = `struct.pack("${ORDER}HHII", ${String(sys.AF_NETLINK)}, 0, 0xfedcba98, 0x80000001)`;

    expect(hex(sys.sockaddrNl(0xfedcba98, 0x80000001))).toBe(python(`${packed}.hex()`));
  });

  it("is what the kernel gives back for a bound socket", () => {
    const fd = openSocket(sys.AF_NETLINK, sys.SOCK_RAW);
    const pid = 0x7f00_0000 + process.pid;

    sys.bind(fd, sys.sockaddrNl(pid, 1));

    expect(sys.readSockaddrNl(nameOf(fd))).toEqual({ pid, groups: 1 });
    expect(nameOf(fd)).toEqual(sys.sockaddrNl(pid, 1));
  });

  it("is not read from another family, or from too few bytes", () => {
    expect(sys.readSockaddrNl(sys.sockaddrIn("127.0.0.1", 1))).toBeNull();
    expect(sys.readSockaddrNl(sys.sockaddrNl().subarray(0, 11))).toBeNull();
  });

  it.each([-1, 2 ** 32, 0.5])("refuses %d", (number) => {
    expect(() => sys.sockaddrNl(number)).toThrow(RangeError);
    expect(() => sys.sockaddrNl(0, number)).toThrow(RangeError);
  });
});
