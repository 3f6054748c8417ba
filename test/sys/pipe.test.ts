import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { opened, openPipe } from "./support.ts";

describe("pipe2(2)", () => {
  it("returns the end to read from, then the end to write to", () => {
    const [readEnd, writeEnd] = openPipe(0);

    sys.write(writeEnd, Buffer.from("ab"));

    const buffer = Buffer.alloc(4);
    expect(sys.read(readEnd, buffer)).toBe(2);
    expect(buffer).toEqual(Buffer.from("ab\0\0"));
    expect(() => sys.write(readEnd, buffer)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "write" }),
    );
  });

  it("gives both ends its flags, and none without", () => {
    const plain = sys.pipe2().map(opened);
    const flagged = sys.pipe2(sys.O_CLOEXEC | sys.O_NONBLOCK).map(opened);

    expect(plain.map((fd) => sys.fcntl(fd, sys.F_GETFD))).toEqual([0, 0]);
    expect(plain.map((fd) => sys.fcntl(fd, sys.F_GETFL) & sys.O_NONBLOCK)).toEqual([0, 0]);
    expect(flagged.map((fd) => sys.fcntl(fd, sys.F_GETFD))).toEqual([1, 1]);
    expect(flagged.map((fd) => sys.fcntl(fd, sys.F_GETFL) & sys.O_NONBLOCK)).toEqual([
      sys.O_NONBLOCK,
      sys.O_NONBLOCK,
    ]);
  });

  it("keeps packets apart with O_DIRECT", () => {
    const [readEnd, writeEnd] = openPipe(sys.O_DIRECT);

    sys.write(writeEnd, Buffer.from("ab"));
    sys.write(writeEnd, Buffer.from("c"));

    expect([1, 2].map(() => sys.read(readEnd, Buffer.alloc(9)))).toEqual([2, 1]);
  });

  it("throws EINVAL for an unknown flag", () => {
    expect(() => sys.pipe2(1)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "pipe2" }),
    );
  });
});
