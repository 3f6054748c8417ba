import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { withoutSocket } from "../support/privilege.ts";
import { ORDER, nameOf, openSocket, python } from "./support.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const noVsock = withoutSocket(sys.AF_VSOCK, sys.SOCK_STREAM);

describe("struct sockaddr_vm", () => {
  it("has the bytes that Python's struct packs", () => {
    const packed = `struct.pack("${ORDER}HHIIB3x", ${String(sys.AF_VSOCK)}, 0, 1024, 0xfedcba98, 1)`;

    expect(hex(sys.sockaddrVm(0xfedcba98, 1024, 1))).toBe(python(`${packed}.hex()`));
  });

  it("is read back whole", () => {
    const bytes = sys.sockaddrVm(sys.VMADDR_CID_HOST, sys.VMADDR_PORT_ANY, 255);

    expect(sys.readSockaddrVm(bytes)).toEqual({ cid: 2, port: 2 ** 32 - 1, flags: 255 });
  });

  it.skipIf(noVsock)(`is what the kernel gives back for a bound socket [${noVsock ?? ""}]`, () => {
    const fd = openSocket(sys.AF_VSOCK, sys.SOCK_STREAM);

    sys.bind(fd, sys.sockaddrVm(sys.VMADDR_CID_ANY, sys.VMADDR_PORT_ANY));

    const name = sys.readSockaddrVm(nameOf(fd));
    expect(name).toMatchObject({ cid: sys.VMADDR_CID_ANY, flags: 0 });
    expect(name?.port).toBeLessThan(sys.VMADDR_PORT_ANY);
  });

  it("is not read from another family, or from too few bytes", () => {
    expect(sys.readSockaddrVm(sys.sockaddrIn("127.0.0.1", 1))).toBeNull();
    expect(sys.readSockaddrVm(sys.sockaddrVm(1, 1).subarray(0, 15))).toBeNull();
  });

  it.each([-1, 2 ** 32, 0.5])("refuses %d", (number) => {
    expect(() => sys.sockaddrVm(number, 1)).toThrow(RangeError);
    expect(() => sys.sockaddrVm(1, number)).toThrow(RangeError);
    expect(() => sys.sockaddrVm(1, 1, number)).toThrow(RangeError);
  });
});
