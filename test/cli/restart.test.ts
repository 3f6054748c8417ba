import { readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packageCopy, polluxOf } from "../support/package_copy.ts";
import { type Ended, run } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { POLLUX } from "../support/serving.ts";
import { childrenOf, ended, NONE_LOST, SteadyClients, Supervised } from "../support/supervised.ts";

function restart(...args: readonly string[]): Promise<Ended> {
  return run(process.execPath, POLLUX, "restart", ...args);
}

/** Restarts it. @returns the process id of the new program */
async function followed(pid: number): Promise<number> {
  const { code, stdout, stderr } = await restart(String(pid), "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const event = JSON.parse(stdout) as { pid: number };
  expect(event).toEqual({ event: "restarted", pid: event.pid, from: pid });
  return event.pid;
}

/** Python that can connect to where the program takes requests. */
async function client(pid: number): Promise<Python> {
  const python = new Python();
  await python.run(`def connected():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect("\\0pollux-serve-${String(pid)}")
    return s`);
  await python.run(`def garbage(s):
    try:
        socket.send_fds(s, [b"{"], [0, 0, 0])
    except (BrokenPipeError, ConnectionResetError):
        pass`);
  await python.run(`def outcome(s):
    for _ in range(2):
        try:
            text = s.recv(1000)
            return json.loads(text)["reason"] if text else None
        except ConnectionResetError:
            pass`);
  return python;
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${String(pid)}/fd`).length;
}

describe("pollux restart", () => {
  it.each([["reuseport"], ["steered"], ["shared"], ["exclusive"], ["mutex"], ["accept"]])(
    "replaces the whole program twice, and loses no client: --share %s",
    async (share) => {
      await using server = await Supervised.start(["--workers", "2", "--share", share]);
      await using clients = await SteadyClients.start(server.port);

      const second = await followed(server.pid);
      await ended(server.pid);
      await clients.more();
      const third = await followed(second);
      await server.until("restart", { state: "done", pid: third });
      await ended(second);

      expect(await clients.finish()).toMatchObject(NONE_LOST);
      const ports = server.events.flatMap((each) =>
        each.event === "listening" ? [each.port] : [],
      );
      expect(new Set(ports)).toEqual(new Set([server.port]));
    },
  );

  it("leaves a program behind that can be reloaded and stopped, and adds up what it served", async () => {
    await using server = await Supervised.start(["--workers", "1", "--threads"]);

    const pid = await followed(server.pid);
    await server.until("stopped", { connections: 0 });
    await using clients = await SteadyClients.start(server.port);
    process.kill(pid, "SIGHUP");
    await server.until("reload", { state: "done" });
    const { done, ...others } = await clients.finish();
    process.kill(pid, "SIGTERM");

    expect(others).toEqual(NONE_LOST);
    expect(await server.until("stopped")).toMatchObject({ connections: done, open: 0, broken: 0 });
    await ended(pid);
  });

  it("tells the new process id in words", async () => {
    await using server = await Supervised.start(["--workers", "1"]);

    const { code, stdout } = await restart(String(server.pid));
    const { pid } = await server.until("restart", { state: "done" });

    expect(code).toBe(0);
    expect(stdout).toBe(
      `pollux: process ${String(pid)} has followed process ${String(server.pid)}\n`,
    );
  });

  it("tells why a new program failed; the old one goes on and loses no client", async () => {
    const copy = packageCopy({ "build/Release/pollux.node": null });
    const options = ["--port", "0", "--workers", "2"];
    await using server = await Supervised.startOf(polluxOf(copy), options);
    await using clients = await SteadyClients.start(server.port);
    const before = childrenOf(server.pid);

    writeFileSync(polluxOf(copy), "process.exit(3);");
    const outcome = await restart(String(server.pid));
    await server.until("restart", { state: "failed" });

    const reason = "the successor has ended: exit status 3";
    expect(outcome).toMatchObject({ code: 1, stdout: "", stderr: `pollux: ${reason}\n` });
    expect(server.events.at(-1)).toEqual({ event: "restart", state: "failed", reason });
    expect(await clients.finish()).toMatchObject(NONE_LOST);
    expect(childrenOf(server.pid)).toEqual(before);
  });

  it("is not lost on SIGTERM: that calls it off, and nothing is left", async () => {
    const copy = packageCopy({ "build/Release/pollux.node": null });
    const options = ["--port", "0", "--workers", "1"];
    await using server = await Supervised.startOf(polluxOf(copy), options);
    writeFileSync(
      polluxOf(copy),
      "console.log(JSON.stringify({ event: 'new', pid: process.pid }));setInterval(() => {}, 1000);process.on('SIGTERM', () => {})",
    );

    const outcome = restart(String(server.pid));
    const { pid = 0 } = await server.until("new");
    server.program.kill("SIGTERM");

    expect(await outcome).toMatchObject({ code: 1, stderr: "pollux: the program stops\n" });
    await ended(server.pid);
    await ended(pid);
  });

  it("says that there is no such process, or that it is another program", async () => {
    await using other = new Python();
    await other.run("1");

    expect(await restart("2147483647")).toMatchObject({
      code: 1,
      stderr: "pollux: there is no process 2147483647\n",
    });
    expect(await restart(String(other.pid))).toMatchObject({
      code: 1,
      stderr: `pollux: process ${String(other.pid)} is no \`pollux serve --workers\` that serves in this network namespace\n`,
    });
  });

  it("does not believe a program that took another one's name", async () => {
    await using other = new Python();
    await other.run("s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)");
    await other.run(String.raw`s.bind("\0pollux-serve-2147483647"); s.listen()`);

    expect(await restart("2147483647")).toMatchObject({
      code: 1,
      stderr: `pollux: process ${String(other.pid)} listens in the name of process 2147483647\n`,
    });
  });

  it("does not wait for a program that stands still, which does not do it later either", async () => {
    await using server = await Supervised.start(["--workers", "1"]);

    server.program.kill("SIGSTOP");
    const outcome = await restart(String(server.pid), "--timeout", "0.3");
    server.program.kill("SIGCONT");

    expect(outcome).toMatchObject({
      code: 1,
      stderr: `pollux: process ${String(server.pid)} does not answer\n`,
    });
    server.program.kill("SIGTERM");
    await server.until("stopped");
    expect(server.events.filter(({ event }) => event === "restart")).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)("refuses another user, and obeys root", async () => {
    const serve = ["setpriv", "--reuid", "65534", "--clear-groups"];
    await using nobodys = await Supervised.start(["--workers", "1"], serve);
    await using roots = await Supervised.start(["--workers", "1"]);

    const node = [process.execPath, POLLUX, "restart", String(roots.pid)];
    const outcome = await run("setpriv", "--reuid", "65534", "--clear-groups", ...node);

    expect(outcome).toMatchObject({ code: 1, stderr: "pollux: user 65534 may not ask for it\n" });
    const pid = await followed(nobodys.pid);
    await nobodys.until("restart", { state: "done", pid });
  });

  it.skipIf(process.getuid?.() !== 0)(
    "costs the program no descriptor when another user connects, or sends some with nonsense",
    async () => {
      await using server = await Supervised.start(["--workers", "1"]);
      await using python = await client(server.pid);
      const before = descriptorsOf(server.pid);

      await python.run("os.setresuid(65534, 65534, 65534)");
      await python.run("idle = [connected() for _ in range(100)]");
      await python.run("sent = [garbage(each) for each in idle]");
      const answers = await python.run("[outcome(each) for each in idle]");

      expect(new Set(answers as string[])).toEqual(new Set(["user 65534 may not ask for it"]));
      await expect.poll(() => descriptorsOf(server.pid)).toBe(before);
      const pid = await followed(server.pid);
      await server.until("restart", { state: "done", pid });
    },
  );

  it("listens to eight at a time, and closes those that send nonsense with descriptors", async () => {
    await using server = await Supervised.start(["--workers", "1"]);
    await using python = await client(server.pid);
    const before = descriptorsOf(server.pid);

    await python.run("idle = [connected() for _ in range(100)]");
    const refused = await python.run("[outcome(each) for each in idle[8:]]");
    // An answer arrives a moment before the program closes its end.
    await expect.poll(() => descriptorsOf(server.pid)).toBe(before + 8);
    await python.run("sent = [garbage(each) for each in idle[:8]]");
    const answers = await python.run("[outcome(each) for each in idle[:8]]");

    expect(new Set(refused as string[])).toEqual(new Set(["too many others ask for it"]));
    expect(answers).toEqual(Array.from({ length: 8 }, () => null));
    await expect.poll(() => descriptorsOf(server.pid)).toBe(before);
    const pid = await followed(server.pid);
    await server.until("restart", { state: "done", pid });
  });

  it("closes a connection without a request after some seconds", { timeout: 30_000 }, async () => {
    await using server = await Supervised.start(["--workers", "1"]);
    await using python = await client(server.pid);

    await python.run("idle = connected()");

    expect(await python.run("outcome(idle)")).toBeNull();
  });

  it.each([[], ["x"], ["0"], ["1.5"], ["1", "--timeout", "0"], ["1", "2"]])(
    "refuses %s %s %s",
    async (...args) => {
      const given = args.filter((arg) => arg !== undefined);

      expect(await restart(...given)).toMatchObject({ code: 2, stdout: "" });
    },
  );
});
