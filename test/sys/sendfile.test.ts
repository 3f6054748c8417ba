import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, openPair, openPipe } from "./support.ts";

const CONTENT = "0123456789";

/** A file of ten digits, open for reading. */
function openFile(content: string | Uint8Array = CONTENT): number {
  const directory = mkdtempSync(join(tmpdir(), "pollux-"));
  const path = join(directory, "file");
  writeFileSync(path, content);
  const fd = openSync(path, "r");
  onTestFinished(() => {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  });
  return fd;
}

function received(fd: number): string {
  const buffer = Buffer.alloc(64);
  return buffer.toString("utf8", 0, sys.recv(fd, buffer) ?? 0);
}

describe("sendfile(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "sendfile" }) as Error;

  it("copies from the file's own offset, which moves, and returns 0 at the end", () => {
    const [here, there] = openPair();
    const file = openFile();

    expect([4, 99, 1].map((count) => sys.sendfile(there, file, null, count))).toEqual([4, 6, 0]);

    expect(received(here)).toBe(CONTENT);
  });

  it("copies from `offset`, which receives where it ended, and leaves the file's own", () => {
    const [here, there] = openPair();
    const file = openFile();
    const offset = BigInt64Array.of(3n);

    expect(sys.sendfile(there, file, offset, 2)).toBe(2);
    expect([offset[0], received(here)]).toEqual([5n, "34"]);

    expect(sys.sendfile(there, file, null, 2)).toBe(2);
    expect(received(here)).toBe("01");
  });

  it("returns less where there is little room, then null", () => {
    const [here, there] = openPair();
    const file = openFile(new Uint8Array(2 ** 23));

    const sent = sys.sendfile(there, file, null, 2 ** 23) ?? 0;

    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(2 ** 23);
    expect(sys.sendfile(there, file, null, 1)).toBeNull();
    expect(here).not.toBe(there);
  });

  it("throws EBADF, and EINVAL for what is no file", () => {
    const [here, there] = openPair();

    expect(() => sys.sendfile(NOT_OPEN, openFile(), null, 1)).toThrow(failure("EBADF"));
    expect(() => sys.sendfile(here, NOT_OPEN, null, 1)).toThrow(failure("EBADF"));
    expect(() => sys.sendfile(here, there, null, 1)).toThrow(failure("EINVAL"));
    expect(() => sys.sendfile(here, openPipe()[0], null, 1)).toThrow(failure("EINVAL"));
  });

  it.each([-1, 0.5, 2 ** 53, NaN])("refuses a count of %d", (count) => {
    expect(() => sys.sendfile(openPair()[0], openFile(), null, count)).toThrow(RangeError);
  });
});
