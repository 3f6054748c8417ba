import { closeSync, constants as fsConstants, openSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { connectTcp, NOT_OPEN, opened, openPair, openPipe, openSocket } from "./support.ts";

const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
const failing = (code: string) => expect.objectContaining({ code, syscall: "ioctl" });

/** A `struct ifreq` for an interface. */
function ifreq(name: string): Uint8Array {
  const bytes = new Uint8Array(sys.IFREQ_SIZE);
  bytes.set(Buffer.from(name));
  return bytes;
}

describe("ioctl(2)", () => {
  it("tells with FIONREAD how much there is to read", () => {
    const [readEnd, writeEnd] = openPipe();
    const [here, there] = openPair(sys.SOCK_DGRAM);

    sys.write(writeEnd, new Uint8Array(7));
    sys.send(there, new Uint8Array(3));
    sys.send(there, new Uint8Array(5));

    expect(sys.ioctlInt(readEnd, sys.FIONREAD)).toBe(7);
    expect(sys.ioctlInt(here, sys.SIOCINQ)).toBe(3);
  });

  it("switches with FIONBIO and FIOASYNC what F_GETFL tells, and keeps the rest", () => {
    const [here] = openPair();

    sys.ioctlInt(here, sys.FIONBIO, 0);
    sys.ioctlInt(here, sys.FIOASYNC, 1);
    const asynchronous = sys.fcntl(here, sys.F_GETFL);
    sys.ioctlInt(here, sys.FIONBIO, 1);
    sys.ioctlInt(here, sys.FIOASYNC, 0);

    expect(asynchronous).toBe(sys.O_RDWR | sys.O_ASYNC);
    expect(sys.fcntl(here, sys.F_GETFL)).toBe(sys.O_RDWR | sys.O_NONBLOCK);
  });

  it("switches close-on-exec with FIOCLEX and FIONCLEX, which have no argument", () => {
    const [here] = openPair();

    sys.ioctl(here, sys.FIOCLEX, new Uint8Array());
    const flag = sys.fcntl(here, sys.F_GETFD);
    sys.ioctl(here, sys.FIONCLEX, new Uint8Array());

    expect([flag, sys.fcntl(here, sys.F_GETFD)]).toEqual([sys.FD_CLOEXEC, 0]);
  });

  it("gives with SIOCSPGRP the owner that SIOCGPGRP, FIOGETOWN and F_GETOWN tell", () => {
    const [here] = openPair();

    sys.ioctlInt(here, sys.SIOCSPGRP, process.pid);

    expect(sys.ioctlInt(here, sys.SIOCGPGRP)).toBe(process.pid);
    expect(sys.ioctlInt(here, sys.FIOGETOWN)).toBe(process.pid);
    expect(sys.fcntl(here, sys.F_GETOWN)).toBe(process.pid);
  });

  it("finds with SIOCATMARK where the out-of-band byte was", () => {
    const [client, server] = connectTcp();
    opened(client);
    sys.send(client, Buffer.from("ab!cd"), 0, 3, sys.MSG_OOB);
    sys.send(client, Buffer.from("cd"));
    const before = sys.ioctlInt(server, sys.SIOCATMARK);

    // A read stops at the mark, however much it asks for.
    expect(sys.recv(server, Buffer.alloc(99))).toBe(2);

    expect([before, sys.ioctlInt(server, sys.SIOCATMARK)]).toEqual([0, 1]);
    expect(sys.recv(server, Buffer.alloc(99))).toBe(2);
    expect(sys.ioctlInt(server, sys.SIOCATMARK)).toBe(0);
  });

  it("counts with SIOCOUTQ what a unix peer has not read, with SIOCOUTQNSD what TCP has not sent", () => {
    const [here, there] = openPair();
    const [client] = connectTcp();
    opened(client);

    sys.send(here, new Uint8Array(10));
    const unread = sys.ioctlInt(here, sys.SIOCOUTQ);
    sys.recv(there, new Uint8Array(10));

    expect(unread).toBeGreaterThanOrEqual(10);
    expect(sys.ioctlInt(here, sys.SIOCOUTQ)).toBe(0);
    expect(sys.ioctlInt(client, sys.SIOCOUTQNSD)).toBe(0);
  });

  it("answers for interfaces on a struct ifreq", () => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_DGRAM);
    const index = ifreq("lo");
    const address = ifreq("lo");

    sys.ioctl(fd, sys.SIOCGIFINDEX, index);
    sys.ioctl(fd, sys.SIOCGIFADDR, address);

    const [value] = new Int32Array(index.slice(sys.IFREQ_VALUE_OFFSET).buffer, 0, 1);
    expect(value).toBe(sys.ifNametoindex("lo"));
    expect(sys.sockaddrInternet(address.subarray(sys.IFREQ_VALUE_OFFSET))).toEqual({
      address: "127.0.0.1",
      port: 0,
    });
  });

  it("leaves the argument as it was when it fails", () => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_DGRAM);
    const argp = ifreq("no-such");

    expect(() => sys.ioctl(fd, sys.SIOCGIFFLAGS, argp)).toThrow(failing("ENODEV"));

    expect(argp).toEqual(ifreq("no-such"));
  });

  it("throws EBADF, ENOTTY", () => {
    const [readEnd] = openPipe();

    expect(() => sys.ioctlInt(NOT_OPEN, sys.FIONREAD)).toThrow(failing("EBADF"));
    expect(() => sys.ioctlInt(readEnd, sys.SIOCATMARK)).toThrow(failing("ENOTTY"));
  });

  it.each([
    ["SIOCETHTOOL", 0x8946],
    ["SIOCGIFCONF", 0x8912],
    ["SIOCDEVPRIVATE", 0x89f0],
    ["SIOCADDRT", 0x890b],
    ["TIOCSTI", 0x5412],
    ["an unknown one", 0],
    ["an unknown one", -1],
  ])("refuses %s, whose argument may hold pointers", (_, op) => {
    const [here] = openPair();

    expect(() => sys.ioctl(here, op, new Uint8Array(4096))).toThrow(outside);
  });

  it("refuses an argument that is too short, and changes nothing", () => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_DGRAM);

    expect(() => sys.ioctl(fd, sys.FIONBIO, new Uint8Array(3))).toThrow(outside);
    expect(() => sys.ioctl(fd, sys.SIOCGIFINDEX, new Uint8Array(sys.IFREQ_SIZE - 1))).toThrow(
      outside,
    );
    expect(sys.fcntl(fd, sys.F_GETFL) & sys.O_NONBLOCK).toBe(sys.O_NONBLOCK);
  });
});

describe("ioctl(2) with SIOCGIFCONF", () => {
  it("writes as many interfaces as fit, and says how many bytes", () => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_DGRAM);
    const req = new Uint8Array(sys.IFREQ_SIZE * 64);

    const length = sys.ioctlIfconf(fd, req);

    expect(length % sys.IFREQ_SIZE).toBe(0);
    expect(Buffer.from(req.subarray(0, 2)).toString()).toBe("lo");
    expect(sys.ioctlIfconf(fd, req.subarray(0, sys.IFREQ_SIZE * 2 - 1))).toBe(sys.IFREQ_SIZE);
    expect(sys.ioctlIfconf(fd, new Uint8Array())).toBe(length);
  });

  it.each([1, 16, 39])("writes nothing into %d bytes, which hold no interface", (size) => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_DGRAM);

    expect(sys.ioctlIfconf(fd, new Uint8Array(size))).toBe(0);
  });

  it("throws ENOTTY for what is no socket", () => {
    const [readEnd] = openPipe();

    expect(() => sys.ioctlIfconf(readEnd, new Uint8Array(400))).toThrow(failing("ENOTTY"));
  });
});

describe("ioctl(2) of a terminal", () => {
  const openTerminal = (): number => {
    const fd = openSync("/dev/ptmx", "r+");
    onTestFinished(() => {
      closeSync(fd);
    });
    return fd;
  };

  it("unlocks the other side, says its number, and sets the size of the window", () => {
    const fd = openTerminal();
    const [rows, columns] = [50, 132];

    expect(sys.ioctlInt(fd, sys.TIOCGPTLCK)).toBe(1);
    sys.ioctlInt(fd, sys.TIOCSPTLCK, 0);
    expect(sys.ioctlInt(fd, sys.TIOCGPTLCK)).toBe(0);
    const other = openSync(
      `/dev/pts/${String(sys.ioctlInt(fd, sys.TIOCGPTN))}`,
      fsConstants.O_RDWR | fsConstants.O_NOCTTY,
    );
    onTestFinished(() => {
      closeSync(other);
    });
    sys.ioctl(fd, sys.TIOCSWINSZ, Uint16Array.of(rows, columns, 0, 0));
    const size = new Uint16Array(4);
    sys.ioctl(other, sys.TIOCGWINSZ, size);
    expect([...size]).toEqual([rows, columns, 0, 0]);
  });

  it("refuses a window that is no whole structure", () => {
    expect(() => sys.ioctl(openTerminal(), sys.TIOCSWINSZ, new Uint16Array(3))).toThrow(outside);
  });
});

describe("ioctl(2) of /dev/net/tun", () => {
  it("knows TUNSETIFF and its kin, which another descriptor refuses (ENOTTY)", () => {
    const [readEnd] = openPair();

    for (const op of [sys.TUNSETIFF, sys.TUNGETIFF, sys.TUNSETQUEUE]) {
      expect(() => sys.ioctl(readEnd, op, new Uint8Array(sys.IFREQ_SIZE - 1))).toThrow(outside);
      expect(() => sys.ioctl(readEnd, op, new Uint8Array(sys.IFREQ_SIZE))).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^E(NOTTY|INVAL)$/) as string }),
      );
    }
  });

  it.runIf(mayCreate())("creates an interface, and says its name and flags", () => {
    const tun = openSync("/dev/net/tun", fsConstants.O_RDWR);
    onTestFinished(() => {
      closeSync(tun);
    });
    const wanted = ifreq("pollux%d");
    new Uint16Array(wanted.buffer)[sys.IFREQ_VALUE_OFFSET / 2] = sys.IFF_TUN | sys.IFF_NO_PI;

    sys.ioctl(tun, sys.TUNSETIFF, wanted);
    const name = Buffer.from(wanted).toString("latin1", 0, wanted.indexOf(0));

    expect(name).toMatch(/^pollux\d+$/);
    expect(sys.ifNametoindex(name)).toBeGreaterThan(0);
    expect(sys.ioctlInt(tun, sys.TUNGETFEATURES) & sys.IFF_TUN).toBe(sys.IFF_TUN);
  });
});

function mayCreate(): boolean {
  try {
    const tun = openSync("/dev/net/tun", fsConstants.O_RDWR);
    try {
      const any = ifreq("");
      new Uint16Array(any.buffer)[sys.IFREQ_VALUE_OFFSET / 2] = sys.IFF_TUN;
      sys.ioctl(tun, sys.TUNSETIFF, any);
      return true;
    } finally {
      closeSync(tun);
    }
  } catch {
    return false;
  }
}
