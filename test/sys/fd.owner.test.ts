import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { runScript } from "./processes.ts";
import { NOT_OPEN, openPair } from "./support.ts";

const failing = (code: string) => expect.objectContaining({ code, syscall: "fcntl" });

describe("fcntl(2) with F_SETOWN and F_GETOWN", () => {
  it("tells the owner that was given, also a process group, whose number is negative", () => {
    const [here] = openPair();
    const before = sys.fcntl(here, sys.F_GETOWN);
    const group = Number(/\) \S+ \d+ (\d+)/.exec(readFileSync("/proc/self/stat", "latin1"))?.[1]);

    sys.fcntl(here, sys.F_SETOWN, process.pid);
    const pid = sys.fcntl(here, sys.F_GETOWN);
    sys.fcntl(here, sys.F_SETOWN, -group);

    expect([before, pid, sys.fcntl(here, sys.F_GETOWN)]).toEqual([0, process.pid, -group]);
    expect(sys.fcntlOwner(here, sys.F_GETOWN_EX, new Int32Array(2))).toEqual(
      Int32Array.of(sys.F_OWNER_PGRP, group),
    );
  });

  it("takes a thread with F_SETOWN_EX", () => {
    const [here] = openPair();

    sys.fcntlOwner(here, sys.F_SETOWN_EX, Int32Array.of(sys.F_OWNER_TID, process.pid));

    expect([...sys.fcntlOwner(here, sys.F_GETOWN_EX, new Int32Array(2))]).toEqual([
      sys.F_OWNER_TID,
      process.pid,
    ]);
  });

  it("throws EBADF, EINVAL, ESRCH", () => {
    const [here] = openPair();

    expect(() => sys.fcntl(NOT_OPEN, sys.F_GETOWN)).toThrow(failing("EBADF"));
    expect(() => sys.fcntlOwner(here, sys.F_SETOWN_EX, Int32Array.of(9, 1))).toThrow(
      failing("EINVAL"),
    );
    expect(() => sys.fcntl(here, sys.F_SETOWN, 2 ** 30)).toThrow(failing("ESRCH"));
  });

  it("refuses another operation, and too few bytes", () => {
    const [here] = openPair();

    for (const call of [
      () => sys.fcntlOwner(here, sys.F_GETFL, new Int32Array(2)),
      () => sys.fcntlOwner(here, sys.F_GETOWN_EX, new Int32Array(1)),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
    }
  });
});

describe("O_ASYNC and the owner", () => {
  it("send SIGIO to a process when there is something to read", async () => {
    const { code, stdout, stderr } = await runScript(`
      const sv = new Int32Array(2);
      native.socketpair(native.AF_UNIX, native.SOCK_STREAM | native.SOCK_NONBLOCK, 0, sv);
      process.once("SIGIO", () => {
        const length = native.recv(sv[0], new Uint8Array(9), 0, 9, 0);
        console.log("SIGIO", length);
        sv.forEach((fd) => native.close(fd));
      });
      native.fcntl(sv[0], native.F_SETOWN, process.pid);
      const flags = native.fcntl(sv[0], native.F_GETFL, 0);
      native.fcntl(sv[0], native.F_SETFL, flags | native.O_ASYNC);
      native.send(sv[1], new Uint8Array(5), 0, 5, 0);
      setTimeout(() => process.exit(9), 20_000).unref();
      const alive = setInterval(() => process.listenerCount("SIGIO") || clearInterval(alive), 5);
    `);

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "SIGIO 5\n", stderr: "" });
  });

  it("send another signal with F_SETSIG", async () => {
    const { code, stdout } = await runScript(`
      const sv = new Int32Array(2);
      native.socketpair(native.AF_UNIX, native.SOCK_STREAM, 0, sv);
      process.once("SIGUSR2", () => (console.log("SIGUSR2"), process.exit(0)));
      const signal = require("node:os").constants.signals.SIGUSR2;
      native.fcntl(sv[0], native.F_SETSIG, signal);
      native.fcntl(sv[0], native.F_SETOWN, process.pid);
      native.fcntl(sv[0], native.F_SETFL, native.O_ASYNC);
      if (native.fcntl(sv[0], native.F_GETSIG, 0) === signal) {
        native.send(sv[1], new Uint8Array(5), 0, 5, 0);
      }
      setTimeout(() => process.exit(9), 20_000);
    `);

    expect({ code, stdout }).toEqual({ code: 0, stdout: "SIGUSR2\n" });
  });

  it("send SIGURG for an out-of-band byte, without O_ASYNC", async () => {
    const { code, stdout } = await runScript(`
      const loopback = Uint8Array.of(native.AF_INET, 0, 0, 0, 127, 0, 0, 1, ...new Uint8Array(8));
      const listener = native.socket(native.AF_INET, native.SOCK_STREAM, 0);
      const name = new Uint8Array(16);
      native.bind(listener, loopback);
      native.listen(listener, 1);
      native.getsockname(listener, name, new Uint32Array(1));
      const client = native.socket(native.AF_INET, native.SOCK_STREAM, 0);
      native.connect(client, name);
      const server = native.accept4(listener, null, null, native.SOCK_NONBLOCK);
      native.fcntl(server, native.F_SETOWN, process.pid);
      process.once("SIGURG", () => {
        const byte = new Uint8Array(1);
        native.recv(server, byte, 0, 1, native.MSG_OOB);
        console.log("SIGURG", String.fromCharCode(byte[0]));
        process.exit(0);
      });
      native.send(client, Buffer.from("ab!"), 0, 3, native.MSG_OOB);
      setTimeout(() => process.exit(9), 20_000);
    `);

    expect({ code, stdout }).toEqual({ code: 0, stdout: "SIGURG !\n" });
  });
});
