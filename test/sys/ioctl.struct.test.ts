import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";
import { struct } from "../../lib/memory/layout.ts";
import * as sys from "../../lib/sys/index.ts";
import { run as runProgram } from "../support/program.ts";
import { NOT_OPEN, opened, openPair, openPipe, openSocket, python, run } from "./support.ts";

const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
const failing = (code: string) => expect.objectContaining({ code, syscall: "ioctl" });

/** C's `_IOR(type, nr, size)` and others: how <asm-generic/ioctl.h> puts them together. */
const encoded = (direction: 0 | 1 | 2 | 3, type: string, nr: number, bytes: number): number =>
  ((direction << 30) | (bytes << 16) | (type.charCodeAt(0) << 8) | nr) >>> 0;
const [NONE, WRITE, READ] = [0, 1, 2] as const;

/** How many bits of entropy the kernel has: an int. No constant of this package. */
const RNDGETENTCNT = encoded(READ, "R", 0x00, 4);

describe("ioctl(2) with a structure", () => {
  it("writes and reads the structure of an interface", () => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_DGRAM);
    const ifreq = struct({ name: ["char", 16], index: "i32", rest: ["u8", 20] });

    const answer = sys.ioctlStruct(fd, sys.SIOCGIFINDEX, ifreq, { name: "lo" });

    expect(answer.name).toBe("lo");
    expect(answer.index).toBe(sys.ifNametoindex("lo"));
    expectTypeOf(answer.index).toEqualTypeOf<number>();
  });

  it("makes requests that are not listed, if their number says that they only write", () => {
    const fd = opened(openSync("/dev/urandom", "r"));
    const there = Number(
      python(
        `struct.unpack("i", fcntl.ioctl(os.open("/dev/urandom", os.O_RDONLY), ${String(RNDGETENTCNT)}, b"\\xff" * 4))[0]`,
      ),
    );

    const { value } = sys.ioctlStruct(fd, RNDGETENTCNT, struct({ value: "i32" }));
    const bytes = new Uint8Array(6).fill(0xff);
    sys.ioctl(fd, RNDGETENTCNT, bytes);

    expect(value).toBe(there);
    expect([...bytes]).toEqual([...new Uint8Array(Int32Array.of(there).buffer), 0xff, 0xff]);
  });

  it("refuses a value that the driver would not see", () => {
    const fd = opened(openSync("/dev/urandom", "r"));
    const layout = struct({ value: "i32" });

    for (const value of [1, -1]) {
      expect(() => sys.ioctlStruct(fd, RNDGETENTCNT, layout, { value })).toThrow(outside);
      expect(() => sys.ioctlInt(fd, RNDGETENTCNT, value)).toThrow(
        '"value" is out of range. It must be 0: this request does not pass it to the driver',
      );
    }
    expect(sys.ioctlStruct(fd, RNDGETENTCNT, layout, { value: 0 }).value).toBeGreaterThan(0);
    expect(sys.ioctlInt(fd, RNDGETENTCNT)).toBeGreaterThan(0);
  });

  it("survives a driver that writes far more than its request says", async ({ skip }) => {
    skip(process.env["LD_PRELOAD"] !== undefined, "a sanitizer is preloaded already");
    const folder = mkdtempSync(join(tmpdir(), "pollux-ioctl-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const library = join(folder, "long_writer.so");
    const source = fileURLToPath(new URL("programs/long_writer.c", import.meta.url));
    run("gcc", ["-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source]);
    const op = encoded(READ, "?", 0xfe, 8);
    const program = fileURLToPath(new URL("programs/long_writer.mjs", import.meta.url));

    const preload = `LD_PRELOAD=${library}`;
    const end = await runProgram("env", preload, process.execPath, program, String(op));

    expect(end).toMatchObject({ code: 0, signal: null, stdout: "EFAULT\nEFAULT\n", stderr: "" });
  });

  it("refuses a layout of another size before the call", () => {
    const three = struct({ value: ["u8", 3] });
    const five = struct({ value: ["u8", 5] });

    for (const layout of [three, five]) {
      expect(() => sys.ioctlStruct(NOT_OPEN, sys.FIONREAD, layout)).toThrow(outside);
      expect(() => sys.ioctlStruct(NOT_OPEN, RNDGETENTCNT, layout)).toThrow(
        '"layout" is out of range. It must be 4 bytes long',
      );
    }
    expect(() => sys.ioctlStruct(NOT_OPEN, sys.TCGETS2, sys.TERMIOS)).toThrow(outside);
  });

  it.each([
    ["one that reads", encoded(WRITE, "R", 0x01, 4)],
    ["one that reads and writes", encoded(3, "R", 0x01, 4)],
    ["one that only writes, without a size", encoded(READ, "R", 0x01, 0)],
    ["one without an argument", encoded(NONE, "R", 0x04, 0)],
    ["GPIO_GET_LINEHANDLE_IOCTL", encoded(3, "\xb4", 0x03, 364)],
  ])("refuses a request that is not listed: %s", (_, op) => {
    const fd = opened(openSync("/dev/urandom", "r"));

    expect(() => sys.ioctl(fd, op, new Uint8Array(4096))).toThrow(outside);
  });

  it("reads the largest argument that a number can encode", () => {
    const [here] = openPair();
    const op = encoded(READ, "?", 0xff, 16_383);

    expect(() => sys.ioctl(here, op, new Uint8Array(16_382))).toThrow(outside);
    expect(() => sys.ioctl(here, op, new Uint8Array(16_383))).toThrow(failing("ENOTTY"));
  });

  it("throws what the kernel says", () => {
    const [readEnd] = openPipe();

    expect(() => sys.ioctlStruct(NOT_OPEN, sys.TIOCGWINSZ, sys.WINSIZE)).toThrow(failing("EBADF"));
    expect(() => sys.ioctlStruct(readEnd, sys.TIOCGWINSZ, sys.WINSIZE)).toThrow(failing("ENOTTY"));
  });

  it("refuses what is no layout, and values that do not fit", () => {
    const like = { size: 4, write: () => new Uint8Array(4), read: () => ({}) };

    expect(() => sys.ioctlStruct(NOT_OPEN, sys.FIONREAD, like as never)).toThrow(
      '"layout" argument must be made by struct()',
    );
    expect(() => sys.ioctlStruct(NOT_OPEN, sys.TIOCSWINSZ, sys.WINSIZE, { row: 65_536 })).toThrow(
      '"value.row" is out of range',
    );
  });
});
