import { openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { Python } from "../support/python.ts";
import { NOT_OPEN, opened } from "./support.ts";

/** A file in memory, and how another process opens it. */
function openFile(): [fd: number, path: string] {
  const fd = opened(sys.memfdCreate("locks"));
  return [fd, `/proc/${String(process.pid)}/fd/${String(fd)}`];
}

/** Another open file of the same memory. */
function reopen(path: string): number {
  return opened(openSync(path, "r+"));
}

const WRITE = { type: sys.F_WRLCK };
const UNLOCK = { type: sys.F_UNLCK };

describe("fcntl(2) with F_SETLK", () => {
  it("keeps out Python's lockf where the ranges overlap, and nowhere else", async () => {
    const [fd, path] = openFile();
    await using python = new Python();
    await python.run(`import fcntl; file = open("${path}", "r+b", buffering=0)`);
    const lockf = (start: number, len: number): Promise<unknown> =>
      python.run(
        `fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, ${String(len)}, ${String(start)})`,
      );

    expect(sys.fcntlSetlk(fd, sys.F_SETLK, { ...WRITE, start: 10, len: 5 })).toBe(true);

    await expect(lockf(14, 1)).rejects.toThrow("BlockingIOError");
    await lockf(15, 1);
    sys.fcntlSetlk(fd, sys.F_SETLK, { ...UNLOCK, start: 10, len: 5 });
    await lockf(14, 1);
  });

  it("returns false where Python has the lock, and F_GETLK says which process and range", async () => {
    const [fd, path] = openFile();
    await using python = new Python();
    await python.run(`import fcntl, os; file = open("${path}", "r+b", buffering=0)`);
    await python.run("fcntl.lockf(file, fcntl.LOCK_SH, 4, 6)");
    const pid = await python.run("os.getpid()");

    expect(sys.fcntlSetlk(fd, sys.F_SETLK, { ...WRITE, start: 9, len: 1 })).toBe(false);
    expect(sys.fcntlSetlk(fd, sys.F_SETLK, { type: sys.F_RDLCK, start: 9, len: 1 })).toBe(true);
    expect(sys.fcntlGetlk(fd, sys.F_GETLK, WRITE)).toEqual({
      ...{ type: sys.F_RDLCK, whence: sys.SEEK_SET, start: 6, len: 4, pid },
    });
    expect(sys.fcntlGetlk(fd, sys.F_GETLK, { ...WRITE, len: 6 })).toBeNull();
  });

  it("does not keep out another open file of the same process", () => {
    const [fd, path] = openFile();

    expect(sys.fcntlSetlk(fd, sys.F_SETLK, WRITE)).toBe(true);
    expect(sys.fcntlSetlk(reopen(path), sys.F_SETLK, WRITE)).toBe(true);
  });
});

describe("fcntl(2) with F_SETLKW", () => {
  it("waits until Python gives the lock back", async () => {
    const [fd, path] = openFile();
    await using python = new Python();
    await python.run(`import fcntl, threading; file = open("${path}", "r+b", buffering=0)`);
    await python.run("fcntl.lockf(file, fcntl.LOCK_EX)");
    // Gives it back once somebody waits for it: the kernel then lists it in /proc/locks behind "->".
    await python.run(
      "def give():\n while not any('->' in line and line.split()[5] == waiter for line in open('/proc/locks')): pass\n fcntl.lockf(file, fcntl.LOCK_UN)",
    );
    await python.run(`waiter = "${String(process.pid)}"`);
    await python.run("threading.Thread(target=give).start()");

    expect(sys.fcntlSetlk(fd, sys.F_SETLKW, WRITE)).toBe(true);

    await expect(python.run("fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)")).rejects.toThrow(
      "BlockingIOError",
    );
  });
});

describe("fcntl(2) with F_OFD_SETLK", () => {
  it("keeps out another open file of the same process, and not a duplicate", () => {
    const [fd, path] = openFile();
    const other = reopen(path);

    expect(sys.fcntlSetlk(fd, sys.F_OFD_SETLK, WRITE)).toBe(true);

    expect(sys.fcntlSetlk(other, sys.F_OFD_SETLK, WRITE)).toBe(false);
    expect(sys.fcntlSetlk(opened(sys.dup(fd)), sys.F_OFD_SETLK, WRITE)).toBe(true);
    expect(sys.fcntlGetlk(other, sys.F_OFD_GETLK, WRITE)).toMatchObject({ pid: -1, len: 0 });
    sys.fcntlSetlk(fd, sys.F_OFD_SETLK, UNLOCK);
    expect(sys.fcntlSetlk(other, sys.F_OFD_SETLKW, WRITE)).toBe(true);
  });

  it("ends when the last descriptor of the open file is closed", () => {
    const [fd, path] = openFile();
    const first = sys.dup(reopen(path));
    const holder = openSync(path, "r+");
    sys.fcntlSetlk(holder, sys.F_OFD_SETLK, WRITE);
    expect(sys.fcntlSetlk(fd, sys.F_OFD_SETLK, WRITE)).toBe(false);

    sys.close(first);
    expect(sys.fcntlSetlk(fd, sys.F_OFD_SETLK, WRITE)).toBe(false);
    sys.close(holder);

    expect(sys.fcntlSetlk(fd, sys.F_OFD_SETLK, WRITE)).toBe(true);
  });
});

describe("locks with fcntl(2)", () => {
  const failure = (code: string): Error =>
    expect.objectContaining({ code, syscall: "fcntl" }) as Error;

  it("count from the end and from the file's offset as well", () => {
    const [fd, path] = openFile();
    const other = reopen(path);
    sys.write(fd, Buffer.from("0123456789"));

    sys.fcntlSetlk(fd, sys.F_OFD_SETLK, { ...WRITE, whence: sys.SEEK_END, start: -4, len: 2 });
    const atEnd = sys.fcntlGetlk(other, sys.F_OFD_GETLK, WRITE);
    sys.fcntlSetlk(fd, sys.F_OFD_SETLK, UNLOCK);
    sys.fcntlSetlk(fd, sys.F_OFD_SETLK, { ...WRITE, whence: sys.SEEK_CUR, len: -3 });
    const atOffset = sys.fcntlGetlk(other, sys.F_OFD_GETLK, WRITE);

    expect([atEnd, atOffset]).toMatchObject([
      { start: 6, len: 2 },
      { start: 7, len: 3 },
    ]);
  });

  it("throw EBADF, EINVAL for what does not exist, and refuse other operations", () => {
    const [fd] = openFile();
    const readOnly = opened(openSync("/dev/null", "r"));

    expect(() => sys.fcntlSetlk(NOT_OPEN, sys.F_SETLK, WRITE)).toThrow(failure("EBADF"));
    expect(() => sys.fcntlSetlk(readOnly, sys.F_SETLK, WRITE)).toThrow(failure("EBADF"));
    expect(() => sys.fcntlSetlk(fd, sys.F_SETLK, { type: 77 })).toThrow(failure("EINVAL"));
    expect(() => sys.fcntlSetlk(fd, sys.F_SETLK, { ...WRITE, start: -1 })).toThrow(
      failure("EINVAL"),
    );
    expect(() => sys.fcntlSetlk(fd, sys.F_GETLK, WRITE)).toThrow(RangeError);
    expect(() => sys.fcntlSetlk(fd, sys.F_GETFL, WRITE)).toThrow(RangeError);
    expect(() => sys.fcntlGetlk(fd, sys.F_SETLK, WRITE)).toThrow(RangeError);
    expect(() => sys.fcntlSetlk(fd, sys.F_SETLK, { ...WRITE, start: 0.5 })).toThrow(RangeError);
  });
});
