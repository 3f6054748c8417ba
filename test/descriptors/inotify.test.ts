import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Inotify } from "../../lib/descriptors/inotify.ts";
import * as sys from "../../lib/sys/index.ts";

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "pollux-inotify-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

describe("Inotify", () => {
  it("yields what has happened since the last time, oldest first", () => {
    using inotify = new Inotify();
    const path = directory();
    const wd = inotify.watch(path, sys.IN_CREATE);
    expect(inotify.take()).toBeNull();

    for (let index = 0; index < 50; index++) writeFileSync(join(path, `file ${String(index)}`), "");

    const events = inotify.take() ?? [];
    expect(events.map(({ name }) => name)).toEqual(
      Array.from({ length: 50 }, (_, index) => `file ${String(index)}`),
    );
    expect(events.every((event) => event.wd === wd && event.mask === sys.IN_CREATE)).toBe(true);
    expect(inotify.take()).toBeNull();
  });

  it("tells its watches apart, and ends each on its own", () => {
    using inotify = new Inotify();
    const [first, second] = [directory(), directory()];
    const watches = [first, second].map((path) => inotify.watch(path, sys.IN_CREATE));

    inotify.unwatch(watches[0] ?? -1);
    for (const path of [first, second]) writeFileSync(join(path, "file"), "");

    expect(inotify.take()).toMatchObject([
      { wd: watches[0], mask: sys.IN_IGNORED },
      { wd: watches[1], mask: sys.IN_CREATE, name: "file" },
    ]);
  });

  it("is close-on-exec, and waits for an event only when asked to", () => {
    using inotify = new Inotify({ blocking: true });
    const path = directory();
    inotify.watch(path, sys.IN_CREATE);
    writeFileSync(join(path, "file"), "");

    expect(inotify.take()).toMatchObject([{ name: "file" }]);
    expect(sys.fcntl(inotify.fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.fcntl(inotify.fd, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
  });
});
