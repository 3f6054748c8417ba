import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Program, run } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { POLLUX } from "../support/serving.ts";

function serve(...args: string[]): Program {
  return new Program(process.execPath, [POLLUX, "serve", ...args]);
}

/** A port that was free a moment ago, and so were the two after it. */
async function threeFreePorts(): Promise<number> {
  // Below those that the kernel gives to clients, whose TIME_WAIT may hold every other number.
  const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "latin1");
  const highest = Math.min(Number.parseInt(range, 10), 65_000) - 3;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(1024, highest);
    if (await areFree([port, port + 1, port + 2])) return port;
  }
  throw new Error("no three free ports in a row");
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const servers = ports.map(() => createServer());
  try {
    for (const [index, server] of servers.entries()) {
      await once(server.listen(ports[index], "127.0.0.1"), "listening");
    }
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all(
      servers.filter((server) => server.listening).map((server) => once(server.close(), "close")),
    );
  }
}

async function echoes(port: number, host?: string): Promise<void> {
  await using client = await RemoteClient.connect(port, host);
  expect(await client.ask("fetch", 1000)).toEqual({ bytes: 1000, matches: true });
}

describe("pollux serve", () => {
  it.each(["select", "poll", "epoll"])(
    "says where %s listens, how to talk to it, and what it did",
    async (name) => {
      await using program = serve("--multiplexer", name, "--port", "0");

      const line = await program.nextLine();
      const [, port = ""] =
        /^pollux: (?:select|poll|epoll) echo listening on 127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
      expect(line).toBe(`pollux: ${name} echo listening on 127.0.0.1:${port}`);
      expect(await program.nextLine()).toBe(
        `pollux: talk to one with \`ncat 127.0.0.1 ${port}\`; Ctrl-C stops`,
      );

      await echoes(Number(port));
      program.kill("SIGINT");

      expect(await program.nextLine()).toBe("pollux: stopping");
      expect(await program.nextLine()).toBe(
        `pollux: ${name} served 1 connections (peak 1 open, 0 rejected, 0 broken), ` +
          "1000 bytes in, 1000 bytes out",
      );
      expect(await program.ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    },
  );

  it("says the same with --json, one object a line", async () => {
    await using program = serve("--json", "--port", "0");

    const listening = await program.nextLine();
    const { port } = JSON.parse(listening) as { port: number };
    expect(listening).toBe(
      `{"event":"listening","multiplexer":"epoll","address":"127.0.0.1","port":${String(port)}}`,
    );

    await echoes(port);
    program.kill("SIGTERM");

    expect(JSON.parse(await program.nextLine())).toEqual({
      event: "stopped",
      multiplexer: "epoll",
      connections: 1,
      rejected: 0,
      broken: 0,
      open: 0,
      peakOpen: 1,
      bytesIn: 1000,
      bytesOut: 1000,
    });
    const { stdout, code } = await program.ended;
    expect(stdout.trimEnd().split("\n").length).toBe(2);
    expect(code).toBe(0);
  });

  it("upper-cases with --transform upper", async () => {
    await using program = serve("--json", "--port", "0", "--transform", "upper");
    const { port } = JSON.parse(await program.nextLine()) as { port: number };

    await using client = await RemoteClient.connect(port, "127.0.0.1", true);

    expect(await client.ask("fetch", 1000)).toEqual({ bytes: 1000, matches: true });
  });

  it("serves all three at ports N, N + 1 and N + 2", async () => {
    for (let attempt = 0; ; attempt++) {
      const first = await threeFreePorts();
      await using program = serve("--multiplexer", "all", "--json", "--port", String(first));
      try {
        for (const [index, multiplexer] of ["select", "poll", "epoll"].entries()) {
          const event = JSON.parse(await program.nextLine()) as object;
          expect(event).toMatchObject({ event: "listening", multiplexer, port: first + index });
          await echoes(first + index);
        }
        return;
      } catch (error) {
        // Somebody else was faster.
        const clash = error instanceof Error && error.message.includes("EADDRINUSE");
        if (!clash || attempt === 5) throw error;
      }
    }
  });

  it("serves all three at free ports when N is 0, edge-triggered where that exists", async () => {
    await using program = serve("--multiplexer", "all", "--edge", "--port", "0");
    const ports = new Set<string>();
    for (const name of ["select", "poll", "epoll"]) {
      const line = await program.nextLine();
      expect(line).toContain(`pollux: ${name} echo listening on 127.0.0.1:`);
      const port = line.slice(line.lastIndexOf(":") + 1);
      await echoes(Number(port));
      ports.add(port);
    }
    expect(ports.size).toBe(3);

    program.kill("SIGTERM");

    const { stdout, code } = await program.ended;
    expect(stdout.match(/served 1 connections/g)?.length).toBe(3);
    expect(code).toBe(0);
  });

  it.each([
    ["::1", "::1", /^pollux: epoll echo listening on \[::1\]:(\d+)$/],
    ["localhost", "localhost", /^pollux: epoll echo listening on (?:127\.0\.0\.1|\[::1\]):(\d+)$/],
    ["0.0.0.0", "127.0.0.1", /^pollux: epoll echo listening on 0\.0\.0\.0:(\d+)$/],
  ])("listens on the host %s", async (host, target, pattern) => {
    await using program = serve("--port", "0", "--host", host);

    const [, port = ""] = pattern.exec(await program.nextLine()) ?? [];

    await echoes(Number(port), target);
  });

  it("goes on serving when nobody reads what it says any more", async () => {
    await using program = serve("--port", "0");
    const line = await program.nextLine();
    const port = Number(line.slice(line.lastIndexOf(":") + 1));
    await program.nextLine();

    program.closeOutput();

    await echoes(port);
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  it("goes on serving when its output was closed before it said anything", async () => {
    const port = await threeFreePorts();
    await using program = serve("--port", String(port));
    program.closeOutput();

    await using client = await untilConnected(port);
    expect(await client.ask("fetch", 1000)).toEqual({ bytes: 1000, matches: true });
    await client.ask("close");

    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  });
});

async function untilConnected(port: number): Promise<RemoteClient> {
  for (;;) {
    try {
      return await RemoteClient.connect(port);
    } catch {
      // Not yet.
    }
  }
}

describe("pollux", () => {
  it.each([["--help"], ["serve", "--help"], ["help", "serve"]])("helps: %s %s", async (...args) => {
    const ended = await run(process.execPath, POLLUX, ...args.filter((arg) => arg !== undefined));

    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("Usage: pollux");
  });

  it("tells its version", async () => {
    const ended = await run(process.execPath, POLLUX, "--version");

    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
