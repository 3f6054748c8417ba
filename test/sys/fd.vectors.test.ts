import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, opened, openPair, openPipe } from "./support.ts";

describe("preadv2(2) and pwritev2(2)", () => {
  /** A file that has `text`, and its position at the start. */
  function fileOf(text: string): number {
    const fd = opened(sys.memfdCreate("vectors", sys.MFD_CLOEXEC));
    sys.pwritev2(fd, [Buffer.from(text)], 0);
    return fd;
  }

  it("use the position of the file at the offset -1, and move it", () => {
    const fd = fileOf("abcdef");
    const [first, second] = [Buffer.alloc(2), Buffer.alloc(2)];

    expect(sys.preadv2(fd, [first], -1)).toBe(2);
    expect(sys.preadv2(fd, [second], -1)).toBe(2);
    expect(sys.pwritev2(fd, [Buffer.from("X"), Buffer.from("Y")], -1)).toBe(2);

    expect([first, second].map(String)).toEqual(["ab", "cd"]);
    const all = Buffer.alloc(6);
    sys.preadv2(fd, [all], 0);
    expect(String(all)).toBe("abcdXY");
  });

  it("append with RWF_APPEND, wherever the offset is, and leave the position", () => {
    const fd = fileOf("abc");

    expect(sys.pwritev2(fd, [Buffer.from("de")], 0, sys.RWF_APPEND)).toBe(2);

    const all = Buffer.alloc(9, ".");
    expect(sys.preadv2(fd, [all], -1)).toBe(5);
    expect(String(all)).toBe("abcde....");
  });

  it("throw EINVAL for another negative offset, EOPNOTSUPP for an unknown flag, ESPIPE for a pipe", () => {
    const fd = fileOf("abc");
    const [readEnd] = openPipe();
    const failing = (code: string) => expect.objectContaining({ code, syscall: "preadv2" });
    const buffers = [Buffer.alloc(1)];

    expect(() => sys.preadv2(fd, buffers, -2)).toThrow(failing("EINVAL"));
    expect(() => sys.preadv2(fd, buffers, 0, 1 << 30)).toThrow(failing("EOPNOTSUPP"));
    expect(() => sys.preadv2(readEnd, buffers, 0)).toThrow(failing("ESPIPE"));
  });
});

describe("readv(2) and writev(2)", () => {
  it("gather and scatter in order, over buffers of any size and kind", () => {
    const [readEnd, writeEnd] = openPipe();
    const wide = new Uint16Array(Uint8Array.of(0x63, 0x64).buffer);
    const parts = [Buffer.from("ab"), new Uint8Array(0), wide, Buffer.from("e")];
    const [first, second, third] = [Buffer.alloc(1), Buffer.alloc(3), Buffer.alloc(4, ".")];

    expect(sys.writev(writeEnd, parts)).toBe(5);
    expect(sys.readv(readEnd, [first, second, third])).toBe(5);

    expect([first, second, third].map(String)).toEqual(["a", "bcd", "e..."]);
  });

  it("stop short where there is little room, and in the middle of a buffer", () => {
    const [here, there] = openPair();
    const parts = Array.from({ length: 64 }, (_, i) => new Uint8Array(2 ** 16).fill(i));

    const sent = sys.writev(here, parts) ?? 0;

    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(2 ** 22);
    expect(sys.writev(here, parts)).toBeNull();
    expect(there).not.toBe(here);
  });

  it("return null where they would block, 0 at the end", () => {
    const [here, there] = openPair();
    const before = sys.readv(here, [new Uint8Array(1)]);

    sys.shutdown(there, sys.SHUT_WR);

    expect([before, sys.readv(here, [new Uint8Array(1)])]).toEqual([null, 0]);
  });

  it("throw EBADF and EPIPE, and name the call", () => {
    const [here, there] = openPair();
    sys.shutdown(here, sys.SHUT_WR);

    expect(() => sys.readv(NOT_OPEN, [])).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "readv", fd: NOT_OPEN }),
    );
    expect(() => sys.writev(here, [new Uint8Array(1)])).toThrow(
      expect.objectContaining({ code: "EPIPE", syscall: "writev" }),
    );
    expect(there).not.toBe(here);
  });

  it("take IOV_MAX buffers and refuse one more", () => {
    const [readEnd, writeEnd] = openPipe();
    const most = Array.from({ length: sys.IOV_MAX }, () => new Uint8Array(1));

    expect([sys.writev(writeEnd, most), sys.readv(readEnd, most)]).toEqual([1024, 1024]);
    expect(() => sys.writev(writeEnd, [...most, new Uint8Array(1)])).toThrow(RangeError);
  });
});
