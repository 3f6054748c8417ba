import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Program, run } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { POLLUX } from "../support/serving.ts";

function serve(...args: string[]): Program {
  return new Program(process.execPath, [POLLUX, "serve", "--children", "3", ...args]);
}

interface Event {
  readonly event: string;
  readonly child?: number;
  readonly pid?: number;
  readonly state?: string;
  readonly connections?: number;
}

async function next(program: Program, wanted: (event: Event) => boolean): Promise<Event> {
  for (;;) {
    const event = JSON.parse(await program.nextLine()) as Event;
    if (wanted(event)) return event;
  }
}

describe("pollux serve --children", () => {
  it("says where it listens, and what its children do", async () => {
    await using program = serve("--json", "--port", "0");
    const listening = JSON.parse(await program.nextLine()) as { port: number };
    expect(listening).toEqual({
      ...{ event: "listening", children: 3, address: "127.0.0.1", port: listening.port },
    });
    await using client = await RemoteClient.connect(listening.port);
    expect(await client.ask("fetch", 1000)).toEqual({ bytes: 1000, matches: true });

    await client.ask("close");

    const { pid, child } = await next(program, ({ state }) => state === "serving");
    expect(await next(program, ({ state }) => state === "exited")).toEqual({
      ...{ event: "child", child, pid, state: "exited", code: 0, signal: null },
    });
    program.kill("SIGTERM");
    expect(await next(program, ({ event }) => event === "stopped")).toEqual({
      ...{ event: "stopped", connections: 1, bytesIn: 1000, bytesOut: 1000 },
    });
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("ignores SIGHUP, and deletes the file of its path at the end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-children-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    await using program = serve("--json", "--unix", join(folder, "s"));
    await next(program, ({ event }) => event === "listening");
    expect(readdirSync(folder)).toEqual(["s"]);

    program.kill("SIGHUP");
    program.kill("SIGTERM");

    expect(await next(program, ({ event }) => event === "stopped")).toMatchObject({
      connections: 0,
    });
    expect(await program.ended).toMatchObject({ code: 0, signal: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells people of children that fail only, and serves on", async () => {
    await using program = serve("--port", "0", "--transform", "upper");
    const [, port = ""] =
      /^pollux: echo listening on 127\.0\.0\.1:(\d+), a process for each connection$/.exec(
        await program.nextLine(),
      ) ?? [];
    expect(await program.nextLine()).toBe(
      `pollux: talk to one with \`ncat 127.0.0.1 ${port}\`; Ctrl-C stops`,
    );
    await using client = await RemoteClient.connect(Number(port), "127.0.0.1", true);
    expect(await client.ask("fetch", 1000)).toMatchObject({ matches: true });
    const { stdout } = await run("pgrep", "-P", String(program.pid));

    for (const pid of stdout.trim().split("\n")) process.kill(Number(pid), "SIGKILL");

    expect(await program.nextLine()).toMatch(/^pollux: child \d was ended by signal 9$/);
    await using other = await RemoteClient.connect(Number(port), "127.0.0.1", true);
    expect(await other.ask("fetch", 1000)).toMatchObject({ matches: true });
    await other.ask("close");
    program.kill("SIGINT");
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    ["daytime", /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/],
    ["chargen", /^ !"#\$%&'/],
  ])("serves %s", async (service, expected) => {
    await using program = serve(service, "--json", "--port", "0");
    const { port } = JSON.parse(await program.nextLine()) as { port: number };

    const { stdout } = await run("bash", "-c", `head -c 26 < /dev/tcp/127.0.0.1/${String(port)}`);

    expect(stdout).toMatch(expected);
  });

  it.each([
    [["--udp"], "--children and --udp contradict each other"],
    [["--status"], "--children and --status contradict each other"],
    [["-m", "all"], "--children and --multiplexer all contradict each other"],
    [["--max-connections", "5"], "--children and --max-connections contradict each other"],
    [["--max-per-address", "5"], "--children and --max-per-address contradict each other"],
    [["--unix", "@x", "--seqpacket"], "--children and --seqpacket contradict each other"],
  ])("refuses %j as well", async (args, message) => {
    await using program = serve("--port", "0", ...args);
    const { code, stderr } = await program.ended;

    expect({ code, stderr }).toEqual({ code: 2, stderr: `pollux: ${message}\n` });
  });
});
