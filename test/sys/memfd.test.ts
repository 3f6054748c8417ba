import { fstatSync, readFileSync, readlinkSync, writeSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { opened } from "./support.ts";

const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;

describe("memfd_create(2)", () => {
  it("opens an empty file under the name in /proc, as text or as bytes", () => {
    const link = (name: string | Uint8Array): string =>
      readlinkSync(`/proc/self/fd/${String(opened(sys.memfdCreate(name)))}`);

    expect(link("pollux")).toBe("/memfd:pollux (deleted)");
    expect(link(Buffer.from("über"))).toBe("/memfd:über (deleted)");
    expect(link("")).toBe("/memfd: (deleted)");
  });

  it("keeps what is written", () => {
    const fd = opened(sys.memfdCreate("pollux"));

    sys.write(fd, Buffer.from("hello"));
    writeSync(fd, " world");

    expect(readFileSync(`/proc/self/fd/${String(fd)}`, "latin1")).toBe("hello world");
    expect(fstatSync(fd).size).toBe(11);
  });

  it("is close-on-exec only when asked for", () => {
    const flags = [0, sys.MFD_CLOEXEC].map((flag) =>
      sys.fcntl(opened(sys.memfdCreate("pollux", flag)), sys.F_GETFD),
    );

    expect(flags).toEqual([0, sys.FD_CLOEXEC]);
  });

  it("can be sealed where that was asked for, and takes no writes then", () => {
    const fd = opened(sys.memfdCreate("pollux", sys.MFD_ALLOW_SEALING));
    const plain = opened(sys.memfdCreate("pollux"));
    sys.write(fd, Buffer.from("hello"));
    expect(sys.fcntl(fd, sys.F_GET_SEALS)).toBe(0);

    sys.fcntl(fd, sys.F_ADD_SEALS, sys.F_SEAL_WRITE | sys.F_SEAL_SEAL);

    expect(sys.fcntl(fd, sys.F_GET_SEALS)).toBe(sys.F_SEAL_WRITE | sys.F_SEAL_SEAL);
    expect(() => sys.write(fd, Buffer.from("x"))).toThrow(failure("EPERM", "write"));
    expect(() => sys.fcntl(fd, sys.F_ADD_SEALS, sys.F_SEAL_GROW)).toThrow(
      failure("EPERM", "fcntl"),
    );
    expect(sys.fcntl(plain, sys.F_GET_SEALS)).toBe(sys.F_SEAL_SEAL);
  });

  it("throws EINVAL for an unknown flag and a name of more than 249 bytes", () => {
    expect(() => sys.memfdCreate("pollux", 1 << 20)).toThrow(failure("EINVAL", "memfd_create"));
    expect(() => sys.memfdCreate("x".repeat(250))).toThrow(failure("EINVAL", "memfd_create"));
    expect(opened(sys.memfdCreate("x".repeat(249)))).toBeGreaterThan(0);
  });

  it("refuses a name that C would cut, and what is no name", () => {
    expect(() => sys.memfdCreate("a\0b")).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
    expect(() => sys.memfdCreate(5 as unknown as string)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});
