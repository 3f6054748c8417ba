import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import {
  connectTcp,
  LOOPBACK,
  nameOf,
  NOT_OPEN,
  opened,
  openListener,
  openPair,
  openPipe,
  openSocket,
  peerOf,
} from "./support.ts";

const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } = sys;
const failing = (syscall: string) => (code: string) =>
  expect.objectContaining({ code, syscall }) as Error;

describe("socket(2)", () => {
  const failure = failing("socket");

  it("is close-on-exec and non-blocking only when asked for", () => {
    const plain = opened(sys.socket(AF_INET, SOCK_STREAM));
    const flags = SOCK_STREAM | sys.SOCK_CLOEXEC | sys.SOCK_NONBLOCK;
    const flagged = opened(sys.socket(AF_INET, flags));

    expect(sys.fcntl(plain, sys.F_GETFD)).toBe(0);
    expect(sys.fcntl(plain, sys.F_GETFL)).toBe(sys.O_RDWR);
    expect(sys.fcntl(flagged, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.fcntl(flagged, sys.F_GETFL)).toBe(sys.O_RDWR | sys.O_NONBLOCK);
  });

  it("throws EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT and EINVAL", () => {
    expect(() => sys.socket(1000, SOCK_STREAM)).toThrow(failure("EAFNOSUPPORT"));
    expect(() => sys.socket(AF_UNIX, SOCK_STREAM, 99)).toThrow(failure("EPROTONOSUPPORT"));
    expect(() => sys.socket(AF_UNIX, sys.SOCK_RDM)).toThrow(failure("ESOCKTNOSUPPORT"));
    expect(() => sys.socket(AF_UNIX, -1)).toThrow(failure("EINVAL"));
  });
});

describe("socketpair(2)", () => {
  it("returns two connected sockets", () => {
    const [first, second] = openPair();
    const buffer = Buffer.alloc(1);

    sys.send(first, Buffer.from("a"));

    expect([sys.recv(second, buffer), buffer.toString()]).toEqual([1, "a"]);
    expect(hasName(peerOf(first))).toBe(false);
  });

  it("throws EOPNOTSUPP for a domain without pairs", () => {
    expect(() => sys.socketpair(AF_INET, SOCK_STREAM)).toThrow(failing("socketpair")("EOPNOTSUPP"));
  });
});

describe("bind(2)", () => {
  const failure = failing("bind");

  it("takes port 0 as any free one", () => {
    const [, address] = openListener();

    expect(sys.sockaddrInternet(address)).toEqual({
      address: "127.0.0.1",
      port: expect.toSatisfy((port: number) => port > 0) as number,
    });
  });

  it("throws EADDRINUSE where another listens, EADDRNOTAVAIL for a foreign address", () => {
    const [, address] = openListener();
    const fd = openSocket(AF_INET, SOCK_STREAM);

    expect(() => sys.bind(fd, address)).toThrow(failure("EADDRINUSE"));
    expect(() => sys.bind(fd, sys.sockaddrIn("192.0.2.1", 0))).toThrow(failure("EADDRNOTAVAIL"));
  });

  it("throws EINVAL for the second address and for one cut short, EAFNOSUPPORT, ENOENT", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const missing = sys.sockaddrUn("/nonexistent-directory/socket");

    expect(() => sys.bind(fd, LOOPBACK.subarray(0, 8))).toThrow(failure("EINVAL"));
    expect(() => sys.bind(fd, sys.sockaddrIn6("::1", 0))).toThrow(failure("EAFNOSUPPORT"));
    expect(() => sys.bind(openSocket(AF_UNIX, SOCK_STREAM), missing)).toThrow(failure("ENOENT"));
    sys.bind(fd, LOOPBACK);
    expect(() => sys.bind(fd, LOOPBACK)).toThrow(failure("EINVAL"));
  });

  it("throws EBADF and ENOTSOCK, and names the descriptor", () => {
    const [readEnd] = openPipe();

    expect(() => sys.bind(NOT_OPEN, LOOPBACK)).toThrow(failure("EBADF"));
    expect(() => sys.bind(readEnd, LOOPBACK)).toThrow(
      expect.objectContaining({ code: "ENOTSOCK", fd: readEnd }),
    );
  });
});

describe("listen(2)", () => {
  const failure = failing("listen");

  it("throws EOPNOTSUPP for a datagram socket, EBADF, ENOTSOCK", () => {
    expect(() => sys.listen(openSocket(AF_INET, SOCK_DGRAM), 1)).toThrow(failure("EOPNOTSUPP"));
    expect(() => sys.listen(NOT_OPEN, 1)).toThrow(failure("EBADF"));
    expect(() => sys.listen(openPipe()[0], 1)).toThrow(failure("ENOTSOCK"));
  });

  it("makes a socket that accepts connections", () => {
    const [listener] = openListener();

    expect(sys.getsockopt(listener, sys.SOL_SOCKET, sys.SO_ACCEPTCONN)).toBe(1);
  });
});

describe("shutdown(2)", () => {
  const failure = failing("shutdown");

  it("ends one direction and leaves the other", () => {
    const [here, there] = openPair();

    sys.shutdown(here, sys.SHUT_WR);

    expect(sys.recv(there, Buffer.alloc(1))).toBe(0);
    expect(sys.send(there, Buffer.from("x"))).toBe(1);
    expect(sys.recv(here, Buffer.alloc(1))).toBe(1);
  });

  it("throws ENOTCONN, EINVAL, EBADF and ENOTSOCK", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);

    expect(() => sys.shutdown(fd, sys.SHUT_RDWR)).toThrow(failure("ENOTCONN"));
    expect(() => sys.shutdown(openPair()[0], 3)).toThrow(failure("EINVAL"));
    expect(() => sys.shutdown(NOT_OPEN, sys.SHUT_RD)).toThrow(failure("EBADF"));
    expect(() => sys.shutdown(openPipe()[0], sys.SHUT_RD)).toThrow(failure("ENOTSOCK"));
  });
});

describe.each([
  ["getsockname(2)", "getsockname", sys.getsockname],
  ["getpeername(2)", "getpeername", sys.getpeername],
] as const)("%s", (_, syscall, call) => {
  it("cuts the address where it does not fit, and reports its whole length", () => {
    const [listener, address] = openListener();
    const client = openSocket(AF_INET, SOCK_STREAM);
    sys.bind(client, LOOPBACK);
    sys.connect(client, address);
    const addr = new Uint8Array(16).fill(0xee);
    const addrlen = new Uint32Array(2);

    call(client, addr.subarray(0, 4), addrlen);

    const whole = syscall === "getpeername" ? address : nameOf(client);
    expect([...addr]).toEqual([...whole.subarray(0, 4), ...Array<number>(12).fill(0xee)]);
    expect([...addrlen]).toEqual([16, 0]);
    expect(listener).not.toBe(client);
  });

  it("throws EBADF and ENOTSOCK", () => {
    const arrays = [new Uint8Array(128), new Uint32Array(1)] as const;

    expect(() => call(NOT_OPEN, ...arrays)).toThrow(failing(syscall)("EBADF"));
    expect(() => call(openPipe()[0], ...arrays)).toThrow(failing(syscall)("ENOTSOCK"));
  });

  it("refuses an `addrlen` without room for a length", () => {
    const [listener] = openListener();

    for (const addrlen of [new Uint32Array(0), new Uint8Array(3) as unknown as Uint32Array]) {
      expect(() => call(listener, new Uint8Array(16), addrlen)).toThrow(
        expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
      );
    }
  });
});

it.each([
  ["getsockname", sys.getsockname],
  ["getpeername", sys.getpeername],
])("%s refuses to write the address nowhere, before the call", (_, name) => {
  const nowhere = null as unknown as Uint8Array;

  expect(() => name(NOT_OPEN, nowhere, new Uint32Array(1))).toThrow(
    expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
  );
});

describe("getpeername(2)", () => {
  it("throws ENOTCONN without a peer", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);

    expect(() => peerOf(fd)).toThrow(failing("getpeername")("ENOTCONN"));
  });
});

function hasName(address: Uint8Array): boolean {
  return sys.sockaddrUnixName(address)?.length !== 0;
}

describe("an empty array for an address", () => {
  it("receives nothing, and the length says how long the address is", () => {
    const [client, server] = connectTcp();
    opened(client);
    const addrlen = new Uint32Array(1);

    sys.getsockname(client, new Uint8Array(0), addrlen);
    expect(addrlen[0]).toBe(sys.structs.sockaddr_in.sizeof);
    addrlen.fill(0);
    sys.getpeername(server, new Uint8Array(0), addrlen);
    expect(addrlen[0]).toBe(sys.structs.sockaddr_in.sizeof);
  });

  it("is one for accept4, recvfrom and recvmsg as well", () => {
    const [listener, address] = openListener();
    const client = opened(sys.socket(AF_INET, SOCK_STREAM));
    sys.connect(client, address);
    const addrlen = new Uint32Array(1);
    opened(sys.accept4(listener, 0, new Uint8Array(0), addrlen));
    expect(addrlen[0]).toBe(sys.structs.sockaddr_in.sizeof);

    const udp = openSocket(AF_INET, SOCK_DGRAM);
    sys.bind(udp, LOOPBACK);
    for (let i = 0; i < 2; i++) sys.sendto(udp, Buffer.from("x"), 0, 1, 0, nameOf(udp));
    addrlen.fill(0);
    sys.recvfrom(udp, new Uint8Array(1), 0, 1, 0, new Uint8Array(0), addrlen);
    expect(addrlen[0]).toBe(sys.structs.sockaddr_in.sizeof);
    const header = new sys.MessageHeader(new Uint8Array(0));
    sys.recvmsg(udp, [new Uint8Array(1)], header);
    expect(header.nameLength).toBe(sys.structs.sockaddr_in.sizeof);
  });
});
