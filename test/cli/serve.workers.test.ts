import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { describe, expect, it, onTestFinished } from "vitest";
import { SHARES } from "../../lib/workers/share.ts";
import { packageCopy, polluxOf } from "../support/package_copy.ts";
import { Program, run } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { POLLUX } from "../support/serving.ts";
import { childrenOf, ended, NONE_LOST, SteadyClients, Supervised } from "../support/supervised.ts";

/** What a server says to who connects and says nothing, up to so many bytes. */
async function hear(port: number, bytes: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  for await (const part of socket.setEncoding("latin1")) {
    text += String(part);
    if (text.length >= bytes) break;
  }
  return text;
}

/** Waits until this one echoes. */
async function echoes(port: number): Promise<void> {
  await using client = await RemoteClient.connect(port);
  expect(await client.ask("roundTrips", 3, 1000)).toMatchObject({ matches: true });
}

describe("pollux serve --workers", () => {
  it("says with --json where it listens, what each worker does, and what all did", async () => {
    await using server = await Supervised.start(["--workers", "2"]);

    await echoes(server.port);
    server.program.kill("SIGTERM");

    expect(await server.until("stopped")).toEqual({
      event: "stopped",
      multiplexer: "epoll",
      connections: 1,
      rejected: 0,
      broken: 0,
      open: 0,
      peakOpen: 1,
      bytesIn: 3000,
      bytesOut: 3000,
    });
    expect(await server.program.ended).toMatchObject({ code: 0, stderr: "" });
    for (const slot of [0, 1]) {
      const own = server.events.filter((each) => each.event === "worker" && each.slot === slot);
      expect(own.map(({ state }) => state)).toEqual(["starting", "ready", "draining", "exited"]);
      expect(own.at(-1)).toMatchObject({ code: 0, signal: null });
      expect(new Set(own.map(({ pid }) => pid)).size).toBe(1);
    }
  });

  it("says the same in words", async () => {
    await using program = new Program(process.execPath, [
      ...[POLLUX, "serve", "daytime", "--workers", "1", "--port", "0"],
    ]);

    const starting = await program.nextLine();
    const [, pid = ""] = /\(process (\d+)\)/.exec(starting) ?? [];
    expect(starting).toBe(`pollux: worker 0 (process ${pid}) starting`);
    expect(await program.nextLine()).toBe(`pollux: worker 0 (process ${pid}) ready`);
    expect(await program.nextLine()).toMatch(/^pollux: epoll daytime listening on 127.0.0.1:\d+$/);
    await program.nextLine();
    program.kill("SIGINT");

    const { code, stdout } = await program.ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`worker 0 (process ${pid}) exited: exit status 0\n`);
    expect(stdout).toMatch(/pollux: epoll served 0 connections/);
  });

  it.each([
    ["chargen", /^ !"#\$%&'/],
    ["daytime", /^\d{4}-\d\d-\d\d|^[A-Z][a-z]{2,}/],
  ])("serves %s", async (service, text) => {
    await using server = await Supervised.start([service, "--workers", "2"]);

    expect(await hear(server.port, 20)).toMatch(text);
  });

  it.each([
    ["select", "--share", "shared"],
    ["poll", "--share", "accept"],
    ["epoll", "--edge", "--transform", "upper", "--max-connections", "100"],
    ["epoll", "--threads", "--share", "exclusive"],
  ])("takes the options of the servers: %s %s %s", async (multiplexer, ...more) => {
    await using server = await Supervised.start(["-m", multiplexer, "--workers", "2", ...more]);

    const upper = more.includes("upper");
    await using client = await RemoteClient.connect(server.port, "127.0.0.1", upper);
    expect(await client.ask("roundTrips", 3, 1000)).toMatchObject({ matches: true });
    await client.ask("close");
    server.program.kill("SIGTERM");

    expect(await server.until("stopped")).toMatchObject({ multiplexer, connections: 1 });
  });

  it("deletes the file of its path at the end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-workers-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    await using server = await Supervised.start(["--workers", "1", "--unix", join(folder, "s")]);
    expect(readdirSync(folder)).toEqual(["s"]);

    server.program.kill("SIGTERM");
    await server.program.ended;

    expect(readdirSync(folder)).toEqual([]);
  });

  it("listens at a path", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-workers-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, "socket");
    await using server = await Supervised.start(["--workers", "2", "--unix", path]);
    await using clients = await SteadyClients.start(path);

    server.program.kill("SIGHUP");
    await server.until("reload", { state: "done" });

    expect(await clients.finish()).toMatchObject(NONE_LOST);
  });

  it("shows the connections of all workers with --status", async () => {
    await using server = await Supervised.start(["--workers", "2", "--status"]);
    const clients = await Promise.all([1, 2, 3].map(() => RemoteClient.connect(server.port)));
    await using _ = {
      [Symbol.asyncDispose]: async () => {
        for (const client of clients) await client[Symbol.asyncDispose]();
      },
    };

    expect(await server.until("status", { open: 3 })).toMatchObject({ connections: 3 });
  });

  it.each(["SIGINT", "SIGHUP", "SIGTERM"] as const)(
    "leaves it to the supervisor when a worker gets %s, as from a terminal",
    async (signal) => {
      await using server = await Supervised.start(["--workers", "1"]);
      const [worker = 0] = childrenOf(server.pid);

      process.kill(worker, signal);
      await echoes(server.port);
      server.program.kill("SIGTERM");

      expect(await server.until("worker", { state: "exited" })).toMatchObject({
        pid: worker,
        code: 0,
      });
    },
  );

  it("ends at once on SIGTERM while the workers start", async () => {
    const args = [POLLUX, "serve", "--json", "--workers", "2", "--port", "0"];
    await using server = new Supervised(process.execPath, args);
    const { pid = 0 } = await server.until("worker", { state: "starting" });

    server.program.kill("SIGTERM");

    const { code, stdout } = await server.program.ended;
    expect(code).toBe(0);
    expect(stdout).not.toContain('"listening"');
    await ended(pid);
  });

  it("does not wait for clients at a second signal", async () => {
    await using server = await Supervised.start(["--workers", "1"]);
    const workers = childrenOf(server.pid);
    await using client = await RemoteClient.connect(server.port);
    await client.ask("roundTrips", 1, 10);

    server.program.kill("SIGTERM");
    await server.until("worker", { state: "draining" });
    server.program.kill("SIGTERM");

    expect(await server.program.ended).toMatchObject({ code: 143 });
    for (const pid of workers) await ended(pid);
  });

  it.each([
    ["--workers", "2", "--udp"],
    ["--workers", "2", "-m", "all"],
    ["--workers", "2", "--unix", "@pollux-never", "--seqpacket"],
    ["--workers", "2", "--unix", "@pollux-never", "--share", "reuseport"],
    ["--workers", "2", "-m", "poll", "--share", "exclusive"],
    ["--workers", "0"],
    ["--workers", "2", "--share", "fairly"],
    ["--share", "accept"],
    ["--threads"],
  ])("refuses %s %s %s %s %s", async (...args) => {
    const given = args.filter((arg) => arg !== undefined);
    const { code, stderr, stdout } = await run(process.execPath, POLLUX, "serve", ...given);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^pollux: /);
  });

  it("ends with one line if it cannot listen there", async () => {
    await using server = await Supervised.start(["--workers", "1"]);

    const other = await run(
      ...([process.execPath, POLLUX, "serve", "--workers", "1"] as const),
      ...["--port", String(server.port)],
    );

    expect(other).toMatchObject({
      code: 1,
      stderr: `pollux: bind EADDRINUSE 127.0.0.1:${String(server.port)}\n`,
    });
  });
});

describe("SIGHUP", () => {
  it.each([...SHARES.map((share) => ["--share", share]), ["--threads", "--share", "reuseport"]])(
    "replaces all workers and loses no client: %s %s %s",
    async (...args) => {
      const given = args.filter((arg) => arg !== undefined);
      await using server = await Supervised.start(["--workers", "3", ...given]);
      await using clients = await SteadyClients.start(server.port);
      const before = childrenOf(server.pid);

      server.program.kill("SIGHUP");
      await server.until("reload", { state: "done" });

      expect(await clients.finish()).toMatchObject(NONE_LOST);
      const after = childrenOf(server.pid);
      expect(after.filter((pid) => before.includes(pid))).toEqual([]);
      expect(after.length).toBe(before.length);
    },
  );

  it("is remembered while the workers are replaced", async () => {
    await using server = await Supervised.start(["--workers", "2"]);

    server.program.kill("SIGHUP");
    await server.until("reload", { state: "starting" });
    server.program.kill("SIGHUP");
    await server.until("reload", { state: "done" });

    await server.until("reload", { state: "starting" });
    await server.until("reload", { state: "done" });
  });

  it("leaves the workers there when new ones fail, and says why", async () => {
    const copy = packageCopy({ "build/Release/pollux.node": null });
    const options = ["--port", "0", "--workers", "2"];
    await using server = await Supervised.startOf(polluxOf(copy), options);
    await using clients = await SteadyClients.start(server.port);
    const before = childrenOf(server.pid);

    writeFileSync(
      join(copy, "dist/lib/serve_worker.js"),
      "console.error('broken'); process.exit(7);",
    );
    server.program.kill("SIGHUP");
    const failed = await server.until("reload", { state: "failed" });

    expect(failed.reason).toBe("the worker of slot 0 did not become ready: exit status 7");
    expect(server.events).toContainEqual({
      event: "log",
      slot: 0,
      stream: "stderr",
      line: "broken",
    });
    expect(await clients.finish()).toMatchObject(NONE_LOST);
    expect(childrenOf(server.pid).sort()).toEqual(before.sort());
  });
});

describe("SIGKILL", () => {
  it("of a worker: another takes its place", async () => {
    await using server = await Supervised.start(["--workers", "1"]);
    const [worker = 0] = childrenOf(server.pid);

    process.kill(worker, "SIGKILL");

    expect(await server.until("worker", { state: "exited" })).toMatchObject({
      pid: worker,
      code: null,
      signal: "SIGKILL",
    });
    await server.until("worker", { state: "ready" });
    await echoes(server.port);
  });

  it("of the supervisor: no worker is left, and the port is free", async () => {
    await using server = await Supervised.start(["--workers", "3"]);
    const workers = childrenOf(server.pid);
    await echoes(server.port);

    server.program.kill("SIGKILL");
    await server.program.ended;
    for (const pid of workers) await ended(pid);

    expect(workers.length).toBe(3);
    const options = ["--workers", "1", "--port", String(server.port)];
    await using next = await Supervised.startOf(POLLUX, options);
    await echoes(next.port);
  });
});

const withoutPidNamespace = spawnSync("unshare", ["--pid", "--fork", "true"]).status !== 0;
if (withoutPidNamespace) console.log("process 1 is not tested: needs unshare --pid");

describe("process 1 of a container", () => {
  it.skipIf(withoutPidNamespace)("serves, and stops with SIGTERM", async () => {
    await using server = await Supervised.start(
      ["--workers", "2"],
      [...["unshare", "--pid", "--fork", "--kill-child"]],
    );
    await echoes(server.port);
    const [init = 0] = childrenOf(server.pid);

    process.kill(init, "SIGTERM");

    expect(await server.until("stopped")).toMatchObject({ connections: 1 });
    expect(await server.program.ended).toMatchObject({ code: 0 });
  });
});
