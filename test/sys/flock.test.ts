import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { opened } from "./support.ts";

/** Another open file of the same memory. */
function reopen(fd: number): number {
  return opened(openSync(`/proc/self/fd/${String(fd)}`, "r+"));
}

const LOCK_AND_DIE = `import fcntl, os, signal
fcntl.flock(os.open("/proc/self/fd/0", os.O_RDWR), fcntl.LOCK_EX)
os.kill(os.getpid(), signal.SIGKILL)`;

const failure = (code: string): Error =>
  expect.objectContaining({ code, syscall: "flock" }) as Error;

describe("flock(2)", () => {
  it("gives the lock to one open file at a time", () => {
    const first = opened(sys.memfdCreate("lock"));
    const second = reopen(first);

    expect(sys.flock(first, sys.LOCK_EX | sys.LOCK_NB)).toBe(true);
    expect(sys.flock(second, sys.LOCK_EX | sys.LOCK_NB)).toBe(false);
    expect(sys.flock(second, sys.LOCK_SH | sys.LOCK_NB)).toBe(false);
    sys.flock(first, sys.LOCK_UN);
    expect(sys.flock(second, sys.LOCK_EX | sys.LOCK_NB)).toBe(true);
  });

  it("lets several share it", () => {
    const first = opened(sys.memfdCreate("lock"));
    const second = reopen(first);

    expect(sys.flock(first, sys.LOCK_SH | sys.LOCK_NB)).toBe(true);
    expect(sys.flock(second, sys.LOCK_SH | sys.LOCK_NB)).toBe(true);
    expect(sys.flock(first, sys.LOCK_EX | sys.LOCK_NB)).toBe(false);
  });

  it("belongs to the open file, which a duplicate shares", () => {
    const first = opened(sys.memfdCreate("lock"));
    const duplicate = opened(sys.fcntl(first, sys.F_DUPFD_CLOEXEC, 0));

    expect(sys.flock(first, sys.LOCK_EX | sys.LOCK_NB)).toBe(true);
    expect(sys.flock(duplicate, sys.LOCK_EX | sys.LOCK_NB)).toBe(true);
  });

  it("is released by the kernel when its holder is killed", () => {
    const fd = opened(sys.memfdCreate("lock"));

    const { signal } = spawnSync("python3", ["-c", LOCK_AND_DIE], {
      stdio: [fd, "inherit", "inherit"],
    });
    expect(signal).toBe("SIGKILL");

    expect(sys.flock(fd, sys.LOCK_EX | sys.LOCK_NB)).toBe(true);
  });

  it("throws EBADF and EINVAL", () => {
    expect(() => sys.flock(-1, sys.LOCK_EX)).toThrow(failure("EBADF"));
    expect(() => sys.flock(opened(sys.memfdCreate("lock")), 64)).toThrow(failure("EINVAL"));
  });
});
