import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { runLimited, runScript, threadStatus } from "./processes.ts";
import { Thread } from "./wait_thread.ts";

describe("a wait thread", () => {
  it("blocks every signal, so that all go to the main thread", () => {
    const { id } = new Thread();

    const signals = BigInt(`0x${threadStatus(id, "SigBlk")}`) & 0x7fffffffn;

    const unblockable = (1n << 8n) | (1n << 18n); // SIGKILL, SIGSTOP
    expect(signals).toBe(0x7fffffffn & ~unblockable);
    expect(sys.pthreadSigmask(sys.SIG_BLOCK, null).has("SIGTERM")).toBe(false);
  });

  it("runs no callback before a wait was started", async () => {
    const thread = new Thread();

    sys.waitThreadCancel(thread.handle);
    await thread.settled();

    expect(thread.runs).toBe(0);
  });

  it("answers EMFILE where no descriptor is free, and starts no thread then", async () => {
    const code = `
      const { readdirSync } = require("node:fs");
      const threads = () => readdirSync("/proc/self/task").length;
      const before = threads();
      const spare = native.eventfd(0, 0);
      while (native.fcntl(0, native.F_DUPFD, 0) >= 0);
      const answer = native.wait_thread_create(() => undefined);
      native.close(spare);
      console.log(answer === -native.errno.EMFILE, threads() - before);`;

    expect(await runLimited(code, 100)).toMatchObject({ code: 0, stdout: "true 0\n" });
  });

  it("answers EAGAIN where the user may have no more threads, and leaks no descriptor", async () => {
    // The limit does not bind root: the process becomes somebody else, if it may.
    const code = `
      const { readdirSync } = require("node:fs");
      const { spawnSync } = require("node:child_process");
      const open = () => readdirSync("/proc/self/fd").length;
      spawnSync("prlimit", ["--nproc=1:1", "--pid", String(process.pid)]);
      if (process.getuid() === 0) process.setuid(61_234);
      const before = open();
      const answer = native.wait_thread_create(() => undefined);
      console.log(answer === -native.errno.EAGAIN, open() - before);`;

    expect(await runScript(code)).toMatchObject({ code: 0, stdout: "true 0\n" });
  });

  it("keeps the process alive only when asked to", async () => {
    const code = (ref: string) => `
      const fd = native.eventfd(0, 0);
      const fds = new Int32Array([fd, native.POLLIN]);
      const thread = native.wait_thread_create(() => {
        console.log("ran");
        native.wait_thread_close(thread);
      });
      native.wait_thread_poll(thread, fds, 1, -1);
      ${ref}
      setTimeout(() => native.eventfd_write(fd, 1n), 20).unref();`;
    const ref = "native.wait_thread_ref(thread, true);";

    const alive = await runScript(code(ref));
    const taken = await runScript(code(`${ref} native.wait_thread_ref(thread, false);`));
    const never = await runScript(code(""));

    expect(alive).toMatchObject({ code: 0, stdout: "ran\n", stderr: "" });
    for (const ended of [taken, never]) {
      expect(ended).toMatchObject({ code: 0, signal: null, stdout: "", stderr: "" });
    }
  });
});
