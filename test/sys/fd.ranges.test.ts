import { closeSync, openSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, opened, openPipe, python } from "./support.ts";

// Above all that is open here.
const FIRST = 700;

function isOpen(fd: number): boolean {
  try {
    return sys.fcntl(fd, sys.F_GETFD) >= 0;
  } catch (error) {
    if (isSystemError(error, "EBADF")) return false;
    throw error;
  }
}

/** A file in memory with this content. */
function fileOf(content: string): number {
  const fd = opened(sys.memfdCreate("vectors"));
  sys.write(fd, Buffer.from(content));
  return fd;
}

describe("close_range(2)", () => {
  const failure = (code: string): Error =>
    expect.objectContaining({ code, syscall: "close_range" }) as Error;

  it("closes all from the first to the last, and no other", () => {
    const [source] = openPipe();
    const fds = [0, 1, 2, 3, 4].map((index) => sys.dup3(source, FIRST + index));
    onTestFinished(() => {
      sys.closeRange(FIRST, FIRST + 4);
    });

    sys.closeRange(FIRST + 1, FIRST + 3);

    expect(fds.map(isOpen)).toEqual([true, false, false, false, true]);
  });

  it("sets FD_CLOEXEC with CLOSE_RANGE_CLOEXEC, also without an end, and closes nothing", () => {
    const [source] = openPipe();
    const fd = opened(sys.dup2(source, FIRST));
    expect(sys.fcntl(fd, sys.F_GETFD)).toBe(0);

    sys.closeRange(FIRST, 2 ** 32 - 1, sys.CLOSE_RANGE_CLOEXEC);

    expect(sys.fcntl(fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  it("forgets the descriptors: an owner closes no file that has the number later", () => {
    const [source] = openPipe();
    const fd = sys.dup(source);
    const owner = new Descriptor(fd);
    sys.closeRange(fd, fd);
    // The same pipe, opened by other code: nothing but the record tells the two apart.
    const later = openSync(`/proc/self/fd/${String(source)}`, "r");
    onTestFinished(() => {
      closeSync(later);
    });

    expect(() => {
      owner.close();
    }).toThrow(expect.objectContaining({ code: "EBADF", syscall: "close" }));

    expect([later, isOpen(later)]).toEqual([fd, true]);
  });

  it("throws EINVAL for an inverted range and unknown flags, and refuses CLOSE_RANGE_UNSHARE", () => {
    const [fd] = openPipe();

    expect(() => {
      sys.closeRange(fd + 1, fd);
    }).toThrow(failure("EINVAL"));
    expect(() => {
      sys.closeRange(FIRST, FIRST, 1);
    }).toThrow(failure("EINVAL"));
    expect(() => {
      sys.closeRange(FIRST, FIRST, 2);
    }).toThrow(RangeError);
    expect(() => {
      sys.closeRange(-1, FIRST);
    }).toThrow(RangeError);
    expect(isOpen(fd)).toBe(true);
  });
});

describe("preadv(2) and pwritev(2)", () => {
  it("gather and scatter at a place, and leave the file's own offset", () => {
    const fd = fileOf("0123456789");
    const [first, second] = [Buffer.alloc(2), Buffer.alloc(9)];

    expect(sys.pwritev(fd, [Buffer.from("ab"), Buffer.from("c")], 1)).toBe(3);
    expect(sys.preadv(fd, [first, second], 2)).toBe(8);

    expect([first, second.subarray(0, 6)].map(String)).toEqual(["bc", "456789"]);
    expect(sys.read(fd, first)).toBe(0);
  });

  it("write what Python's os.preadv reads, and read what its os.pwritev appends", () => {
    const fd = fileOf("");
    const file = `os.open("/proc/${String(process.pid)}/fd/${String(fd)}", os.O_RDWR)`;
    sys.pwritev(fd, [Buffer.from("he"), Buffer.from("llo")], 3);

    const read = python(
      `(os := __import__("os")).preadv(${file}, [b := bytearray(9)], 3), bytes(b[:5])`,
    );
    const written = python(
      `(os := __import__("os")).pwritev(${file}, [b"ab", b"c"], 0, os.RWF_APPEND)`,
    );

    const buffer = Buffer.alloc(9);
    expect([read, written]).toEqual(["5 b'hello'", "3"]);
    expect(sys.preadv(fd, [buffer], 5)).toBe(6);
    expect(buffer.toString("latin1", 0, 6)).toBe("lloabc");
  });

  it("throw EBADF, EINVAL for a negative place, ESPIPE for a pipe, and name the call", () => {
    const [readEnd, writeEnd] = openPipe();
    const one = [new Uint8Array(1)];
    const failure = (code: string, syscall: string): Error =>
      expect.objectContaining({ code, syscall }) as Error;

    expect(() => sys.preadv(NOT_OPEN, one, 0)).toThrow(failure("EBADF", "preadv"));
    expect(() => sys.pwritev(NOT_OPEN, one, 0)).toThrow(failure("EBADF", "pwritev"));
    expect(() => sys.preadv(fileOf(""), one, -1)).toThrow(failure("EINVAL", "preadv"));
    expect(() => sys.preadv(readEnd, one, 0)).toThrow(failure("ESPIPE", "preadv"));
    expect(() => sys.pwritev(writeEnd, one, 0)).toThrow(failure("ESPIPE", "pwritev"));
  });
});
