import { fstatSync, ftruncateSync, readSync, writeSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MemFd } from "../../lib/descriptors/memfd.ts";
import * as sys from "../../lib/sys/index.ts";

describe("MemFd", () => {
  it("is a file for node:fs", () => {
    using file = new MemFd("pollux");
    const buffer = Buffer.alloc(5);

    writeSync(file.fd, "hello world");
    ftruncateSync(file.fd, 8);
    readSync(file.fd, buffer, 0, 5, 6);

    expect(fstatSync(file.fd).size).toBe(8);
    expect(buffer.toString("latin1", 0, 2)).toBe("wo");
    expect(sys.fcntl(file.fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  it("adds up its seals, which then hold", () => {
    using file = new MemFd();
    expect(file.seals).toBe(0);

    file.seal(sys.F_SEAL_GROW);
    file.seal(sys.F_SEAL_SHRINK);

    expect(file.seals).toBe(sys.F_SEAL_GROW | sys.F_SEAL_SHRINK);
    expect(() => {
      ftruncateSync(file.fd, 1);
    }).toThrow(expect.objectContaining({ code: "EPERM" }));
  });

  it("throws EPERM for a seal where sealing was not asked for, or is sealed", () => {
    using plain = new MemFd("", { sealing: false });
    using sealed = new MemFd();
    sealed.seal(sys.F_SEAL_SEAL);

    for (const file of [plain, sealed]) {
      expect(() => {
        file.seal(sys.F_SEAL_GROW);
      }).toThrow(expect.objectContaining({ code: "EPERM", syscall: "fcntl", fd: file.fd }));
    }
  });
});
