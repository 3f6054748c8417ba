import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  addStatusFlags,
  bytesReadable,
  bytesUnsent,
  isAtMark,
  isCloseOnExec,
  removeStatusFlags,
  setCloseOnExec,
  setSignalOwner,
  signalOwner,
  statusFlags,
} from "../../lib/descriptors/fcntl.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

describe("addStatusFlags and removeStatusFlags", () => {
  it("change one flag and keep the others", () => {
    const [here, there] = Socket.pair();
    using _here = here;
    using _there = there;

    addStatusFlags(here, sys.O_ASYNC);
    const added = statusFlags(here);
    removeStatusFlags(here, sys.O_NONBLOCK);
    const removed = statusFlags(here.fd);

    expect(added).toBe(sys.O_RDWR | sys.O_NONBLOCK | sys.O_ASYNC);
    expect(removed).toBe(sys.O_RDWR | sys.O_ASYNC);
    expect(statusFlags(there)).toBe(sys.O_RDWR | sys.O_NONBLOCK);
  });

  it("throw EBADF for what is closed", () => {
    const [here, there] = Socket.pair();
    here.close();
    there.close();

    expect(() => addStatusFlags(here, sys.O_ASYNC)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "fcntl" }),
    );
  });

  it.each([Number.NaN, "4", 1.5, 2 ** 32 + 1])("refuse %o before the call", (flags) => {
    const error = typeof flags === "string" ? TypeError : RangeError;

    // The descriptor is not open: a call would say EBADF.
    expect(() => addStatusFlags(-1, flags as number)).toThrow(error);
    expect(() => removeStatusFlags(-1, flags as number)).toThrow(error);
  });
});

describe("setCloseOnExec", () => {
  it("decides what a program that is executed inherits", () => {
    const [here, there] = Socket.pair();
    using _here = here;
    using _there = there;
    const inherits = () =>
      spawnSync("test", ["-e", `/proc/self/fd/${String(here.fd)}`]).status === 0;
    const before = [isCloseOnExec(here), inherits()];

    setCloseOnExec(here, false);
    const between = [isCloseOnExec(here), inherits()];
    setCloseOnExec(here, true);

    // libuv closes nothing in the child by itself.
    expect([before, between]).toEqual([
      [true, false],
      [false, true],
    ]);
    expect([isCloseOnExec(here), inherits()]).toEqual([true, false]);
  });
});

describe("setSignalOwner", () => {
  it.each([{ pid: process.pid }, { thread: process.pid }])(
    "is told by signalOwner: %o",
    (owner) => {
      using socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
      const before = signalOwner(socket);

      setSignalOwner(socket, owner);
      const given = signalOwner(socket);
      setSignalOwner(socket, null);

      expect([before, given, signalOwner(socket)]).toEqual([null, owner, null]);
    },
  );

  it.each([2 ** 32 + process.pid, 1.5, Number.NaN, -1])("refuses the number %o", (id) => {
    using socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);

    for (const name of ["pid", "processGroup", "thread"]) {
      expect(() => setSignalOwner(socket, { [name]: id })).toThrow(
        expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
      );
    }

    expect(signalOwner(socket)).toBeNull();
  });

  it.each([{}, { pid: process.pid, thread: process.pid }, { pid: "1" }])("refuses %o", (owner) => {
    using socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);

    expect(() => setSignalOwner(socket, owner as object)).toThrow(TypeError);

    expect(signalOwner(socket)).toBeNull();
  });

  it("takes a process group", () => {
    using socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
    const [, group] = /\) \S+ \d+ (\d+)/.exec(readFileSync("/proc/self/stat", "latin1")) ?? [];
    const owner = { processGroup: Number(group) };

    setSignalOwner(socket, owner);

    expect(signalOwner(socket)).toEqual(owner);
  });
});

describe("bytesReadable, bytesUnsent and isAtMark", () => {
  it("tell what waits in a connection", () => {
    using listener = Socket.open(sys.AF_INET6, sys.SOCK_STREAM);
    listener.bind({ address: "::1", port: 0 }).listen();
    using client = Socket.open(sys.AF_INET6, sys.SOCK_STREAM, 0, { blocking: true });
    client.connect(listener.localAddress);
    using server = listener.accept()!;

    client.send(Buffer.from("ab!"), 0, 3, sys.MSG_OOB);

    expect([bytesReadable(server), isAtMark(server)]).toEqual([2, false]);
    server.recv(Buffer.alloc(9));
    expect([isAtMark(server), bytesUnsent(client)]).toEqual([true, 0]);
  });
});
