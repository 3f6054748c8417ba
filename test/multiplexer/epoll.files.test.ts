import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import type { EpollOptions } from "../../lib/multiplexer/epoll_options.ts";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../lib/sys/index.ts";
import { Fixture, failure } from "./contract/fixture.ts";

function openFile(): number {
  return openSync(new URL(import.meta.url), "r");
}

function withOptions(options: EpollOptions = {}): Fixture {
  return new Fixture(() => new EpollMultiplexer(options));
}

describe("EpollMultiplexer with regular files, which epoll(7) refuses (EPERM)", () => {
  it.each([{ edge: true }, { oneShot: true }])(
    "reports once, then nothing until modify: %o",
    (options) => {
      using fixture = withOptions(options);
      const fd = openFile();
      fixture.mux.add(fd, READABLE);

      expect(fixture.readyNow()).toEqual(new Map([[fd, READABLE]]));
      expect(fixture.readyNow().size).toBe(0);
      expect(fixture.events(5).size).toBe(0);
      fixture.mux.modify(fd, WRITABLE);
      expect(fixture.readyNow()).toEqual(new Map([[fd, WRITABLE]]));
      expect(fixture.readyNow().size).toBe(0);

      closeSync(fd);
    },
  );

  it("refuses to add one twice (EEXIST), and changes nothing", () => {
    using fixture = withOptions();
    const fd = openFile();
    fixture.mux.add(fd, READABLE);

    expect(() => fixture.mux.add(fd, WRITABLE)).toThrow(failure("EEXIST", { fd }));

    expect(fixture.mux.size).toBe(1);
    expect(fixture.readyNow()).toEqual(new Map([[fd, READABLE]]));
    closeSync(fd);
  });

  it("drops one that was closed", () => {
    using fixture = withOptions();
    const fd = openFile();
    fixture.mux.add(fd, READABLE);

    closeSync(fd);

    expect(fixture.events(5).size).toBe(0);
    expect(fixture.mux.has(fd)).toBe(false);
    expect(fixture.mux.size).toBe(0);
  });

  it("refuses to modify one that was closed (EBADF), and watches it no more", () => {
    using fixture = withOptions();
    const fd = openFile();
    fixture.mux.add(fd, READABLE);
    closeSync(fd);

    expect(() => fixture.mux.modify(fd, WRITABLE)).toThrow(failure("EBADF", { fd }));
    expect(fixture.mux.has(fd)).toBe(false);
  });

  it("refuses to modify one whose number is a socket's now (ENOENT), and watches it no more", () => {
    using fixture = withOptions();
    const fd = openFile();
    fixture.mux.add(fd, READABLE);
    closeSync(fd);
    const [next] = fixture.readyPair();
    expect(next.fd).toBe(fd);

    expect(() => fixture.mux.modify(fd, WRITABLE)).toThrow(failure("ENOENT", { fd }));
    expect(fixture.mux.size).toBe(0);
    expect(fixture.readyNow().size).toBe(0);
  });

  it("forgets one whose number is a socket's now, and watches the socket when it is added", () => {
    using fixture = withOptions();
    const fd = openFile();
    fixture.mux.add(fd, READABLE);
    closeSync(fd);
    const [next] = fixture.pair();
    expect(next.fd).toBe(fd);

    expect(fixture.readyNow().size).toBe(0);
    expect(fixture.mux.size).toBe(0);
    fixture.mux.add(next, READABLE | WRITABLE);
    expect(fixture.readyNow()).toEqual(new Map([[fd, WRITABLE]]));
  });

  it("replaces one by the socket that is added under its number before the next wait", () => {
    using fixture = withOptions();
    const fd = openFile();
    fixture.mux.add(fd, READABLE, "file");
    closeSync(fd);
    const [next] = fixture.readyPair();

    fixture.mux.add(next, READABLE, "socket");

    const data: string[] = [];
    fixture.mux.waitSync(0, (...event) => data.push(event[2]));
    expect(data).toEqual(["socket"]);
    expect(fixture.mux.size).toBe(1);
  });

  it("replaces a closed socket by the file that is added under its number", () => {
    using fixture = withOptions();
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE, "socket");
    sys.close(fd);
    expect(openFile()).toBe(fd);

    expect(() => fixture.mux.modify(fd, WRITABLE)).toThrow(failure("ENOENT", { fd }));
    fixture.mux.add(fd, WRITABLE, "file");

    const reported: unknown[] = [];
    fixture.mux.waitSync(0, (...event) => reported.push(event.slice(0, 3)));
    expect(reported).toEqual([[fd, WRITABLE, "file"]]);
    expect(fixture.mux.size).toBe(1);
    closeSync(fd);
  });

  it("removes a closed socket whose number is a file's now", () => {
    using fixture = withOptions();
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE);
    sys.close(fd);
    expect(openFile()).toBe(fd);

    expect(fixture.mux.remove(fd)).toBe(true);
    expect(fixture.readyNow().size).toBe(0);
    closeSync(fd);
  });

  it("keeps files when a stale registration makes it move to a new epoll", () => {
    using fixture = withOptions();
    const file = openFile();
    const stale = fixture.bareNumber();
    fixture.mux.add(file, READABLE);
    fixture.mux.add(stale, READABLE);
    const duplicate = sys.fcntl(stale, sys.F_DUPFD_CLOEXEC);
    sys.close(stale);
    fixture.mux.remove(stale);

    expect(fixture.readyNow()).toEqual(new Map([[file, READABLE]]));
    expect(fixture.readyNow()).toEqual(new Map([[file, READABLE]]));

    sys.close(duplicate);
    closeSync(file);
  });
});
