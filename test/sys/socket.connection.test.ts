import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import {
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

const { AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } = sys;

/** Waits for as long as it takes until `fd` is writable. */
function writable(fd: number): void {
  const fds = new sys.PollFds(1);
  fds.set(0, fd, sys.POLLOUT);
  sys.poll(fds, 1, -1);
}

describe("accept4(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "accept4" }) as Error;

  it("returns null while nobody waits", () => {
    const [listener] = openListener();

    expect(sys.accept4(listener)).toBeNull();
  });

  it("reports the peer's address and its length", () => {
    const [listener, address] = openListener();
    const client = openSocket(AF_INET, SOCK_STREAM);
    sys.connect(client, address);
    const addr = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
    const addrlen = new Uint32Array(1);

    const server = opened(sys.accept4(listener, 0, addr, addrlen));

    expect(addr.subarray(0, addrlen[0])).toEqual(nameOf(client));
    expect(peerOf(server)).toEqual(nameOf(client));
  });

  it("inherits no flags from the listener and sets those asked for", () => {
    const [listener, address] = openListener();
    const accepted = [0, sys.SOCK_NONBLOCK | sys.SOCK_CLOEXEC].map((flags) => {
      sys.connect(openSocket(AF_INET, SOCK_STREAM), address);
      return opened(sys.accept4(listener, flags));
    });

    expect(accepted.map((fd) => sys.fcntl(fd, sys.F_GETFD))).toEqual([0, sys.FD_CLOEXEC]);
    expect(accepted.map((fd) => sys.fcntl(fd, sys.F_GETFL) & sys.O_NONBLOCK)).toEqual([
      0,
      sys.O_NONBLOCK,
    ]);
  });

  it("throws EINVAL for no listener and unknown flags, EOPNOTSUPP, EBADF, ENOTSOCK", () => {
    const stream = openSocket(AF_INET, SOCK_STREAM);

    expect(() => sys.accept4(stream)).toThrow(failure("EINVAL"));
    expect(() => sys.accept4(openListener()[0], 1)).toThrow(failure("EINVAL"));
    expect(() => sys.accept4(openSocket(AF_INET, SOCK_DGRAM))).toThrow(failure("EOPNOTSUPP"));
    expect(() => sys.accept4(NOT_OPEN)).toThrow(failure("EBADF"));
    expect(() => sys.accept4(openPipe()[0])).toThrow(failure("ENOTSOCK"));
  });

  it("throws EINTR when a signal arrives", () => {
    const listener = opened(sys.socket(AF_INET, SOCK_STREAM));
    sys.bind(listener, LOOPBACK);
    sys.listen(listener, 1);
    // With a time limit the kernel does not restart the call behind our back.
    sys.setsockopt(listener, sys.SOL_SOCKET, sys.SO_RCVTIMEO, BigInt64Array.of(60n, 0n));
    receiveSignals();

    expect(() => sys.accept4(listener)).toThrow(failure("EINTR"));
  });

  it("refuses an address without a place for its length, and takes no connection", () => {
    const [listener, address] = openListener();
    sys.connect(openSocket(AF_INET, SOCK_STREAM), address);

    expect(() => sys.accept4(listener, 0, new Uint8Array(128))).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );

    expect(opened(sys.accept4(listener))).toBeGreaterThan(0);
  });
});

describe("connect(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "connect" }) as Error;

  it("returns false while a connection is under way, and SO_ERROR then says 0", () => {
    const [, address] = openListener();
    const client = openSocket(AF_INET, SOCK_STREAM);

    expect(sys.connect(client, address)).toBe(false);

    writable(client);
    expect(sys.getsockopt(client, sys.SOL_SOCKET, sys.SO_ERROR)).toBe(0);
    expect(sys.connect(client, address)).toBe(true);
    expect(() => sys.connect(client, address)).toThrow(failure("EISCONN"));
  });

  it("returns true where a blocking socket is connected", () => {
    const [, address] = openListener();
    const client = opened(sys.socket(AF_INET, SOCK_STREAM));

    expect(sys.connect(client, address)).toBe(true);
  });

  it("throws ECONNREFUSED where nobody listens, or leaves it to SO_ERROR", () => {
    const taken = openSocket(AF_INET, SOCK_STREAM);
    sys.bind(taken, LOOPBACK);
    const client = openSocket(AF_INET, SOCK_STREAM);
    const blocking = opened(sys.socket(AF_INET, SOCK_STREAM));

    expect(() => sys.connect(blocking, nameOf(taken))).toThrow(failure("ECONNREFUSED"));
    expect(sys.connect(client, nameOf(taken))).toBe(false);
    writable(client);
    expect(sys.getsockopt(client, sys.SOL_SOCKET, sys.SO_ERROR)).toBe(sys.errno.ECONNREFUSED);
  });

  it("returns null where a unix listener's queue is full", () => {
    const listener = openSocket(AF_UNIX, SOCK_STREAM);
    sys.bind(listener, sys.sockaddrUn(""));
    sys.listen(listener, 0);
    const connect = () => sys.connect(openSocket(AF_UNIX, SOCK_STREAM), nameOf(listener));

    expect([connect(), connect()]).toEqual([true, null]);
  });

  it("throws EAFNOSUPPORT, EINVAL, ENOENT, EBADF and ENOTSOCK", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const path = sys.sockaddrUn("/nonexistent-directory/socket");

    expect(() => sys.connect(fd, sys.sockaddrIn6("::1", 1))).toThrow(failure("EAFNOSUPPORT"));
    expect(() => sys.connect(fd, new Uint8Array(1))).toThrow(failure("EINVAL"));
    expect(() => sys.connect(openSocket(AF_UNIX, SOCK_STREAM), path)).toThrow(failure("ENOENT"));
    expect(() => sys.connect(NOT_OPEN, LOOPBACK)).toThrow(failure("EBADF"));
    expect(() => sys.connect(openPipe()[0], LOOPBACK)).toThrow(failure("ENOTSOCK"));
  });
});

describe("unix(7)", () => {
  function meet(address: Uint8Array): { listener: number; client: number } {
    const listener = openSocket(AF_UNIX, SOCK_STREAM);
    sys.bind(listener, address);
    sys.listen(listener, 1);
    const client = openSocket(AF_UNIX, SOCK_STREAM);
    expect(sys.connect(client, nameOf(listener))).toBe(true);
    return { listener, client };
  }

  it.each([107, 5])("connects by a path of %d bytes", (length) => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-"));
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
    const path = `${directory}/`.padEnd(Math.max(length, directory.length + 2), "s");

    const { client } = meet(sys.sockaddrUn(path));

    expect(new TextDecoder().decode(sys.sockaddrUnixName(peerOf(client)) ?? undefined)).toBe(path);
  });

  it("connects by an abstract name, which ends where its length says", () => {
    const name = `\0pollux-${String(process.pid)}\0tail\0`;

    const { client } = meet(sys.sockaddrUn(name));

    expect(new TextDecoder().decode(sys.sockaddrUnixName(peerOf(client)) ?? undefined)).toBe(name);
  });

  it("binds an unnamed address to an abstract name of the kernel's choice", () => {
    const { client } = meet(sys.sockaddrUn(""));

    expect(sys.sockaddrUnixName(peerOf(client))).toHaveLength(6);
    expect(sys.sockaddrUnixName(peerOf(client))?.[0]).toBe(0);
  });

  it("leaves both ends of a pair unnamed", () => {
    const [first] = openPair(SOCK_DGRAM);

    expect(sys.sockaddrUnixName(nameOf(first))).toHaveLength(0);
    expect(sys.sockaddrUnixName(peerOf(first))).toHaveLength(0);
  });
});

describe("ipv6(7)", () => {
  it("connects over ::1 and tells both names", () => {
    const [listener, address] = openListener(sys.sockaddrIn6("::1", 0));
    const client = openSocket(AF_INET6, SOCK_STREAM);
    sys.connect(client, address);
    writable(client);

    const server = opened(sys.accept4(listener));

    expect(peerOf(server)).toEqual(nameOf(client));
    expect(sys.sockaddrInternet(peerOf(client))).toMatchObject({ address: "::1", flowInfo: 0 });
  });

  it("shows an IPv4 peer as a mapped address on a dual-stack socket", () => {
    const dual = openSocket(AF_INET6, SOCK_STREAM);
    sys.setsockopt(dual, sys.SOL_IPV6, sys.IPV6_V6ONLY, 0);
    sys.bind(dual, sys.sockaddrIn6("::", 0));
    sys.listen(dual, 1);
    const port = sys.sockaddrInternet(nameOf(dual))?.port ?? 0;
    const client = openSocket(AF_INET, SOCK_STREAM);

    sys.connect(client, sys.sockaddrIn("127.0.0.1", port));

    writable(client);
    const server = opened(sys.accept4(dual));
    expect(sys.sockaddrInternet(peerOf(server))?.address).toBe("::ffff:127.0.0.1");
  });
});
