import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { LOOPBACK, nameOf, NOT_OPEN, openSocket } from "./support.ts";

const { AF_INET, SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF, SOCK_DGRAM, SOL_SOCKET } = sys;
const { sock_filter } = sys.structs;
const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;
const outside = expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }) as RangeError;

const RET = 0x06; // BPF_RET | BPF_K

/** `return k`, the shortest program: how many bytes are let through, or which socket is taken. */
function returning(k: number): Uint8Array {
  const program = new Uint8Array(sock_filter.sizeof);
  new Uint16Array(program.buffer, sock_filter.fields.code.offset, 1)[0] = RET;
  new Uint32Array(program.buffer, sock_filter.fields.k.offset, 1)[0] = k;
  return program;
}

function openUdp(address = LOOPBACK): [fd: number, address: Uint8Array] {
  const fd = openSocket(AF_INET, SOCK_DGRAM);
  sys.setsockopt(fd, SOL_SOCKET, sys.SO_REUSEPORT, 1);
  sys.bind(fd, address);
  return [fd, nameOf(fd)];
}

function sendTo(address: Uint8Array, text: string): void {
  const fd = openSocket(AF_INET, SOCK_DGRAM);
  sys.connect(fd, address);
  sys.send(fd, Buffer.from(text));
}

describe("setsockopt(2) with a program", () => {
  it("filters what arrives: SO_ATTACH_FILTER", () => {
    const [fd, address] = openUdp();
    const bytes = Buffer.alloc(16);

    sys.setsockoptFprog(fd, SOL_SOCKET, SO_ATTACH_FILTER, returning(0));
    sendTo(address, "dropped");
    expect(sys.recv(fd, bytes)).toBeNull();

    sys.setsockoptFprog(fd, SOL_SOCKET, SO_ATTACH_FILTER, returning(8 + 3));
    sendTo(address, "cut here");
    expect(sys.recv(fd, bytes)).toBe(3);
  });

  it("chooses among the sockets of a port: SO_ATTACH_REUSEPORT_CBPF", () => {
    const [first, address] = openUdp();
    const [second] = openUdp(address);
    const bytes = Buffer.alloc(16);

    for (const [chosen, index] of [[first, 0] as const, [second, 1] as const]) {
      sys.setsockoptFprog(first, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, returning(index));
      for (let n = 0; n < 8; n++) sendTo(address, "x");

      for (let n = 0; n < 8; n++) expect(sys.recv(chosen, bytes)).toBe(1);
      expect([sys.recv(first, bytes), sys.recv(second, bytes)]).toEqual([null, null]);
    }
  });

  it("throws EINVAL for a program that the kernel refuses, EBADF, ENOTSOCK", () => {
    const fd = openSocket(AF_INET, SOCK_DGRAM);
    const attach = (target: number, program: Uint8Array) => () => {
      sys.setsockoptFprog(target, SOL_SOCKET, SO_ATTACH_FILTER, program);
    };

    expect(attach(fd, new Uint8Array())).toThrow(failure("EINVAL", "setsockopt"));
    expect(attach(fd, new Uint8Array(8))).toThrow(failure("EINVAL", "setsockopt"));
    expect(attach(NOT_OPEN, returning(0))).toThrow(failure("EBADF", "setsockopt"));
  });

  it("refuses options that take no program, and one that is too long", () => {
    const fd = openSocket(AF_INET, SOCK_DGRAM);
    const long = new Uint8Array(2 ** 16 * sock_filter.sizeof);

    expect(() => {
      sys.setsockoptFprog(fd, SOL_SOCKET, sys.SO_LINGER, returning(0));
    }).toThrow(outside);
    expect(() => {
      sys.setsockoptFprog(fd, SOL_SOCKET, SO_ATTACH_FILTER, long);
    }).toThrow(outside);
  });
});

describe("getsockopt(2) of a program", () => {
  it("reads back what was attached, and says how long it is", () => {
    const fd = openSocket(AF_INET, SOCK_DGRAM);
    const program = new Uint8Array(3 * sock_filter.sizeof).fill(0xee);

    expect(sys.getsockoptFilter(fd, program)).toBe(0);
    sys.setsockoptFprog(fd, SOL_SOCKET, SO_ATTACH_FILTER, returning(77));

    expect(sys.getsockoptFilter(fd, new Uint8Array())).toBe(1);
    expect(sys.getsockoptFilter(fd, program)).toBe(1);
    expect(program.subarray(0, sock_filter.sizeof)).toEqual(returning(77));
    expect(program.subarray(sock_filter.sizeof)).toEqual(new Uint8Array(16).fill(0xee));
  });

  it("throws EBADF", () => {
    expect(() => sys.getsockoptFilter(NOT_OPEN, new Uint8Array(8))).toThrow(
      failure("EBADF", "getsockopt"),
    );
  });
});
