import { closeSync, openSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { connectTcp, NOT_OPEN, opened, openPair, openPipe } from "./support.ts";

const outside = expect.objectContaining({
  name: "RangeError",
  code: "ERR_OUT_OF_RANGE",
}) as RangeError;

describe("close(2)", () => {
  it("closes once; the second time throws EBADF and names the descriptor", () => {
    const fd = sys.eventfd();

    sys.close(fd);

    expect(() => sys.close(fd)).toThrow(
      expect.objectContaining({ code: "EBADF", errno: -9, syscall: "close", fd }),
    );
  });

  it.each([1.5, NaN, -Infinity, 2 ** 31, 2 ** 32])("refuses %d as a descriptor", (fd) => {
    expect(() => sys.close(fd)).toThrow(outside);
  });
});

describe("read(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "read" }) as Error;

  it("reads what is there, which may be less than asked for, into the whole buffer", () => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("abc"));
    const buffer = Buffer.alloc(5, ".");

    expect(sys.read(readEnd, buffer)).toBe(3);

    expect(buffer.toString()).toBe("abc..");
  });

  it("writes between `offset` and `offset + length` only", () => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("abcdef"));
    const buffer = Buffer.alloc(6, ".");

    expect(sys.read(readEnd, buffer, 2, 3)).toBe(3);

    expect(buffer.toString()).toBe("..abc.");
    expect(sys.read(readEnd, buffer, 5)).toBe(1);
    expect(buffer.toString()).toBe("..abcd");
  });

  it("counts in bytes for arrays of wider elements, from where their view begins", () => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0));
    const memory = new Uint8Array(16).fill(0xff);

    expect(sys.read(readEnd, new Float64Array(memory.buffer, 8, 1), 4)).toBe(4);

    expect([...memory]).toEqual([...Array<number>(12).fill(0xff), 1, 0, 0, 0]);
  });

  it("fills shared memory", () => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("ab"));
    const shared = new Uint8Array(new SharedArrayBuffer(2));

    expect(sys.read(readEnd, shared)).toBe(2);

    expect([...shared]).toEqual([0x61, 0x62]);
  });

  it("returns null where it would block, 0 at the end, 0 for no bytes", () => {
    const [readEnd, writeEnd] = sys.pipe2(sys.O_NONBLOCK);
    opened(readEnd);
    const answers = [sys.read(readEnd, Buffer.alloc(1))];

    sys.write(writeEnd, Buffer.from("x"));
    sys.close(writeEnd);

    answers.push(sys.read(readEnd, Buffer.alloc(1), 1));
    answers.push(sys.read(readEnd, Buffer.alloc(2)), sys.read(readEnd, Buffer.alloc(2)));
    expect(answers).toEqual([null, 0, 1, 0]);
  });

  it("throws EBADF, EISDIR and ECONNRESET", () => {
    const directory = openSync(new URL(".", import.meta.url), "r");
    onTestFinished(() => {
      closeSync(directory);
    });
    const [client, server] = connectTcp();
    sys.setsockopt(client, sys.SOL_SOCKET, sys.SO_LINGER, Int32Array.of(1, 0));
    sys.close(client);

    expect(() => sys.read(NOT_OPEN, Buffer.alloc(1))).toThrow(failure("EBADF"));
    expect(() => sys.read(directory, Buffer.alloc(1))).toThrow(failure("EISDIR"));
    expect(() => sys.read(server, Buffer.alloc(1))).toThrow(failure("ECONNRESET"));
  });

  it.each([
    [5, 0],
    [0, 5],
    [3, 2],
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, NaN],
    [2 ** 32, 1],
  ])("refuses offset %d with length %d in 4 bytes, and takes nothing", (offset, length) => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("abcd"));

    expect(() => sys.read(readEnd, new Uint8Array(4), offset, length)).toThrow(outside);

    expect(sys.read(readEnd, new Uint8Array(9))).toBe(4);
  });

  it("takes a detached buffer as an empty one", () => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("abcd"));
    const buffer = new Uint8Array(4);
    structuredClone(buffer, { transfer: [buffer.buffer] });

    expect(sys.read(readEnd, buffer)).toBe(0);
    expect(() => sys.read(readEnd, buffer, 0, 4)).toThrow(outside);
    expect(sys.read(readEnd, new Uint8Array(9))).toBe(4);
  });

  it("takes a buffer above 2^31 - 1 bytes, and refuses what is outside of it", () => {
    const [readEnd, writeEnd] = openPipe();
    const large = new Uint8Array(2 ** 31 + 1);
    sys.write(writeEnd, Buffer.from("ab"));

    expect(sys.read(readEnd, large, 2 ** 31)).toBe(1);
    expect(sys.read(readEnd, large)).toBe(1);
    expect([large[2 ** 31], large[0]]).toEqual([0x61, 0x62]);
    expect(() => sys.read(readEnd, large, 2 ** 31, 2)).toThrow(outside);
    expect(() => sys.read(readEnd, large, 2 ** 31 + 2, 0)).toThrow(outside);
  });
});

describe("write(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "write" }) as Error;

  it("writes from `offset`, `length` bytes", () => {
    const [readEnd, writeEnd] = openPipe();
    const buffer = Buffer.alloc(9, ".");

    expect(sys.write(writeEnd, Buffer.from("abcdef"), 1, 3)).toBe(3);

    expect(sys.read(readEnd, buffer)).toBe(3);
    expect(buffer.toString()).toBe("bcd......");
  });

  it("writes a part where there is little room, then null", () => {
    const [, writeEnd] = openPipe();
    const size = sys.fcntl(writeEnd, sys.F_GETPIPE_SZ);

    expect(sys.write(writeEnd, new Uint8Array(size + 1))).toBe(size);

    expect(sys.write(writeEnd, new Uint8Array(1))).toBeNull();
  });

  it("throws EPIPE where nobody reads, and no signal ends the process", () => {
    const [readEnd, writeEnd] = sys.pipe2();
    opened(writeEnd);
    sys.close(readEnd);

    expect(() => sys.write(writeEnd, Buffer.from("x"))).toThrow(failure("EPIPE"));
  });

  it("throws EBADF for a descriptor that is not open to write", () => {
    const [readEnd] = openPipe();

    expect(() => sys.write(readEnd, Buffer.from("x"))).toThrow(failure("EBADF"));
    expect(() => sys.write(NOT_OPEN, Buffer.from("x"))).toThrow(failure("EBADF"));
  });

  it.each([
    [5, 0],
    [3, 2],
    [-1, 1],
    [0, 0.5],
  ])("refuses offset %d with length %d in 4 bytes, and writes nothing", (offset, length) => {
    const [readEnd, writeEnd] = openPipe();

    expect(() => sys.write(writeEnd, new Uint8Array(4), offset, length)).toThrow(outside);

    expect(sys.read(readEnd, new Uint8Array(9))).toBeNull();
  });
});

describe("fcntl(2)", () => {
  it("duplicates a descriptor from a number up", () => {
    const [here] = openPair();

    const plain = opened(sys.fcntl(here, sys.F_DUPFD, 500));
    const closeOnExec = opened(sys.fcntl(here, sys.F_DUPFD_CLOEXEC, 500));

    expect(plain).toBeGreaterThanOrEqual(500);
    expect(sys.fcntl(plain, sys.F_GETFD)).toBe(0);
    expect(sys.fcntl(closeOnExec, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  it("changes and tells flags", () => {
    const fd = opened(sys.eventfd());

    const answers = [
      sys.fcntl(fd, sys.F_SETFD, sys.FD_CLOEXEC),
      sys.fcntl(fd, sys.F_SETFL, sys.O_NONBLOCK),
    ];

    expect(answers).toEqual([0, 0]);
    expect(sys.fcntl(fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.fcntl(fd, sys.F_GETFL)).toBe(sys.O_NONBLOCK | sys.O_RDWR);
  });

  it("changes and tells a pipe's size", () => {
    const [readEnd] = openPipe();

    const size = sys.fcntl(readEnd, sys.F_SETPIPE_SZ, 4096);

    expect(sys.fcntl(readEnd, sys.F_GETPIPE_SZ)).toBe(size);
  });

  it("throws EBADF and EINVAL", () => {
    const [readEnd] = openPipe();

    expect(() => sys.fcntl(NOT_OPEN, sys.F_GETFD)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "fcntl", fd: NOT_OPEN }),
    );
    expect(() => sys.fcntl(readEnd, sys.F_DUPFD, -1)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "fcntl" }),
    );
  });

  it.each([5, 6, 7, 15, 16, 36, 37, 38, 1035, 1036, -1, 2 ** 31])(
    "refuses operation %d, whose argument may be a pointer",
    (op) => {
      const [readEnd] = openPipe();

      expect(() => sys.fcntl(readEnd, op)).toThrow(outside);
    },
  );
});

describe("dup(2), dup2(2), dup3(2)", () => {
  it("open another descriptor for the same pipe", () => {
    const [readEnd, writeEnd] = openPipe();
    const copy = opened(sys.dup(writeEnd));

    sys.write(copy, Buffer.from("x"));

    expect(copy).not.toBe(writeEnd);
    expect(sys.read(readEnd, new Uint8Array(2))).toBe(1);
    expect(sys.fcntl(copy, sys.F_GETFD) & sys.FD_CLOEXEC).toBe(0);
  });

  it("replace what a number was, close-on-exec where asked for", () => {
    const [readEnd, writeEnd] = openPipe();
    const [other] = openPipe();

    expect(sys.dup2(writeEnd, other)).toBe(other);
    expect(sys.fcntl(other, sys.F_GETFD)).toBe(0);
    expect(sys.dup3(writeEnd, other, sys.O_CLOEXEC)).toBe(other);
    expect(sys.fcntl(other, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    sys.write(other, Buffer.from("y"));
    expect(sys.read(readEnd, new Uint8Array(2))).toBe(1);
  });

  it("of one number twice change nothing, and are EINVAL with dup3", () => {
    const [readEnd] = openPipe();

    expect(sys.dup2(readEnd, readEnd)).toBe(readEnd);
    expect(() => sys.dup3(readEnd, readEnd)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "dup3" }),
    );
  });

  it("throw EBADF for what is not open", () => {
    const failing = (syscall: string): Error =>
      expect.objectContaining({ code: "EBADF", syscall }) as Error;

    expect(() => sys.dup(NOT_OPEN)).toThrow(failing("dup"));
    expect(() => sys.dup2(NOT_OPEN, 0)).toThrow(failing("dup2"));
    expect(() => sys.dup3(NOT_OPEN, 0)).toThrow(failing("dup3"));
  });
});
