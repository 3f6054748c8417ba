import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);

/** Runs a script in a process of its own that may open few descriptors; the lines that it prints. */
async function runScript(script: string, limit = 1024): Promise<string[]> {
  const source = `
    import * as pollux from "pollux";
    import { closeSync, fstatSync, openSync } from "node:fs";
    const { EventFd, PollMultiplexer, READABLE, SignalFd, Socket, sys } = pollux;
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const collect = async () => { for (let i = 0; i < 5; i++) { await turn(); gc(); } await turn(); };
    const state = (fd) => { try { fstatSync(fd); return "open"; } catch (error) { return error.code; } };
    process.on("warning", (warning) => console.log(warning.code, warning.name, warning.message));
    ${script}`;
  const node = [process.execPath, "--expose-gc", "--no-warnings", "--input-type=module", "--eval"];
  const { stdout } = await run("prlimit", [`--nofile=${String(limit)}`, ...node, source], {
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  return stdout.trim().split("\n");
}

describe("a forgotten Descriptor", () => {
  it("is closed with a warning that names its class and its number", async () => {
    const lines = await runScript(`
      const fd = (() => { const [a, b] = Socket.pair(); b.close(); return a.fd; })();
      console.log(fd);
      await collect();
      console.log(state(fd));`);

    expect(lines).toEqual([
      expect.stringMatching(/^\d+$/),
      `POLLUX_FORGOTTEN_DESCRIPTOR PolluxWarning A Socket was forgotten with descriptor ${lines[0] ?? "?"} open; closing it.`,
      "EBADF",
    ]);
  });

  it("is of no interest when it was closed or detached before, also by a call of sys or node:fs", async () => {
    const lines = await runScript(`
      (() => {
        const [a, b] = Socket.pair();
        a.close();
        sys.close(b.detach());
        sys.close(new EventFd().fd);
        closeSync(new EventFd().fd);
      })();
      await collect();
      console.log("alive");`);

    expect(lines).toEqual(["alive"]);
  });

  it.each([
    ["in a later turn", "await turn();"],
    ["at once", ""],
  ])("leaves alone who has its number since, closed and opened %s", async (_when, wait) => {
    const lines = await runScript(`
      for (const close of [sys.close, closeSync]) {
        for (const open of [() => openSync("/dev/null"), () => sys.socket(1, 1), () => sys.eventfd(0, 0)]) {
          const fd = (() => { const socket = Socket.open(1, 1); return socket.fd; })();
          ${wait}
          close(fd);
          const next = open();
          await collect();
          console.log(next === fd, state(next));
          (open.toString().includes("openSync") ? closeSync : sys.close)(next);
        }
      }`);

    expect(lines).toEqual(Array.from({ length: 6 }, () => "true open"));
  });

  it.each([
    ["an eventfd, node:fs its inotify", "new EventFd()", 'fs.watch("/")'],
    ["an epoll, a worker its loop", "new pollux.EpollMultiplexer()", "await work()"],
    ["a file, node:fs the same file", 'new pollux.Descriptor(openSync("/"))', 'openSync("/")'],
  ])("leaves alone who has its number since, where both look alike: %s", async (_, first, next) => {
    const lines = await runScript(`
      const fs = await import("node:fs");
      const { Worker } = await import("node:worker_threads");
      const work = () => new Promise((resolve) =>
        new Worker("setInterval(() => 0, 1000)", { eval: true }).on("online", resolve));
      const fd = (() => ${first}.fd)();
      closeSync(fd);
      ${next};
      console.log(state(fd));
      await collect();
      console.log(state(fd));
      process.exit();`);

    expect(lines).toEqual(["open", "open"]);
  });

  it("leaves alone who has the number of a connection that a listener has accepted", async () => {
    const lines = await runScript(`
      const listener = Socket.open(1, 1).bind({ path: "" }).listen();
      const client = Socket.open(1, 1);
      client.connect(listener.localAddress);
      const fd = (() => listener.accept().fd)();
      closeSync(fd);
      const next = openSync("/dev/null");
      await collect();
      console.log(next === fd, state(next));`);

    expect(lines).toEqual(["true open"]);
  });

  it("is closed when no descriptor is free, also in a thread that only blocks", async () => {
    const lines = await runScript(
      `const mux = new PollMultiplexer();
       const counter = new EventFd({ initial: 1 });
       mux.add(counter, READABLE);
       for (let turns = 0; turns < 500; turns++) mux.waitSync(0, () => Socket.pair());
       console.log("alive");`,
      256,
    );

    expect(lines.at(0)).toBe("alive");
  });

  it.each([
    ["a Waker", "new pollux.Waker()"],
    ["a netlink socket", "new pollux.NetlinkSocket(sys.NETLINK_ROUTE)"],
    ["the check of a unix socket's stale path", "bind()"],
    ["the time limit of a wait on epoll", "await muxes.epoll.wait(0.5, () => {})"],
    ["the thread of a wait on poll", "await muxes.poll.wait(0.5, () => {})"],
    ["an epoll for a connection", "await pollux.connect(client, listener.localAddress)"],
  ])("is closed when no descriptor is free for %s", async (_what, open) => {
    const lines = await runScript(
      `const path = "/tmp/pollux-forgotten-" + process.pid;
       const [first, second, client] = [1, 2, 3].map(() => Socket.open(1, 1));
       const bind = () => second.bind({ path }, { unlinkStale: true });
       const muxes = { epoll: pollux.createMultiplexer("epoll"), poll: pollux.createMultiplexer("poll") };
       const listener = Socket.open(1, 1).bind({ path: "" }).listen();
       first.bind({ path }).close();
       const all = [];
       try { for (;;) all.push(sys.eventfd(0)); } catch {}
       for (const fd of all.splice(0, 50)) {
         sys.close(fd);
         new EventFd();
       }
       ${open};
       console.log("open");
       second.close();
       pollux.sys.close(all.pop());
       (await import("node:fs")).rmSync(path, { force: true });`,
      256,
    );

    expect(lines).toContain("open");
  });

  it.each(["select", "poll", "epoll"])(
    "is closed when no descriptor is free, in a program that awaits each wait on %s",
    async (multiplexer) => {
      const lines = await runScript(
        `const mux = pollux.createMultiplexer("${multiplexer}");
         mux.add(new EventFd({ initial: 1 }), READABLE);
         process.removeAllListeners("warning");
         for (let waits = 0; waits < 500; waits++) {
           await mux.wait(undefined, () => void (waits % 2 ? new pollux.Waker() : Socket.pair()));
         }
         console.log("alive");`,
        256,
      );

      expect(lines).toEqual(["alive"]);
    },
  );

  it("is not looked for with each call while all descriptors are in use", async () => {
    const lines = await runScript(
      `const { PerformanceObserver, constants } = await import("node:perf_hooks");
       let collections = 0;
       new PerformanceObserver((list) => {
         const major = ({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
         collections += list.getEntries().filter(major).length;
       }).observe({ entryTypes: ["gc"] });
       const all = [];
       try { for (;;) all.push(new EventFd()); } catch (error) { console.log(error.code); }
       for (let times = 0; times < 200; times++) try { new EventFd(); } catch {}
       await turn();
       await turn();
       console.log(collections > 0, collections < 10);`,
      256,
    );

    expect(lines).toEqual(["EMFILE", "true true"]);
  });

  it("unblocks the signals of a SignalFd that no other holds", async () => {
    const lines = await runScript(`
      const blocked = () => sys.pthreadSigmask(sys.SIG_BLOCK, new sys.SigSet([])).numbers().join();
      const kept = new SignalFd(["SIGUSR1"]);
      (() => { new SignalFd(["SIGUSR1", "SIGUSR2"]); })();
      const before = blocked();
      await collect();
      console.log(before, blocked());`);

    expect(lines).toEqual([expect.stringContaining("A SignalFd was forgotten"), "10,12 10"]);
  });
});
