import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, openPair, openPipe } from "./support.ts";

function textOf(fd: number): string | null {
  const buffer = Buffer.alloc(64);
  const size = sys.read(fd, buffer);
  return size === null ? null : buffer.toString("latin1", 0, size);
}

describe("tee(2)", () => {
  const failure = (code: string): Error =>
    expect.objectContaining({ code, syscall: "tee" }) as Error;

  it("copies to another pipe what stays readable in the first", () => {
    const [readEnd, writeEnd] = openPipe();
    const [copyEnd, teeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("abcdef"));

    expect(sys.tee(readEnd, teeEnd, 4)).toBe(4);

    expect([textOf(copyEnd), textOf(readEnd)]).toEqual(["abcd", "abcdef"]);
  });

  it("returns null where it would block, and 0 without data and writers", () => {
    const [readEnd, writeEnd] = sys.pipe2(sys.O_NONBLOCK);
    const [, teeEnd] = openPipe();

    const before = sys.tee(readEnd, teeEnd, 9, sys.SPLICE_F_NONBLOCK);
    sys.close(writeEnd);
    const after = sys.tee(readEnd, teeEnd, 9);
    sys.close(readEnd);

    expect([before, after]).toEqual([null, 0]);
  });

  it("throws EBADF, and EINVAL for what is no pipe and for one pipe twice", () => {
    const [readEnd, writeEnd] = openPipe();
    const [socket] = openPair();

    expect(() => sys.tee(NOT_OPEN, writeEnd, 1)).toThrow(failure("EBADF"));
    expect(() => sys.tee(socket, writeEnd, 1)).toThrow(failure("EINVAL"));
    expect(() => sys.tee(readEnd, writeEnd, 1)).toThrow(failure("EINVAL"));
  });
});

describe("vmsplice(2)", () => {
  const failure = (code: string): Error =>
    expect.objectContaining({ code, syscall: "vmsplice" }) as Error;

  it("gives the memory of the buffers, in order, to the reader", () => {
    const [readEnd, writeEnd] = openPipe();
    const parts = [Buffer.alloc(3, "a"), Buffer.alloc(2, "b"), Buffer.alloc(1, "c")];

    expect(sys.vmsplice(writeEnd, parts)).toBe(6);

    expect(textOf(readEnd)).toBe("aaabbc");
  });

  it("does not copy: the reader sees what is written to the buffer afterwards", () => {
    const [readEnd, writeEnd] = openPipe();
    const page = Buffer.alloc(4096, "a");

    sys.vmsplice(writeEnd, [page.subarray(0, 4)]);
    page.write("b", 1);

    expect(textOf(readEnd)).toBe("abaa");
  });

  it("copies out of a read end into the buffers", () => {
    const [readEnd, writeEnd] = openPipe();
    const [first, second] = [Buffer.alloc(2), Buffer.alloc(9)];
    sys.write(writeEnd, Buffer.from("abcde"));

    expect(sys.vmsplice(readEnd, [first, second])).toBe(5);

    expect([first.toString(), second.toString("latin1", 0, 3)]).toEqual(["ab", "cde"]);
  });

  it("stops where the pipe is full, and then returns null with SPLICE_F_NONBLOCK", () => {
    const [, writeEnd] = openPipe();
    const buffer = Buffer.alloc(2 ** 20);

    const first = sys.vmsplice(writeEnd, [buffer], sys.SPLICE_F_NONBLOCK) ?? 0;

    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(2 ** 20);
    expect(sys.vmsplice(writeEnd, [buffer], sys.SPLICE_F_NONBLOCK)).toBeNull();
  });

  it("keeps the pages of a buffer that is gone, until they were read", () => {
    const [readEnd, writeEnd] = openPipe();
    // A transfer takes the memory from the view; structuredClone then drops it.
    const memory = new ArrayBuffer(4096);
    new Uint8Array(memory).fill(0x61);
    sys.vmsplice(writeEnd, [new Uint8Array(memory, 0, 4)]);

    structuredClone(memory, { transfer: [memory] });

    expect(textOf(readEnd)).toHaveLength(4);
  });

  it("throws EBADF for what is no pipe, and refuses SPLICE_F_GIFT", () => {
    const [, writeEnd] = openPipe();
    const [socket] = openPair();
    const one = [Buffer.alloc(1)];

    expect(() => sys.vmsplice(socket, one)).toThrow(failure("EBADF"));
    expect(() => sys.vmsplice(NOT_OPEN, one)).toThrow(failure("EBADF"));
    expect(() => sys.vmsplice(writeEnd, one, sys.SPLICE_F_GIFT)).toThrow(RangeError);
  });
});
