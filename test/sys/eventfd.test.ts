import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, opened, openPipe } from "./support.ts";

const MAX = 2n ** 64n - 2n;

function openEventfd(initval = 0, flags = 0): number {
  return opened(sys.eventfd(initval, flags | sys.EFD_NONBLOCK));
}

describe("eventfd(2)", () => {
  it("starts at `initval`, up to 2^32 - 1", () => {
    expect(sys.eventfdRead(openEventfd(2 ** 32 - 1))).toBe(2n ** 32n - 1n);
  });

  it("is close-on-exec and non-blocking only when asked for", () => {
    const plain = opened(sys.eventfd());
    const flagged = opened(sys.eventfd(0, sys.EFD_CLOEXEC | sys.EFD_NONBLOCK));

    expect(sys.fcntl(plain, sys.F_GETFD)).toBe(0);
    expect(sys.fcntl(plain, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
    expect(sys.fcntl(flagged, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.fcntl(flagged, sys.F_GETFL) & sys.O_NONBLOCK).toBe(sys.O_NONBLOCK);
  });

  it("throws EINVAL for an unknown flag", () => {
    expect(() => sys.eventfd(0, 1 << 20)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "eventfd" }),
    );
  });

  it.each([-1, 2 ** 32, 0.5, NaN])("refuses %d as a start", (initval) => {
    expect(() => sys.eventfd(initval)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("eventfd_read(3)", () => {
  it("takes the whole counter, then would block", () => {
    const fd = openEventfd(3);

    expect([sys.eventfdRead(fd), sys.eventfdRead(fd)]).toEqual([3n, null]);
  });

  it("takes 1 at a time from a semaphore", () => {
    const fd = openEventfd(2, sys.EFD_SEMAPHORE);

    expect([1, 2, 3].map(() => sys.eventfdRead(fd))).toEqual([1n, 1n, null]);
  });

  it("throws EBADF for a descriptor that is not open", () => {
    expect(() => sys.eventfdRead(NOT_OPEN)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "eventfd_read", fd: NOT_OPEN }),
    );
  });
});

describe("eventfd_write(3)", () => {
  it("adds up", () => {
    const fd = openEventfd(1);

    expect([sys.eventfdWrite(fd, 2n), sys.eventfdWrite(fd, 0n)]).toEqual([true, true]);

    expect(sys.eventfdRead(fd)).toBe(3n);
  });

  it("holds 2^64 - 2 and would block above it", () => {
    const fd = openEventfd();

    expect([sys.eventfdWrite(fd, MAX), sys.eventfdWrite(fd, 1n)]).toEqual([true, false]);

    expect(sys.eventfdRead(fd)).toBe(MAX);
  });

  it("throws EINVAL for 2^64 - 1, EBADF for a descriptor that is not open to write", () => {
    const [readEnd] = openPipe();

    expect(() => sys.eventfdWrite(openEventfd(), MAX + 1n)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "eventfd_write" }),
    );
    expect(() => sys.eventfdWrite(readEnd, 1n)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "eventfd_write", fd: readEnd }),
    );
  });

  it("refuses what is not a 64-bit unsigned bigint, and adds nothing", () => {
    const fd = openEventfd();

    for (const value of [-1n, 2n ** 64n, 2n ** 65n]) {
      expect(() => sys.eventfdWrite(fd, value)).toThrow(
        expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
      );
    }
    expect(() => sys.eventfdWrite(fd, 1 as unknown as bigint)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
    expect(sys.eventfdRead(fd)).toBeNull();
  });
});

describe("eventfd_read(3) of what is no eventfd", () => {
  it("is EINVAL where fewer than 8 bytes come, whatever failed before", () => {
    const [readEnd, writeEnd] = sys.pipe2();
    sys.write(writeEnd, Buffer.from("abc"));
    expect(() => {
      sys.close(-1);
    }).toThrow(expect.objectContaining({ code: "EBADF" }));

    expect(() => sys.eventfdRead(readEnd)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "eventfd_read" }),
    );

    sys.close(readEnd);
    sys.close(writeEnd);
  });
});
