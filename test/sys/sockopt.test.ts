import { once } from "node:events";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { startWorker } from "./processes.ts";
import { NOT_OPEN, openListener, openPair, openPipe, openSocket } from "./support.ts";

const { AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET } = sys;
const failing = (syscall: string) => (code: string) =>
  expect.objectContaining({ code, syscall }) as Error;
const outside = expect.objectContaining({
  name: "RangeError",
  code: "ERR_OUT_OF_RANGE",
}) as RangeError;

describe("getsockopt(2)", () => {
  const failure = failing("getsockopt");

  it("returns an int where no memory is given", () => {
    const fd = openSocket(AF_INET, SOCK_DGRAM);

    expect(sys.getsockopt(fd, SOL_SOCKET, sys.SO_TYPE)).toBe(SOCK_DGRAM);
    expect(sys.getsockopt(fd, SOL_SOCKET, sys.SO_DOMAIN)).toBe(AF_INET);
    expect(sys.getsockopt(fd, SOL_SOCKET, sys.SO_PROTOCOL)).toBe(sys.IPPROTO_UDP);
    expect(sys.getsockopt(fd, sys.SOL_IP, sys.IP_TTL)).toBeGreaterThan(0);
  });

  it("returns a negative int as it is", () => {
    const [fd] = openPair();

    expect(sys.getsockopt(fd, SOL_SOCKET, sys.SO_PEEK_OFF)).toBe(-1);
  });

  it("returns how many bytes it wrote, and leaves those behind alone", () => {
    const [fd] = openPair();
    const ucred = new Uint32Array(4).fill(0xeeeeeeee);

    expect(sys.getsockopt(fd, SOL_SOCKET, sys.SO_PEERCRED, ucred)).toBe(12);

    const [uid, gid] = [process.getuid?.(), process.getgid?.()];
    expect([...ucred]).toEqual([process.pid, uid, gid, 0xeeeeeeee]);
  });

  it("reads text", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const name = Buffer.alloc(16);

    const length = sys.getsockopt(fd, sys.SOL_TCP, sys.TCP_CONGESTION, name);

    expect(name.toString("latin1", 0, length)).toMatch(/^[a-z_]+\0+$/);
  });

  it("cuts a long value where the memory ends", () => {
    const [fd] = openListener();
    const info = new Uint8Array(16).fill(0xee);

    expect(sys.getsockopt(fd, sys.SOL_TCP, sys.TCP_INFO, info.subarray(0, 9))).toBe(9);

    expect([...info.subarray(9)]).toEqual(Array<number>(7).fill(0xee));
    expect(info[0]).toBe(10); // TCP_LISTEN
  });

  it("takes the pending error once", () => {
    const fd = openSocket(AF_INET, SOCK_DGRAM);
    const closed = openSocket(AF_INET, SOCK_STREAM);
    sys.bind(closed, sys.sockaddrIn("127.0.0.1", 0));
    const addr = new Uint8Array(16);
    sys.getsockname(closed, addr, new Uint32Array(1));
    sys.connect(fd, addr);
    sys.send(fd, Buffer.from("x"));

    const errors = [1, 2].map(() => sys.getsockopt(fd, SOL_SOCKET, sys.SO_ERROR));

    expect(errors).toEqual([sys.errno.ECONNREFUSED, 0]);
  });

  it("closes with its thread a descriptor that it opened: SO_PEERPIDFD", async ({ skip }) => {
    const [unix] = openPair();
    const worker = startWorker(
      `const value = new Int32Array(1);
       const { SOL_SOCKET, SO_PEERPIDFD } = native;
       native.getsockopt(workerData, SOL_SOCKET, SO_PEERPIDFD, value, new Uint32Array(1));
       parentPort.postMessage(value[0]);`,
      unix,
    );
    const [pidfd] = (await once(worker, "message")) as [number];
    if (pidfd === 0) {
      await worker.terminate();
      return skip("SO_PEERPIDFD came with Linux 6.5");
    }
    expect(sys.fcntl(pidfd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);

    await worker.terminate();

    expect(() => sys.fcntl(pidfd, sys.F_GETFD)).toThrow(failing("fcntl")("EBADF"));
  });

  it("throws EBADF, ENOTSOCK, ENOPROTOOPT and EOPNOTSUPP", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const [unix] = openPair();

    expect(() => sys.getsockopt(NOT_OPEN, SOL_SOCKET, sys.SO_TYPE)).toThrow(failure("EBADF"));
    expect(() => sys.getsockopt(openPipe()[0], SOL_SOCKET, 3)).toThrow(failure("ENOTSOCK"));
    expect(() => sys.getsockopt(fd, SOL_SOCKET, 9999)).toThrow(failure("ENOPROTOOPT"));
    expect(() => sys.getsockopt(unix, sys.SOL_TCP, 1)).toThrow(failure("EOPNOTSUPP"));
  });
});

describe("setsockopt(2)", () => {
  const failure = failing("setsockopt");

  it.each([
    [AF_INET, sys.SOL_SOCKET, sys.SO_REUSEADDR, 1],
    [AF_INET, sys.SOL_TCP, sys.TCP_NODELAY, 1],
    [AF_INET, sys.SOL_TCP, sys.TCP_USER_TIMEOUT, 1234],
    [AF_INET, sys.SOL_IP, sys.IP_TOS, 16],
    [AF_INET6, sys.SOL_IPV6, sys.IPV6_V6ONLY, 1],
    [AF_INET6, sys.SOL_IPV6, sys.IPV6_UNICAST_HOPS, 5],
  ])("changes an int (family %d, level %d, option %d)", (family, level, optname, value) => {
    const fd = openSocket(family, SOCK_STREAM);

    sys.setsockopt(fd, level, optname, value);

    expect(sys.getsockopt(fd, level, optname)).toBe(value);
  });

  it("changes a structure: SO_LINGER", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const linger = new Int32Array(2);

    sys.setsockopt(fd, SOL_SOCKET, sys.SO_LINGER, Int32Array.of(1, 7));

    expect(sys.getsockopt(fd, SOL_SOCKET, sys.SO_LINGER, linger)).toBe(8);
    expect([...linger]).toEqual([1, 7]);
  });

  it("changes text: TCP_CONGESTION", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const name = Buffer.alloc(16);

    sys.setsockopt(fd, sys.SOL_TCP, sys.TCP_CONGESTION, Buffer.from("reno"));

    sys.getsockopt(fd, sys.SOL_TCP, sys.TCP_CONGESTION, name);
    expect(name.toString()).toMatch(/^reno\0+$/);
  });

  it("throws EBADF, ENOTSOCK, ENOPROTOOPT, EINVAL for too few bytes, EDOM", () => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const days = BigInt64Array.of(1n, 1_000_000n);

    expect(() => sys.setsockopt(NOT_OPEN, SOL_SOCKET, 2, 1)).toThrow(failure("EBADF"));
    expect(() => sys.setsockopt(openPipe()[0], SOL_SOCKET, 2, 1)).toThrow(failure("ENOTSOCK"));
    expect(() => sys.setsockopt(fd, SOL_SOCKET, 9999, 1)).toThrow(failure("ENOPROTOOPT"));
    expect(() => sys.setsockopt(fd, SOL_SOCKET, 2, new Uint8Array(3))).toThrow(failure("EINVAL"));
    expect(() => sys.setsockopt(fd, SOL_SOCKET, sys.SO_RCVTIMEO, days)).toThrow(failure("EDOM"));
  });

  it.each([1.5, NaN, 2 ** 31, -(2 ** 31) - 1])("refuses %d, which is no int", (value) => {
    const fd = openSocket(AF_INET, SOCK_STREAM);

    expect(() => sys.setsockopt(fd, SOL_SOCKET, sys.SO_REUSEADDR, value)).toThrow(outside);
  });

  it.each([
    ["SO_ATTACH_FILTER", 1, 26],
    ["SO_ATTACH_REUSEPORT_CBPF", 1, 51],
    ["TCP_ZEROCOPY_RECEIVE", 6, 35],
    ["TCP_AO_GET_KEYS", 6, 41],
    ["IP_MSFILTER", 0, 41],
    ["MCAST_MSFILTER", 41, 48],
    ["IPT_SO_SET_REPLACE", 0, 64],
    ["ARPT_SO_SET_REPLACE", 0, 96],
    ["EBT_SO_GET_INIT_ENTRIES", 0, 131],
    ["SCTP_SOCKOPT_CONNECTX3", 132, 111],
    ["PACKET_FANOUT_DATA", 263, 22],
    ["RDS_GET_MR", 276, 2],
    ["RDS_GET_MR_FOR_DEST", 276, 7],
    ["XDP_UMEM_REG", 283, 4],
    ["MPTCP_FULL_INFO", 284, 4],
  ])("and getsockopt refuse %s, whose bytes hold a pointer or a count", (_, level, optname) => {
    const fd = openSocket(AF_INET, SOCK_STREAM);
    const bytes = new Uint8Array(512);

    expect(() => sys.setsockopt(fd, level, optname, bytes)).toThrow(outside);
    expect(() => sys.getsockopt(fd, level, optname, bytes)).toThrow(outside);
  });
});
