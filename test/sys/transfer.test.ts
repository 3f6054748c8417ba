import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import {
  connectTcp,
  LOOPBACK,
  nameOf,
  NOT_OPEN,
  opened,
  openPair,
  openPipe,
  openSocket,
} from "./support.ts";

const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } = sys;
const outside = expect.objectContaining({
  name: "RangeError",
  code: "ERR_OUT_OF_RANGE",
}) as RangeError;

describe("recv(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "recv" }) as Error;

  it("receives what is there, which may be less than asked for", () => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("abc"));
    const buffer = Buffer.alloc(5, ".");

    expect(sys.recv(here, buffer)).toBe(3);

    expect(buffer.toString()).toBe("abc..");
  });

  it("writes between `offset` and `offset + length` only, and keeps the rest for later", () => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("abcdef"));
    const buffer = Buffer.alloc(7, ".");

    expect([sys.recv(here, buffer, 1, 2), sys.recv(here, buffer, 4)]).toEqual([2, 3]);

    expect(buffer.toString()).toBe(".ab.cde");
  });

  it("returns null where it would block, 0 at the end of the stream", () => {
    const [here, there] = openPair();
    const before = sys.recv(here, Buffer.alloc(1));

    sys.shutdown(there, sys.SHUT_WR);

    expect([before, sys.recv(here, Buffer.alloc(1))]).toEqual([null, 0]);
  });

  it("returns null for a blocking socket with MSG_DONTWAIT", () => {
    const [here, there] = sys.socketpair(AF_UNIX, SOCK_STREAM).map(opened) as [number, number];

    expect(sys.recv(here, Buffer.alloc(1), 0, 1, sys.MSG_DONTWAIT)).toBeNull();
    expect(there).not.toBe(here);
  });

  it("returns 0 for an empty datagram, and the datagram behind it next", () => {
    const [here, there] = openPair(SOCK_DGRAM);

    sys.send(there, new Uint8Array(0));
    sys.send(there, new Uint8Array(2));

    expect([1, 2, 3].map(() => sys.recv(here, Buffer.alloc(9)))).toEqual([0, 2, null]);
  });

  it("cuts a datagram, and with MSG_TRUNC says how long it was", () => {
    const [here, there] = openPair(SOCK_DGRAM);
    const buffer = Buffer.alloc(4, ".");
    sys.send(there, Buffer.from("abcdef"));

    expect(sys.recv(here, buffer, 0, 2, sys.MSG_TRUNC | sys.MSG_PEEK)).toBe(6);
    expect(sys.recv(here, buffer, 0, 2)).toBe(2);

    expect(buffer.toString()).toBe("ab..");
    expect(sys.recv(here, buffer)).toBeNull();
  });

  it("leaves what MSG_PEEK saw", () => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("a"));

    const lengths = [sys.MSG_PEEK, 0, 0].map((flags) =>
      sys.recv(here, Buffer.alloc(1), 0, 1, flags),
    );

    expect(lengths).toEqual([1, 1, null]);
  });

  it("throws ECONNRESET once where the peer cut the connection", () => {
    const [client, server] = connectTcp();
    sys.setsockopt(client, sys.SOL_SOCKET, sys.SO_LINGER, Int32Array.of(1, 0));
    sys.close(client);

    expect(() => sys.recv(server, Buffer.alloc(1))).toThrow(failure("ECONNRESET"));
    expect(sys.recv(server, Buffer.alloc(1))).toBe(0);
  });

  it("throws ECONNREFUSED where a datagram found nobody", () => {
    const nobody = openSocket(AF_INET, SOCK_STREAM);
    sys.bind(nobody, LOOPBACK);
    const fd = openSocket(AF_INET, SOCK_DGRAM);
    sys.connect(fd, nameOf(nobody));
    sys.send(fd, Buffer.from("x"));

    expect(() => sys.recv(fd, Buffer.alloc(1))).toThrow(failure("ECONNREFUSED"));
  });

  it("throws EBADF, ENOTSOCK and ENOTCONN, and names the descriptor", () => {
    const [readEnd] = openPipe();
    const fd = openSocket(AF_INET, SOCK_STREAM);

    expect(() => sys.recv(NOT_OPEN, Buffer.alloc(1))).toThrow(failure("EBADF"));
    expect(() => sys.recv(readEnd, Buffer.alloc(1))).toThrow(failure("ENOTSOCK"));
    expect(() => sys.recv(fd, Buffer.alloc(1))).toThrow(
      expect.objectContaining({ code: "ENOTCONN", errno: -107, fd }),
    );
  });

  it("throws EINTR when a signal arrives", () => {
    const [here, there] = sys.socketpair(AF_UNIX, SOCK_STREAM).map(opened) as [number, number];
    // With a time limit the kernel does not restart the call behind our back.
    sys.setsockopt(here, sys.SOL_SOCKET, sys.SO_RCVTIMEO, BigInt64Array.of(60n, 0n));
    receiveSignals();

    expect(() => sys.recv(here, Buffer.alloc(1))).toThrow(failure("EINTR"));
    expect(there).not.toBe(here);
  });

  it.each([
    [5, 0],
    [3, 2],
    [-1, 1],
    [0, 2 ** 31],
  ])("refuses offset %d with length %d in 4 bytes, and takes nothing", (offset, length) => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("abcd"));

    expect(() => sys.recv(here, new Uint8Array(4), offset, length)).toThrow(outside);

    expect(sys.recv(here, new Uint8Array(9))).toBe(4);
  });
});

describe("send(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "send" }) as Error;

  it("sends from `offset`, `length` bytes", () => {
    const [here, there] = openPair();
    const buffer = Buffer.alloc(9, ".");

    expect(sys.send(here, Buffer.from("abcdef"), 1, 3)).toBe(3);

    sys.recv(there, buffer);
    expect(buffer.toString()).toBe("bcd......");
  });

  it("sends a part where there is little room, then null, then more once it was read", () => {
    const [here, there] = openPair();
    const many = new Uint8Array(2 ** 22);

    const sent = sys.send(here, many) ?? 0;
    const full = sys.send(here, many);

    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(many.length);
    expect(full).toBeNull();
    while (sys.recv(there, many) !== null);
    expect(sys.send(here, many)).toBeGreaterThan(0);
  });

  it("throws EPIPE where the peer is gone, with and without MSG_NOSIGNAL", () => {
    const [here, there] = sys.socketpair(AF_UNIX, SOCK_STREAM);
    opened(here);
    sys.close(there);

    for (const flags of [0, sys.MSG_NOSIGNAL]) {
      expect(() => sys.send(here, Buffer.from("x"), 0, 1, flags)).toThrow(failure("EPIPE"));
    }
  });

  it("throws EMSGSIZE, EDESTADDRREQ, ENOTCONN, EBADF and ENOTSOCK", () => {
    const [datagram] = openPair(SOCK_DGRAM);
    const byte = Buffer.from("x");

    expect(() => sys.send(datagram, new Uint8Array(2 ** 24))).toThrow(failure("EMSGSIZE"));
    expect(() => sys.send(openSocket(AF_INET, SOCK_DGRAM), byte)).toThrow(failure("EDESTADDRREQ"));
    expect(() => sys.send(openSocket(AF_UNIX, SOCK_STREAM), byte)).toThrow(failure("ENOTCONN"));
    expect(() => sys.send(NOT_OPEN, byte)).toThrow(failure("EBADF"));
    expect(() => sys.send(openPipe()[0], byte)).toThrow(failure("ENOTSOCK"));
  });

  it("refuses what lies outside of the buffer, and sends nothing", () => {
    const [here, there] = openPair();

    expect(() => sys.send(here, new Uint8Array(4), 3, 2)).toThrow(outside);
    expect(() => sys.send(here, new Uint8Array(4), 5)).toThrow(outside);

    expect(sys.recv(there, new Uint8Array(9))).toBeNull();
  });
});
