import { closeSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";

/** The C libraries that there are binaries for. A binary of one does not work with the other. */
export type Libc = "glibc" | "musl";

// elf(5): offsets in the header of a file of 64 bits, and in one of its program headers.
const E_PHOFF = 32;
const E_PHENTSIZE = 54;
const E_PHNUM = 56;
const P_OFFSET = 8;
const P_FILESZ = 32;
const PT_INTERP = 3;
const HEADER_SIZE = 64;

/**
 * The C library that this process runs on, from the interpreter in the file of the running program:
 * /lib64/ld-linux-x86-64.so.2, or /lib/ld-musl-x86_64.so.1. Asking the runtime for a report would take
 * longer than loading the addon.
 */
export function libc(): Libc {
  return isMusl(interpreterOf("/proc/self/exe") ?? "") ? "musl" : "glibc";
}

function isMusl(interpreter: string): boolean {
  return interpreter.includes("/ld-musl-");
}

/** The path of the dynamic linker that an ELF file of 64 bits asks for; `undefined` if it asks for none. */
export function interpreterOf(path: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    return readInterpreter(fd);
  } catch {
    return undefined; // no /proc, or no file of this kind
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function readInterpreter(fd: number): string | undefined {
  const little = endianness() === "LE"; // a program that runs has the machine's order
  const header = view(fd, 0, HEADER_SIZE);
  const start = Number(header.getBigUint64(E_PHOFF, little));
  const size = header.getUint16(E_PHENTSIZE, little);
  const count = header.getUint16(E_PHNUM, little);
  const programs = view(fd, start, size * count);
  for (let at = 0; at < size * count; at += size) {
    if (programs.getUint32(at, little) !== PT_INTERP) continue;
    const offset = Number(programs.getBigUint64(at + P_OFFSET, little));
    const length = Number(programs.getBigUint64(at + P_FILESZ, little));
    return Buffer.from(view(fd, offset, length).buffer).toString("latin1", 0, length - 1);
  }
  return undefined;
}

function view(fd: number, position: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  if (readSync(fd, bytes, 0, length, position) !== length) throw new RangeError("too short");
  return new DataView(bytes.buffer);
}
