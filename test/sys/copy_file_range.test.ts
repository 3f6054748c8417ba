import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, opened, openPipe, python } from "./support.ts";

/** A file in memory with this content, and its offset at the start. */
function fileOf(content: string): number {
  const fd = opened(sys.memfdCreate("copy_file_range"));
  sys.pwritev(fd, [Buffer.from(content)], 0);
  return fd;
}

function contentOf(fd: number): string {
  return readFileSync(`/proc/self/fd/${String(fd)}`, "latin1");
}

const failure = (code: string): Error =>
  expect.objectContaining({ code, syscall: "copy_file_range" }) as Error;

describe("copy_file_range(2)", () => {
  it("copies from and to the files' own offsets, which move, and returns 0 at the end", () => {
    const [from, to] = [fileOf("0123456789"), fileOf("")];

    const counts = [4, 99, 1].map((size) => sys.copyFileRange(from, null, to, null, size));

    expect(counts).toEqual([4, 6, 0]);
    expect(contentOf(to)).toBe("0123456789");
  });

  it("copies between given offsets, which receive where it ended", () => {
    const [from, to] = [fileOf("0123456789"), fileOf("abcdefghij")];
    const [offIn, offOut] = [BigInt64Array.of(7n), BigInt64Array.of(1n)];

    expect(sys.copyFileRange(from, offIn, to, offOut, 2)).toBe(2);

    expect([offIn[0], offOut[0]]).toEqual([9n, 3n]);
    expect(contentOf(to)).toBe("a78defghij");
    expect(sys.read(from, Buffer.alloc(1))).toBe(1);
  });

  it("copies what Python's os.copy_file_range then continues", () => {
    const [from, to] = [fileOf("0123456789"), fileOf("")];
    sys.copyFileRange(from, null, to, null, 4);

    const [source, target] = [from, to].map(
      (fd) => `os.open("/proc/${String(process.pid)}/fd/${String(fd)}", os.O_RDWR)`,
    );
    const copied = python(
      `(os := __import__("os")).copy_file_range(${String(source)}, ${String(target)}, 6, 4, 4)`,
    );

    expect(copied).toBe("6");
    expect(contentOf(to)).toBe("0123456789");
  });

  it("throws EBADF, EINVAL for what is no file, for an unknown flag and ranges that overlap", () => {
    const file = fileOf("0123");
    const at = (offset: bigint): BigInt64Array => BigInt64Array.of(offset);

    expect(() => sys.copyFileRange(NOT_OPEN, null, file, null, 1)).toThrow(failure("EBADF"));
    expect(() => sys.copyFileRange(openPipe()[0], null, file, null, 1)).toThrow(failure("EINVAL"));
    expect(() => sys.copyFileRange(file, at(0n), fileOf(""), null, 1, 1)).toThrow(
      failure("EINVAL"),
    );
    expect(() => sys.copyFileRange(file, at(0n), file, at(1n), 2)).toThrow(failure("EINVAL"));
  });
});
