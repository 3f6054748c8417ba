import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaytimeServer } from "../../lib/servers/daytime_server.ts";
import { EchoServer } from "../../lib/servers/echo_server.ts";
import { Program, run } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { KINDS } from "../support/reactors.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const SOURCE = fileURLToPath(new URL("programs/client.c", import.meta.url));
const ACTIVATED = fileURLToPath(new URL("programs/activated.mjs", import.meta.url));
const hasActivate = spawnSync("systemd-socket-activate", ["--version"]).status === 0;

let folder: string;
let client: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pollux-"));
  client = join(folder, "client");
  expect(await run("cc", "-Wall", "-Wextra", "-Werror", "-o", client, SOURCE)).toMatchObject({
    code: 0,
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(KINDS)("a client in C, on $multiplexer, edge: $edge", (kind) => {
  it("gets the time from a DaytimeServer", async () => {
    const server = new DaytimeServer(LOOPBACK, kind);
    const running = server.run();

    const { code, stdout } = await run(client, "daytime", "127.0.0.1", String(server.address.port));

    expect({ code, stdout }).toEqual({
      ...{ code: 0, stdout: expect.stringMatching(/^\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}\r\n$/) },
    });
    server.stop();
    expect(await running).toMatchObject({ connections: 1, broken: 0 });
  });

  it("that inetd would start talks to an EchoServer by 0 and 1, until it half-closes", async () => {
    const server = new EchoServer(LOOPBACK, kind);
    const running = server.run();
    const to = `TCP:127.0.0.1:${String(server.address.port)}`;

    const { code, stderr } = await run("socat", to, `EXEC:${client} echo 500,nofork`);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "500 lines\n" });
    server.stop();
    expect(await running).toMatchObject({ connections: 1, broken: 0 });
  });
});

describe.skipIf(!hasActivate)("systemd-socket-activate", () => {
  it.each([
    ["stream", "SOCK_STREAM", []],
    ["seqpacket", "SOCK_SEQPACKET", ["--seqpacket"]],
  ])("passes a unix %s socket that an EchoServer serves on", async (name, type, args) => {
    const path = join(folder, name);
    const command = [...args, "-l", path, process.execPath, ACTIVATED];
    await using program = new Program("systemd-socket-activate", command);
    await program.nextError(/Listening on/);
    await using python = new Python();

    await python.run(`there = socket.socket(socket.AF_UNIX, socket.${type})`);
    await python.run(`there.connect("${path}")`);
    await python.run("there.send(b'hello')");
    expect(await python.run("there.recv(99).decode()")).toBe("hello");
    await python.run("there.close()");

    program.kill("SIGTERM");
    const { code, stdout } = await program.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      connections: 1,
      broken: 0,
      bytesIn: 5,
      bytesOut: 5,
    });
  });
});
