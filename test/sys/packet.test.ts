import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { withoutSocket } from "../support/privilege.ts";
import { LOOPBACK, ORDER, nameOf, openSocket, opened, python } from "./support.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const mac = Uint8Array.of(2, 0, 0, 0, 0, 1);
const noPackets = withoutSocket(sys.AF_PACKET, sys.SOCK_RAW);

describe("struct sockaddr_ll", () => {
  it("has the bytes that Python's struct packs", () => {
    const family = `struct.pack("${ORDER}H", ${String(sys.AF_PACKET)})`;
    const rest = `struct.pack("!H", 0x0800) + struct.pack("${ORDER}iHBB8s", 7, 772, 4, 6, b"${"\\x02" + "\\x00".repeat(4)}\\x01")`;

    const expected = python(`(${family} + ${rest}).hex()`);

    expect(hex(sys.sockaddrLl(sys.ETH_P_IP, 7, mac, 772, sys.PACKET_OUTGOING))).toBe(expected);
  });

  it("is read back whole, with hardware addresses of up to 32 bytes", () => {
    for (const length of [0, 6, 8, 20, 32]) {
      const addr = new Uint8Array(length).fill(0xa5);
      const bytes = sys.sockaddrLl(3, 1, addr, 32, 2);

      expect(sys.readSockaddrLl(bytes)).toEqual({
        protocol: 3,
        ifindex: 1,
        hatype: 32,
        pkttype: 2,
        addr,
      });
    }
  });

  it.skipIf(noPackets)(
    `is what the kernel gives back for a bound socket [${noPackets ?? ""}]`,
    () => {
      const fd = opened(sys.socket(sys.AF_PACKET, sys.SOCK_RAW | sys.SOCK_CLOEXEC));
      const lo = sys.ifNametoindex("lo");

      sys.bind(fd, sys.sockaddrLl(sys.ETH_P_ALL, lo));

      expect(sys.readSockaddrLl(nameOf(fd))).toEqual({
        protocol: sys.ETH_P_ALL,
        ifindex: lo,
        hatype: 772, // ARPHRD_LOOPBACK
        pkttype: 0,
        addr: new Uint8Array(6),
      });
    },
  );

  it.skipIf(noPackets)(`takes a packet socket to what lo carries [${noPackets ?? ""}]`, () => {
    const fd = opened(sys.socket(sys.AF_PACKET, sys.SOCK_DGRAM | sys.SOCK_NONBLOCK));
    sys.bind(fd, sys.sockaddrLl(sys.ETH_P_IP, sys.ifNametoindex("lo")));
    const text = `packet ${String(process.pid)} ${String(fd)}`;
    const [sender, receiver] = [0, 1].map(() => openSocket(sys.AF_INET, sys.SOCK_DGRAM));
    sys.bind(receiver!, LOOPBACK);
    sys.connect(sender!, nameOf(receiver!));

    // Where much else goes over lo, a packet may find no room.
    const buffer = Buffer.alloc(65536);
    let seen = false;
    for (let tries = 0; tries < 1000 && !seen; tries++) {
      sys.send(sender!, Buffer.from(text));
      for (let most = 1000; most > 0 && !seen; most--) {
        const length = sys.recv(fd, buffer);
        if (length === null) break;
        seen = buffer.toString("latin1", 28, length) === text;
      }
    }
    expect(seen).toBe(true);
  });

  it("is not read from another family, or from too few bytes", () => {
    expect(sys.readSockaddrLl(sys.sockaddrIn("127.0.0.1", 1))).toBeNull();
    expect(sys.readSockaddrLl(sys.sockaddrLl(0, 0).subarray(0, 11))).toBeNull();
  });

  it("refuses numbers that do not fit, and hardware addresses that are none", () => {
    expect(() => sys.sockaddrLl(65536, 0)).toThrow(RangeError);
    expect(() => sys.sockaddrLl(0, -1)).toThrow(RangeError);
    expect(() => sys.sockaddrLl(0, 0, mac, 65536)).toThrow(RangeError);
    expect(() => sys.sockaddrLl(0, 0, mac, 0, 256)).toThrow(RangeError);
    expect(() => sys.sockaddrLl(0, 0, new Uint8Array(33))).toThrow(RangeError);
    expect(() => sys.sockaddrLl(0, 0, "02:00:00:00:00:01" as unknown as Uint8Array)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});
