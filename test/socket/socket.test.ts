import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { withoutSocket } from "../support/privilege.ts";

// libuv opens its pipe for signals with the first handler, and keeps it: now, before a test looks.
const ignore = (): void => undefined;
process.on("SIGPIPE", ignore).off("SIGPIPE", ignore);

const LOOPBACK = { address: "127.0.0.1", port: 0 };

const tcp = (options = {}): Socket => Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, options);
const unix = (type = sys.SOCK_STREAM): Socket => Socket.open(sys.AF_UNIX, type);
const failure = (fields: object): unknown =>
  expect.objectContaining({ name: "SystemError", ...fields });

describe("Socket.open", () => {
  it.for<[family: number, type: number, protocol: number, told?: number]>([
    [sys.AF_INET, sys.SOCK_STREAM, 0, sys.IPPROTO_TCP],
    [sys.AF_INET, sys.SOCK_STREAM, sys.IPPROTO_TCP],
    [sys.AF_INET, sys.SOCK_DGRAM, 0, sys.IPPROTO_UDP],
    [sys.AF_INET6, sys.SOCK_STREAM, sys.IPPROTO_TCP],
    [sys.AF_INET6, sys.SOCK_DGRAM, sys.IPPROTO_UDP],
    [sys.AF_INET, sys.SOCK_STREAM, sys.IPPROTO_SCTP],
    [sys.AF_INET6, sys.SOCK_SEQPACKET, sys.IPPROTO_SCTP],
    [sys.AF_INET, sys.SOCK_RAW, sys.IPPROTO_ICMP],
    [sys.AF_INET6, sys.SOCK_RAW, sys.IPPROTO_ICMPV6],
    [sys.AF_LOCAL, sys.SOCK_STREAM, 0],
    [sys.AF_UNIX, sys.SOCK_DGRAM, 0],
    [sys.AF_UNIX, sys.SOCK_SEQPACKET, 0],
    [sys.AF_NETLINK, sys.SOCK_RAW, sys.NETLINK_ROUTE],
    [sys.AF_ROUTE, sys.SOCK_DGRAM, sys.NETLINK_ROUTE], // Linux's name for it is AF_NETLINK
    [sys.AF_PACKET, sys.SOCK_RAW, 0],
    [sys.AF_PACKET, sys.SOCK_DGRAM, 0],
  ])("opens one of family %i, type %i, protocol %i", (wanted, { skip }) => {
    const [family, type, protocol, told = protocol] = wanted;
    const without = withoutSocket(family, type, protocol);
    skip(without !== undefined, without);

    using socket = Socket.open(family, type, protocol);

    const { SO_DOMAIN, SO_TYPE, SO_PROTOCOL } = sys;
    const kernels = [SO_DOMAIN, SO_TYPE, SO_PROTOCOL].map((option) =>
      socket.getOption(sys.SOL_SOCKET, option),
    );
    expect(kernels).toEqual([family, type, told]);
    expect([socket.family, socket.type, socket.protocol]).toEqual(kernels);
  });

  it("passes on what the kernel says", () => {
    expect(() => Socket.open(sys.AF_INET, sys.SOCK_STREAM, sys.IPPROTO_UDP)).toThrow(
      failure({ code: "EPROTONOSUPPORT", syscall: "socket", message: "socket EPROTONOSUPPORT" }),
    );
  });

  it("opens it non-blocking, unless asked otherwise", () => {
    using without = tcp();
    using blocking = tcp({ blocking: true });

    expect([without.blocking, blocking.blocking]).toEqual([false, true]);
  });

  it("leaves nothing to the children of the process", () => {
    using opened = tcp();
    const [first, second] = Socket.pair();
    using listener = tcp().bind(LOOPBACK).listen();
    using client = tcp({ blocking: true });
    client.connect(listener.localAddress);
    listener.blocking = true;
    using accepted = listener.accept();
    const sockets = [opened, first, second, listener, client, accepted];

    const script = `ls -l /proc/self/fd`;
    const inherited = execFileSync("sh", ["-c", script], { encoding: "utf8" });

    for (const socket of sockets) {
      expect(sys.fcntl(socket?.fd ?? -1, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
      expect(inherited).not.toMatch(new RegExp(` ${socket?.fd ?? -1} -> `));
    }
    first.close();
    second.close();
  });
});

describe("Socket.fromFd", () => {
  it("adopts an open socket, with its flags as they are", () => {
    const fd = sys.socket(sys.AF_INET, sys.SOCK_STREAM);
    using socket = Socket.fromFd(fd);

    expect(socket.fd).toBe(fd);
    expect(socket.blocking).toBe(true);
    expect(sys.fcntl(fd, sys.F_GETFD)).toBe(0);
    socket.close();
    expect(() => sys.fcntl(fd, sys.F_GETFD)).toThrow(failure({ code: "EBADF" }));
  });

  it("leaves alone what is not a socket (ENOTSOCK) or not open (EBADF)", () => {
    const fd = openSync(new URL(import.meta.url), "r");

    expect(() => Socket.fromFd(fd)).toThrow(failure({ code: "ENOTSOCK", fd }));
    expect(sys.fcntl(fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    sys.close(fd);
    expect(() => Socket.fromFd(fd)).toThrow(failure({ code: "EBADF", fd }));
  });
});

describe("Socket.pair", () => {
  it.each([sys.SOCK_STREAM, sys.SOCK_DGRAM, sys.SOCK_SEQPACKET])(
    "opens two connected unix sockets (type %i)",
    (type) => {
      const [first, second] = Socket.pair(type);
      const received = new Uint8Array(4);

      expect(first.type).toBe(type);
      expect(first.send(Buffer.from("ping"))).toBe(4);
      expect(second.recv(received)).toBe(4);
      expect(Buffer.from(received).toString()).toBe("ping");
      expect([first.blocking, second.blocking]).toEqual([false, false]);
      expect(first.remoteAddress.path).toBe("");
      first.close();
      second.close();
    },
  );

  it("opens blocking ones when asked to", () => {
    const [first, second] = Socket.pair(sys.SOCK_STREAM, { blocking: true });

    expect([first.blocking, second.blocking]).toEqual([true, true]);
    first.close();
    second.close();
  });
});

describe("the blocking flag of a Socket", () => {
  it("changes O_NONBLOCK and no other flag", () => {
    const [socket, other] = Socket.pair();
    sys.fcntl(socket.fd, sys.F_SETFL, sys.fcntl(socket.fd, sys.F_GETFL) | sys.O_APPEND);
    const flags = sys.fcntl(socket.fd, sys.F_GETFL);

    socket.blocking = true;
    expect(sys.fcntl(socket.fd, sys.F_GETFL)).toBe(flags & ~sys.O_NONBLOCK);
    socket.blocking = false;
    expect(sys.fcntl(socket.fd, sys.F_GETFL)).toBe(flags);
    socket.close();
    other.close();
  });
});

describe("Socket.accept and Socket.connect", () => {
  it("answer null and false where they would block", () => {
    using listener = tcp().bind(LOOPBACK).listen();
    using client = tcp();

    expect(listener.accept()).toBeNull();
    expect(client.connect(listener.localAddress)).toBe(false);
  });

  it("accept a connection as a socket of its own, non-blocking unless asked otherwise", () => {
    using listener = tcp({ blocking: true }).bind(LOOPBACK).listen();
    using first = tcp({ blocking: true });
    using second = tcp({ blocking: true });
    expect(first.connect(listener.localAddress)).toBe(true);
    expect(second.connect(listener.localAddress)).toBe(true);

    using one = listener.accept();
    using other = listener.accept({ blocking: true });

    expect([one?.blocking, other?.blocking]).toEqual([false, true]);
    expect(one?.remoteAddress.equals(first.localAddress)).toBe(true);
    expect(one?.localAddress.equals(listener.localAddress)).toBe(true);
  });

  it("answer null when the queue of a unix listener is full, with nothing under way", () => {
    const name = { path: `\0pollux-test-${process.pid}` };
    using listener = unix().bind(name).listen(0);
    using first = unix();
    using second = unix();

    expect(first.connect(name)).toBe(true);
    expect(second.connect(name)).toBeNull();
    listener.accept()?.close();
    expect(second.connect(name)).toBe(true);
  });
});

describe("Socket.recv and Socket.send", () => {
  it("answer null where they would block, and 0 at the end", () => {
    const [here, there] = Socket.pair();
    const bytes = new Uint8Array(65_536);

    expect(here.recv(bytes)).toBeNull();
    while (there.send(bytes) !== null);
    expect(there.send(bytes)).toBeNull();
    while (here.recv(bytes) !== null);
    there.close();
    expect(here.recv(bytes)).toBe(0);
    here.close();
  });

  it("use the part of the buffer that they are given", () => {
    const [here, there] = Socket.pair();
    const received = Buffer.from("........");

    expect(there.send(Buffer.from("abcdef"), 2, 3)).toBe(3);
    expect(here.recv(received, 1, 8 - 1, sys.MSG_PEEK)).toBe(3);
    expect(received.toString()).toBe(".cde....");
    expect(here.recv(received, 6, 1)).toBe(1);
    expect(received.toString()).toBe(".cde..c.");
    here.close();
    there.close();
  });

  it("say EPIPE instead of raising SIGPIPE", async () => {
    const onSignal = vi.fn();
    process.on("SIGPIPE", onSignal);
    const [here, there] = Socket.pair();
    there.close();

    expect(() => here.send(Buffer.from("x"))).toThrow(failure({ code: "EPIPE", syscall: "send" }));
    // Signals are handled in their order: when a later one was, the earlier one would have been.
    const later = once(process, "SIGUSR2");
    process.kill(process.pid, "SIGUSR2");
    await later;
    expect(onSignal).not.toHaveBeenCalled();

    // Without MSG_NOSIGNAL there is one.
    expect(() => sys.send(here.fd, Buffer.from("x"))).toThrow(failure({ code: "EPIPE" }));
    await vi.waitUntil(() => onSignal.mock.calls.length > 0, { timeout: 20_000 });
    process.off("SIGPIPE", onSignal);
    here.close();
  });
});

describe("the options of a Socket", () => {
  it("are set and read as numbers", () => {
    using socket = tcp().setOption(sys.SOL_TCP, sys.TCP_NODELAY, 1);

    expect(socket.getOption(sys.SOL_TCP, sys.TCP_NODELAY)).toBe(1);
    expect(socket.setOption(sys.SOL_TCP, sys.TCP_NODELAY, 0)).toBe(socket);
    expect(socket.getOption(sys.SOL_TCP, sys.TCP_NODELAY)).toBe(0);
  });
});
