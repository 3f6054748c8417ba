import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, openPair, openPipe } from "./support.ts";

/** A file of ten digits, open for reading and writing. */
function openFile(): [fd: number, path: string] {
  const directory = mkdtempSync(join(tmpdir(), "pollux-"));
  const path = join(directory, "file");
  writeFileSync(path, "0123456789");
  const fd = openSync(path, "r+");
  onTestFinished(() => {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  });
  return [fd, path];
}

describe("splice(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "splice" }) as Error;

  it("moves what one socket received through a pipe to another, and returns 0 at the end", () => {
    const [here, there] = openPair();
    const [from, to] = openPair();
    const [readEnd, writeEnd] = openPipe();
    const buffer = Buffer.alloc(9);
    sys.send(there, Buffer.from("abcdef"));
    sys.shutdown(there, sys.SHUT_WR);

    const counts = [99, 99].map((size) => sys.splice(here, null, writeEnd, null, size));
    expect(counts).toEqual([6, 0]);
    expect(sys.splice(readEnd, null, to, null, 4, sys.SPLICE_F_MORE)).toBe(4);

    expect([sys.recv(from, buffer), buffer.toString("utf8", 0, 4)]).toEqual([4, "abcd"]);
  });

  it("reads and writes files at the offsets given, which receive where it ended", () => {
    const [file, path] = openFile();
    const [readEnd, writeEnd] = openPipe();
    const [from, to] = [BigInt64Array.of(7n), BigInt64Array.of(1n)];

    expect(sys.splice(file, from, writeEnd, null, 2)).toBe(2);
    expect(sys.splice(readEnd, null, file, to, 2)).toBe(2);

    expect([from[0], to[0], readFileSync(path, "utf8")]).toEqual([9n, 3n, "0783456789"]);
  });

  it("returns null where it would block", () => {
    const [readEnd] = openPipe();
    const [, writeEnd] = openPipe();

    expect(sys.splice(readEnd, null, writeEnd, null, 9)).toBeNull();
  });

  it("throws EBADF, EINVAL without a pipe, and ESPIPE for an offset of one", () => {
    const [here, there] = openPair();
    const [readEnd, writeEnd] = openPipe();
    const offset = new BigInt64Array(1);

    expect(() => sys.splice(NOT_OPEN, null, writeEnd, null, 1)).toThrow(failure("EBADF"));
    expect(() => sys.splice(here, null, there, null, 1)).toThrow(failure("EINVAL"));
    expect(() => sys.splice(readEnd, offset, there, null, 1)).toThrow(failure("ESPIPE"));
  });
});
