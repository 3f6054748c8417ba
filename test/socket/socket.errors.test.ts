import { describe, expect, it } from "vitest";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

const tcp = (options = {}): Socket => Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, options);
const unix = (type = sys.SOCK_STREAM): Socket => Socket.open(sys.AF_UNIX, type);
const failure = (fields: object): unknown =>
  expect.objectContaining({ name: "SystemError", ...fields });

describe("Socket.takeError", () => {
  it("takes the outcome of a connect, once", () => {
    using deaf = tcp().bind(LOOPBACK);
    using socket = tcp();
    expect(socket.connect(deaf.localAddress)).toBe(false);

    expect(socket.takeError()).toMatchObject({
      code: "ECONNREFUSED",
      syscall: "connect",
      fd: socket.fd,
    });
    expect(socket.takeError()).toBeNull();
  });
});

describe("a wrong argument of a Socket", () => {
  const wrong = Symbol("wrong") as unknown as number;
  const buffer = new Uint8Array(4);
  const { AF_INET, SOCK_STREAM } = sys;

  it.each<[name: string, call: (socket: Socket) => unknown]>([
    ["family", () => Socket.open("AF_INET" as unknown as number, SOCK_STREAM)],
    ["family", () => (Socket.open as unknown as (family: string) => Socket)("AF_INET")],
    ["family", () => Socket.open(wrong, wrong)],
    ["type", () => Socket.open(AF_INET, wrong)],
    ["protocol", () => Socket.open(AF_INET, SOCK_STREAM, wrong)],
    ["options", () => Socket.open(AF_INET, SOCK_STREAM, 0, 5 as unknown as object)],
    ["type", () => Socket.pair(wrong)],
    ["family", () => Socket.pair(SOCK_STREAM, {}, wrong)],
    ["fd", () => Socket.fromFd(wrong)],
    ["backlog", (socket) => socket.listen(wrong)],
    ["how", (socket) => socket.shutdown(wrong)],
    ["buffer", (socket) => socket.recv(wrong as unknown as Uint8Array)],
    ["offset", (socket) => socket.recv(buffer, wrong)],
    ["length", (socket) => socket.recv(buffer, 0, wrong)],
    ["flags", (socket) => socket.recv(buffer, 0, 1, wrong)],
    ["offset", (socket) => socket.send(buffer, wrong)],
    ["length", (socket) => socket.send(buffer, 0, wrong)],
    ["flags", (socket) => socket.send(buffer, 0, 1, wrong)],
    ["iov", (socket) => socket.readv(wrong as unknown as Uint8Array[])],
    ["optname", (socket) => socket.getOption(sys.SOL_SOCKET, wrong)],
    ["size", (socket) => socket.getOption(sys.SOL_SOCKET, sys.SO_TYPE, wrong)],
    ["optval", (socket) => socket.setOption(sys.SOL_SOCKET, sys.SO_RCVBUF, wrong)],
  ])("is named: %s", (name, call) => {
    using socket = tcp();

    expect(() => call(socket)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARG_TYPE",
        message: expect.stringContaining(`The "${name}" argument`) as string,
      }),
    );
  });
});

describe("the errors of a Socket", () => {
  it("name the address and the port", () => {
    using listener = tcp().bind(LOOPBACK).listen();
    using late = tcp();
    const { port } = listener.localAddress;

    expect(() => late.bind(listener.localAddress)).toThrow(
      failure({
        code: "EADDRINUSE",
        errno: -sys.errno.EADDRINUSE,
        syscall: "bind",
        address: "127.0.0.1",
        port,
        fd: late.fd,
        message: `bind EADDRINUSE 127.0.0.1:${port ?? "?"}`,
      }),
    );
  });

  it("name the path", () => {
    using socket = unix();
    const path = "/nowhere/at/all";

    expect(() => socket.connect({ path })).toThrow(
      failure({ code: "ENOENT", syscall: "connect", path, message: `connect ENOENT ${path}` }),
    );
    expect(() => socket.bind({ path })).toThrow(failure({ code: "ENOENT", syscall: "bind", path }));
  });

  it("name a refused IPv4 connect of a blocking socket", () => {
    using deaf = tcp().bind(LOOPBACK);
    using socket = tcp({ blocking: true });
    const { port } = deaf.localAddress;

    expect(() => socket.connect(deaf.localAddress)).toThrow(
      `connect ECONNREFUSED 127.0.0.1:${port ?? "?"}`,
    );
  });

  it("are EBADF after close, in every call", () => {
    const socket = tcp();
    socket.close();
    const calls = [
      () => socket.bind(LOOPBACK),
      () => socket.listen(),
      () => socket.accept(),
      () => socket.connect(LOOPBACK),
      () => socket.shutdown(sys.SHUT_RDWR),
      () => socket.recv(new Uint8Array(1)),
      () => socket.send(new Uint8Array(1)),
      () => socket.localAddress,
      () => socket.remoteAddress,
      () => socket.family,
      () => socket.blocking,
      () => socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1),
      () => socket.takeError(),
    ];

    for (const call of calls) expect(call).toThrow(failure({ code: "EBADF", fd: -1 }));
  });

  it("are thrown for what a socket cannot do", () => {
    using datagram = unix(sys.SOCK_DGRAM);
    using stream = tcp();

    expect(() => datagram.listen()).toThrow(failure({ code: "EOPNOTSUPP", syscall: "listen" }));
    expect(() => stream.remoteAddress).toThrow(
      failure({ code: "ENOTCONN", syscall: "getpeername" }),
    );
    expect(() => stream.shutdown(sys.SHUT_WR)).toThrow(failure({ code: "ENOTCONN" }));
    expect(() => stream.bind({ address: "nowhere", port: 0 })).toThrow(TypeError);
  });
});
