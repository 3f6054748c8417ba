import { constants, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import * as sys from "../../lib/sys/index.ts";
import { opened, openPipe } from "./support.ts";

/** A file in memory with this content. */
function fileOf(content: string): number {
  const fd = opened(sys.memfdCreate("vectors"));
  sys.write(fd, Buffer.from(content));
  return fd;
}

/** As {@link fileOf}, opened to append. */
function appending(content: string): number {
  const file = `/proc/self/fd/${String(fileOf(content))}`;
  return opened(openSync(file, constants.O_RDWR | constants.O_APPEND));
}

describe("preadv2(2) and pwritev2(2) with RWF_ flags", () => {
  it("appends with RWF_APPEND, whatever the place", () => {
    const fd = fileOf("0123");

    expect(sys.pwritev2(fd, [Buffer.from("ab")], 0, sys.RWF_APPEND)).toBe(2);

    expect(readFileSync(`/proc/self/fd/${String(fd)}`, "latin1")).toBe("0123ab");
  });

  it("writes with RWF_DSYNC and RWF_SYNC", () => {
    const fd = fileOf("0123");

    expect(sys.pwritev2(fd, [Buffer.from("a")], 0, sys.RWF_DSYNC)).toBe(1);
    expect(sys.pwritev2(fd, [Buffer.from("b")], 1, sys.RWF_SYNC)).toBe(1);

    expect(readFileSync(`/proc/self/fd/${String(fd)}`, "latin1")).toBe("ab23");
  });

  it("writes at the place with RWF_NOAPPEND, in spite of O_APPEND", ({ skip }) => {
    const fd = appending("0123");
    try {
      expect(sys.pwritev2(fd, [Buffer.from("ab")], 1, sys.RWF_NOAPPEND)).toBe(2);
    } catch (error) {
      if (isSystemError(error, "EOPNOTSUPP")) return skip("RWF_NOAPPEND came with Linux 6.9");
      throw error;
    }

    expect(sys.pwritev2(fd, [Buffer.from("c")], 1)).toBe(1);

    expect(readFileSync(`/proc/self/fd/${String(fd)}`, "latin1")).toBe("0ab3c");
    expect(() =>
      sys.pwritev2(fd, [Buffer.from("d")], 0, sys.RWF_APPEND | sys.RWF_NOAPPEND),
    ).toThrow(expect.objectContaining({ code: "EINVAL", syscall: "pwritev2" }));
  });

  it("reads and writes as without it with RWF_HIPRI, where the device is not polled", () => {
    const fd = fileOf("0123");
    const buffer = Buffer.alloc(4);

    expect(sys.pwritev2(fd, [Buffer.from("ab")], 1, sys.RWF_HIPRI)).toBe(2);
    expect(sys.preadv2(fd, [buffer], 0, sys.RWF_HIPRI)).toBe(4);

    expect(String(buffer)).toBe("0ab3");
  });

  it("returns null with RWF_NOWAIT where a blocking descriptor would block", ({ skip }) => {
    const [readEnd, writeEnd] = openPipe(0);
    const buffer = Buffer.alloc(4);
    const read = (): number | null => sys.preadv2(readEnd, [buffer], -1, sys.RWF_NOWAIT);
    try {
      expect(read()).toBeNull();
    } catch (error) {
      if (isSystemError(error, "EOPNOTSUPP")) return skip("pipes know RWF_NOWAIT since Linux 6.4");
      throw error;
    }

    expect(sys.pwritev2(writeEnd, [Buffer.from("ab")], -1, sys.RWF_NOWAIT)).toBe(2);
    expect(read()).toBe(2);
    const capacity = sys.fcntl(writeEnd, sys.F_GETPIPE_SZ);
    const fill = (): number | null =>
      sys.pwritev2(writeEnd, [Buffer.alloc(capacity)], -1, sys.RWF_NOWAIT);

    expect([fill(), fill()]).toEqual([capacity, null]);
  });

  it.each([
    ["RWF_ATOMIC", sys.RWF_ATOMIC],
    ["RWF_DONTCACHE", sys.RWF_DONTCACHE],
  ])("throws EOPNOTSUPP with %s for a file in memory, which cannot do it", (_, flag) => {
    const fd = fileOf("0123");

    expect(() => sys.pwritev2(fd, [Buffer.from("ab")], 0, flag)).toThrow(
      expect.objectContaining({ code: "EOPNOTSUPP", syscall: "pwritev2" }),
    );
    expect(() => sys.preadv2(fd, [Buffer.alloc(1)], 0, flag)).toThrow(
      expect.objectContaining({ code: "EOPNOTSUPP", syscall: "preadv2" }),
    );

    expect(readFileSync(`/proc/self/fd/${String(fd)}`, "latin1")).toBe("0123");
  });

  it("writes and reads with RWF_DONTCACHE, where the file system can", ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-rwf-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const fd = opened(openSync(join(folder, "file"), "w+"));
    const buffer = Buffer.alloc(2);

    try {
      expect(sys.pwritev2(fd, [Buffer.from("ab")], 0, sys.RWF_DONTCACHE)).toBe(2);
    } catch (error) {
      if (!isSystemError(error, "EOPNOTSUPP")) throw error;
      return skip("RWF_DONTCACHE needs Linux 6.14 and a file system such as ext4 or XFS");
    }
    expect(sys.preadv2(fd, [buffer], 0, sys.RWF_DONTCACHE)).toBe(2);

    expect(String(buffer)).toBe("ab");
  });

  it("throws EOPNOTSUPP for a flag that does not exist", () => {
    expect(() => sys.pwritev2(fileOf(""), [new Uint8Array(1)], 0, 1 << 20)).toThrow(
      expect.objectContaining({ code: "EOPNOTSUPP", syscall: "pwritev2" }),
    );
  });
});
