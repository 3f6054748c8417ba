import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { interpreterOf, libc } from "../../lib/native/libc.ts";

/** elf(5): an executable of 64 bits with three program headers, of which the last may ask for an interpreter. */
function elf(interpreter: string | null, { at = 512, size = 1024 } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "pollux-elf-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const little = endianness() === "LE";
  const file = Buffer.alloc(size);
  const view = new DataView(file.buffer, file.byteOffset);
  view.setBigUint64(32, 64n, little); // e_phoff
  view.setUint16(54, 56, little); // e_phentsize
  view.setUint16(56, 3, little); // e_phnum
  if (interpreter !== null) {
    const header = 64 + 2 * 56;
    view.setUint32(header, 3, little); // PT_INTERP
    view.setBigUint64(header + 8, BigInt(at), little); // p_offset
    view.setBigUint64(header + 32, BigInt(interpreter.length + 1), little); // p_filesz
    file.write(interpreter, at, "latin1");
  }
  const path = join(folder, "program");
  writeFileSync(path, file);
  return path;
}

describe("libc()", () => {
  it("is what this process runs on", () => {
    const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };

    expect(libc()).toBe(header.glibcVersionRuntime === undefined ? "musl" : "glibc");
  });
});

describe("interpreterOf()", () => {
  it.each(["/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"])("finds %s", (name) => {
    expect(interpreterOf(elf(name))).toBe(name);
  });

  it("finds one far away from the headers", () => {
    const path = elf("/lib/ld-musl-aarch64.so.1", { at: 1_000_000, size: 1_000_100 });

    expect(interpreterOf(path)).toBe("/lib/ld-musl-aarch64.so.1");
  });

  it.each([
    ["a program that asks for none", () => elf(null)],
    ["a file that ends before its interpreter", () => elf("/lib/ld.so", { at: 512, size: 515 })],
    ["a file that is too short", () => elf(null, { size: 63 })],
    ["a file that is not there", () => "/nowhere/program"],
    ["a folder", () => tmpdir()],
  ])("is undefined for %s", (_, path) => {
    expect(interpreterOf(path())).toBeUndefined();
  });
});
