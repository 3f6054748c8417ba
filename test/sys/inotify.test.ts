import { mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, opened, openPipe } from "./support.ts";

const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;

function openInotify(): number {
  return opened(sys.inotifyInit1(sys.IN_NONBLOCK | sys.IN_CLOEXEC));
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "pollux-inotify-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** All that waits in the queue. */
function events(fd: number, size = 1 << 20): sys.InotifyEvent[] {
  const buffer = new Uint8Array(size);
  const length = sys.read(fd, buffer);
  return length === null ? [] : sys.inotifyEvents(buffer.subarray(0, length));
}

describe("inotify_init1(2)", () => {
  it("is close-on-exec and non-blocking only when asked for", () => {
    const [plain, flagged] = [0, sys.IN_CLOEXEC | sys.IN_NONBLOCK].map((flags) =>
      opened(sys.inotifyInit1(flags)),
    ) as [number, number];

    expect(sys.fcntl(plain, sys.F_GETFD)).toBe(0);
    expect(sys.fcntl(plain, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
    expect(sys.fcntl(flagged, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.read(flagged, new Uint8Array(300))).toBeNull();
  });

  it("throws EINVAL for an unknown flag", () => {
    expect(() => sys.inotifyInit1(1)).toThrow(failure("EINVAL", "inotify_init1"));
  });
});

describe("inotify_add_watch(2)", () => {
  it("reports what happens in a directory, with names of every length, in order", () => {
    const fd = openInotify();
    const path = directory();
    const wd = sys.inotifyAddWatch(fd, path, sys.IN_CREATE | sys.IN_CLOSE_WRITE | sys.IN_DELETE);
    const names = ["a", "sixteen.bytes.xy", "ü", "n".repeat(sys.NAME_MAX)];

    for (const name of names) {
      writeFileSync(join(path, name), "");
      unlinkSync(join(path, name));
    }

    const of = (mask: number, name: string) => ({ wd, mask, cookie: 0, name });
    expect(events(fd)).toMatchObject(
      names.flatMap((name) => [
        of(sys.IN_CREATE, name),
        of(sys.IN_CLOSE_WRITE, name),
        of(sys.IN_DELETE, name),
      ]),
    );
  });

  it("reports names that are not UTF-8 as their bytes, and takes such paths", () => {
    const fd = openInotify();
    const name = Buffer.from([0x66, 0xff, 0xfe]);
    const path = Buffer.concat([Buffer.from(`${directory()}/`), name]);
    sys.inotifyAddWatch(fd, path.subarray(0, -4), sys.IN_CREATE);

    writeFileSync(path, "");

    expect(events(fd).map(({ nameBytes }) => Buffer.from(nameBytes))).toEqual([name]);
    expect(sys.inotifyAddWatch(fd, path, sys.IN_MODIFY)).toBeGreaterThan(0);
  });

  it("gives both halves of a rename the same cookie, and no other", () => {
    const fd = openInotify();
    const path = directory();
    sys.inotifyAddWatch(fd, path, sys.IN_MOVE);
    for (const name of ["a", "b"]) writeFileSync(join(path, name), "");

    renameSync(join(path, "a"), join(path, "c"));
    renameSync(join(path, "b"), join(path, "d"));

    const [from, to, next] = events(fd);
    expect([from, to]).toMatchObject([
      { mask: sys.IN_MOVED_FROM, name: "a" },
      { mask: sys.IN_MOVED_TO, name: "c" },
    ]);
    expect(from?.cookie).toBeGreaterThan(0);
    expect(to?.cookie).toBe(from?.cookie);
    expect(next?.cookie).not.toBe(from?.cookie);
  });

  it("returns the same watch for the same file, whose mask it replaces or adds to", () => {
    const fd = openInotify();
    const path = directory();
    const wd = sys.inotifyAddWatch(fd, path, sys.IN_CREATE);

    const again = sys.inotifyAddWatch(fd, path, sys.IN_DELETE | sys.IN_MASK_ADD);

    expect(again).toBe(wd);
    writeFileSync(join(path, "a"), "");
    unlinkSync(join(path, "a"));
    expect(events(fd).map(({ mask }) => mask)).toEqual([sys.IN_CREATE, sys.IN_DELETE]);
    expect(() => sys.inotifyAddWatch(fd, path, sys.IN_CREATE | sys.IN_MASK_CREATE)).toThrow(
      failure("EEXIST", "inotify_add_watch"),
    );
  });

  it("ends with IN_IGNORED when the file is gone", () => {
    const fd = openInotify();
    const file = join(directory(), "file");
    writeFileSync(file, "");
    const wd = sys.inotifyAddWatch(fd, file, sys.IN_DELETE_SELF);

    unlinkSync(file);

    expect(events(fd)).toMatchObject([
      { wd, mask: sys.IN_DELETE_SELF, name: "" },
      { wd, mask: sys.IN_IGNORED, name: "" },
    ]);
    expect(() => {
      sys.inotifyRmWatch(fd, wd);
    }).toThrow(failure("EINVAL", "inotify_rm_watch"));
  });

  it("says IN_Q_OVERFLOW, with watch -1, when more happened than the queue takes", () => {
    const limit = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "latin1"));
    const fd = openInotify();
    const path = directory();
    sys.inotifyAddWatch(fd, path, sys.IN_MOVED_TO);
    const [a, b] = [join(path, "a"), join(path, "b")];
    writeFileSync(a, "");

    for (let moved = 0; moved <= limit; moved += 2) {
      renameSync(a, b);
      renameSync(b, a);
    }

    const all = [];
    for (let some = events(fd); some.length > 0; some = events(fd)) all.push(...some);
    expect(all).toHaveLength(limit + 1);
    expect(all.at(-1)).toMatchObject({ wd: -1, mask: sys.IN_Q_OVERFLOW, cookie: 0, name: "" });
  });

  it("throws ENOENT, ENOTDIR, EINVAL and EBADF", () => {
    const fd = openInotify();
    const add =
      (path: string, mask: number, to = fd) =>
      () =>
        sys.inotifyAddWatch(to, path, mask);

    expect(add("/nowhere", sys.IN_CREATE)).toThrow(failure("ENOENT", "inotify_add_watch"));
    expect(add("/dev/null", sys.IN_CREATE | sys.IN_ONLYDIR)).toThrow(
      failure("ENOTDIR", "inotify_add_watch"),
    );
    expect(add("/", 0)).toThrow(failure("EINVAL", "inotify_add_watch"));
    expect(add("/", sys.IN_CREATE, openPipe()[0])).toThrow(failure("EINVAL", "inotify_add_watch"));
    expect(add("/", sys.IN_CREATE, NOT_OPEN)).toThrow(failure("EBADF", "inotify_add_watch"));
  });

  it("refuses a path that C would cut, and watches nothing then", () => {
    const fd = openInotify();

    expect(() => sys.inotifyAddWatch(fd, "/tmp\0/nowhere", sys.IN_CREATE)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
    expect(readFileSync(`/proc/self/fdinfo/${String(fd)}`, "latin1")).not.toMatch(/inotify wd/);
  });
});

describe("inotify_rm_watch(2)", () => {
  it("ends the watch, and says so", () => {
    const fd = openInotify();
    const path = directory();
    const wd = sys.inotifyAddWatch(fd, path, sys.IN_CREATE);

    sys.inotifyRmWatch(fd, wd);

    writeFileSync(join(path, "a"), "");
    expect(events(fd)).toMatchObject([{ wd, mask: sys.IN_IGNORED }]);
  });
});

describe("read(2) of an inotify", () => {
  it("takes as many whole events as fit, and is EINVAL where none does", () => {
    const fd = openInotify();
    const path = directory();
    sys.inotifyAddWatch(fd, path, sys.IN_CREATE);
    const names = ["one", "two", "three"];
    for (const name of names) writeFileSync(join(path, name), "");

    expect(() => sys.read(fd, new Uint8Array(16))).toThrow(failure("EINVAL", "read"));
    expect(events(fd, 70).map(({ name }) => name)).toEqual(["one", "two"]);
    expect(events(fd, sys.INOTIFY_EVENT_MAX_SIZE).map(({ name }) => name)).toEqual(["three"]);
  });
});

describe("inotifyEvents", () => {
  const { sizeof, fields } = sys.structs.inotify_event;

  /** One event as the kernel writes it. */
  function event(wd: number, name: string): Uint8Array {
    const padded = Buffer.alloc(16);
    padded.write(name);
    const header = new DataView(new ArrayBuffer(sizeof));
    const little = endianness() === "LE";
    header.setInt32(fields.wd.offset, wd, little);
    header.setUint32(fields.mask.offset, sys.IN_CREATE, little);
    header.setUint32(fields.len.offset, padded.length, little);
    return Buffer.concat([new Uint8Array(header.buffer), padded]);
  }

  it.each([0, 1, 2, 3, 4])("decodes a Buffer that begins %d bytes into its memory", (offset) => {
    const bytes = Buffer.concat([event(1, "one"), event(2, "two")]);
    const memory = Buffer.alloc(bytes.length + 64, 0xff).subarray(offset);
    bytes.copy(memory);

    const found = sys.inotifyEvents(memory.subarray(0, bytes.length));

    expect(found.map(({ wd, name }) => [wd, name])).toEqual([
      [1, "one"],
      [2, "two"],
    ]);
  });

  it("keeps nothing of the memory: names stay when it is used again", () => {
    const bytes = Buffer.from(event(1, "one"));
    const [found] = sys.inotifyEvents(bytes);

    bytes.fill(0xff);

    expect(Buffer.from(found?.nameBytes ?? []).toString()).toBe("one");
  });

  it("leaves out an event that is cut", () => {
    const bytes = Buffer.concat([event(1, "one"), event(2, "two")]);

    for (const cut of [1, 16, 17, sizeof + 16 - 1]) {
      expect(sys.inotifyEvents(bytes.subarray(0, bytes.length - cut))).toHaveLength(1);
    }
  });
});
