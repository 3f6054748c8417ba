import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, lstatSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Status } from "../../lib/cli/status.ts";
import { withoutNamespace } from "../support/privilege.ts";
import { type Ended, Program, run } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { POLLUX, Serving } from "../support/serving.ts";

const MULTIPLEXERS = ["select", "poll", "epoll"];

async function pollux(...args: string[]): Promise<Ended> {
  return await run(process.execPath, POLLUX, ...args);
}

describe.each(MULTIPLEXERS)("pollux serve on %s", (multiplexer) => {
  const start = (...args: string[]): Promise<Serving> =>
    Serving.start([...args, "-m", multiplexer]);

  it("serves daytime, which pollux daytime prints", async () => {
    await using server = await start("daytime");

    const answer = await pollux("daytime", `127.0.0.1:${String(server.port)}`);

    expect(answer).toMatchObject({ code: 0, stderr: "" });
    expect(answer.stdout).toMatch(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\n$/);
    expect((await server.stop()).totals).toMatchObject({ connections: 1, bytesOut: 26 });
  });

  it("serves chargen and discard", async () => {
    await using chargen = await start("chargen");
    await using discard = await start("discard");
    const sh = (script: string): Promise<Ended> => run("bash", "-c", script);
    const connect = `${process.execPath} ${POLLUX} connect 127.0.0.1`;

    const lines = await sh(`${connect}:${String(chargen.port)} | head -2`);
    const sent = await sh(`head -c 1000000 /dev/zero | ${connect}:${String(discard.port)}`);

    expect(lines.stdout).toMatch(/^ !"#\$%&'.{64}\r\n!"#\$%&'\(.{64}\r\n$/);
    expect(sent).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect((await discard.stop()).totals).toMatchObject({ bytesIn: 1_000_000, bytesOut: 0 });
  });

  it("serves TCP and UDP on one port with --udp", async () => {
    await using server = await start("--udp");
    const to = `127.0.0.1:${String(server.port)}`;
    const connect = `${process.execPath} ${POLLUX} connect`;

    const script = `echo tcp | ${connect} ${to}; echo udp | ${connect} --udp --wait 1 ${to}`;
    const { stdout } = await run("bash", "-c", script);

    expect(stdout).toBe("tcp\nudp\n");
    expect((await server.stop()).totals).toMatchObject({ connections: 1, udp: { datagrams: 1 } });
  });
});

describe("pollux serve --udp", () => {
  it.each([
    ["daytime", /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/],
    ["chargen", /^( !"#.*)?/],
    ["discard", /^$/],
  ])("serves %s by datagrams as well", async (service, expected) => {
    await using server = await Serving.start([service, "--udp"]);
    const to = `127.0.0.1:${String(server.port)}`;

    const script = `echo now | ${process.execPath} ${POLLUX} connect --udp --wait 1 ${to}`;
    const { code, stdout } = await run("bash", "-c", script);

    expect(code).toBe(0);
    expect(stdout).toMatch(expected);
    expect((await server.stop()).totals).toMatchObject({ udp: { datagrams: 1, unanswered: 0 } });
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pollux-serve-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

describe("pollux serve", () => {
  it.each([[[]], [["--seqpacket"]]])("listens at a unix-domain path %s", async (args) => {
    const path = join(temporaryFolder(), "socket");
    await using server = new Program(process.execPath, [
      ...[POLLUX, "serve", "--json", "--unix", path, ...args],
    ]);

    expect(JSON.parse(await server.nextLine())).toEqual({
      ...{ event: "listening", multiplexer: "epoll", address: path },
    });
    const connect = `echo hello | ${process.execPath} ${POLLUX} connect ${args.join(" ")} ${path}`;
    expect((await run("bash", "-c", connect)).stdout).toBe("hello\n");
  });

  it("deletes the file of its unix socket at its end", async () => {
    const path = join(temporaryFolder(), "socket");
    await using server = new Program(process.execPath, [
      ...[POLLUX, "serve", "--json", "--unix", path],
    ]);
    await server.nextLine();
    expect(lstatSync(path).isSocket()).toBe(true);

    server.kill("SIGTERM");

    expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(path)).toBe(false);
  });

  it("deletes it also at a second signal, which waits for no client", async () => {
    const path = join(temporaryFolder(), "socket");
    await using server = new Program(process.execPath, [POLLUX, "serve", "--unix", path]);
    await server.nextLine();
    await server.nextLine();
    const client = net.connect(path);
    client.write("x");
    await once(client, "data");

    server.kill("SIGTERM");
    expect(await server.nextLine()).toBe("pollux: stopping");
    server.kill("SIGTERM");

    expect(await server.ended).toMatchObject({ code: 128 + 15, stderr: "" });
    expect(existsSync(path)).toBe(false);
    client.destroy();
  });

  it("leaves the path at its end to another that has taken it meanwhile", async () => {
    const path = join(temporaryFolder(), "socket");
    await using server = new Program(process.execPath, [
      ...[POLLUX, "serve", "--json", "--unix", path],
    ]);
    await server.nextLine();
    renameSync(path, `${path}.old`);
    const other = net.createServer().listen(path);
    await once(other, "listening");

    server.kill("SIGTERM");

    expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
    expect(lstatSync(path).isSocket()).toBe(true);
    other.close();
  });

  it("refuses connections beyond its limits, and counts them", async () => {
    await using server = await Serving.start(["--max-connections", "1"]);
    await using first = await RemoteClient.connect(server.port);
    expect(await first.ask("roundTrips", 1, 100)).toMatchObject({ matches: true });
    await using second = await RemoteClient.connect(server.port);

    expect(await second.ask("readAll")).toMatchObject({ end: "reset" });

    await first.ask("close");
    expect((await server.stop()).totals).toMatchObject({
      ...{ connections: 1, rejected: 1, limits: { maxConnections: 1 } },
    });
  });

  it("ends an idle client with --idle-timeout", async () => {
    await using server = await Serving.start(["--idle-timeout", "0.1"]);
    await using client = await RemoteClient.connect(server.port);

    expect(await client.ask("readAll")).toMatchObject({ end: "eof" });
    expect((await server.stop()).totals).toMatchObject({ limits: { idleTimeoutMs: 1 } });
  });

  it("shows connections and rates with --status", async () => {
    await using server = await Serving.start(["--status"]);
    await using client = await RemoteClient.connect(server.port);
    await client.ask("roundTrips", 1, 100);

    const status = JSON.parse(await server.program.nextLine()) as Record<string, unknown>;

    expect(status).toMatchObject({ event: "status", open: 1, connections: 1 });
    expect(status["in"]).toBeGreaterThan(0);
    await client.ask("close");
    expect((await server.stop()).totals).toMatchObject({ bytesIn: 100 });
  });

  it("counts the bytes of datagrams with --status, both ways", async () => {
    await using server = await Serving.start(["--udp", "--status"]);
    const client = createSocket("udp4");
    client.send(Buffer.alloc(1000), server.port, "127.0.0.1");
    await once(client, "message");
    client.close();

    let status: Record<string, unknown> = { in: 0 };
    while (status["in"] === 0) {
      status = JSON.parse(await server.program.nextLine()) as Record<string, unknown>;
    }

    expect(status).toMatchObject({ event: "status", connections: 0, out: status["in"] });
    expect((await server.stop()).totals).toMatchObject({ udp: { bytes: 1000, bytesOut: 1000 } });
  });

  it.each([
    [["kqueue"], "Allowed choices are echo, discard, chargen, daytime"],
    [["chargen", "--transform", "upper"], "--transform needs the service echo"],
    [["--seqpacket"], "--seqpacket needs --unix"],
    [["--unix", "relative"], "--unix needs"],
    [["--unix", `/${"x".repeat(108)}`], '--unix: The value of "path" is out of range'],
    [["--unix", "/x", "--udp"], "contradict each other"],
    [["--unix", "/x", "--seqpacket", "--proxy-protocol"], "contradict each other"],
    [["--unix", "/x", "-m", "all"], "--unix has one address"],
    [["--idle-timeout", "0"], "must be a number of seconds above 0"],
    [["--max-connections", "0"], "must be a number from 1"],
  ])("ends with one line and exit code 2 for %j", async (args, reason) => {
    const ended = await pollux("serve", ...args);

    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^pollux: [^\n]+\n$/);
    expect(ended.stderr).toContain(reason);
  });
});

describe("pollux daytime", () => {
  it("prints an object with --json, and what could not be a time without its control characters", async () => {
    await using server = await Serving.start(["daytime"]);
    const address = `127.0.0.1:${String(server.port)}`;
    const told = JSON.parse((await pollux("daytime", "--json", address)).stdout) as object;
    expect(told).toEqual({ address, daytime: expect.stringMatching(/ \d{4}$/) as string });

    await using liar = new Program(process.execPath, [
      ...[POLLUX, "connect", "--json", "--listen", "127.0.0.1:0"],
    ]);
    await liar.nextError(/"listening".*\n/);
    const { address: at } = JSON.parse(liar.errors) as { address: string };
    const asked = pollux("daytime", at);
    liar.say("\x1b[2Jnow");
    liar.end();
    expect((await asked).stdout).toBe("?[2Jnow\n");
  });

  it.skipIf(withoutNamespace)("has --timeout for all addresses of a host together", async () => {
    const silent = net.createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as net.AddressInfo;
    const other = net.createServer((client) => client.end("now\r\n")).listen(port, "127.0.0.2");
    await once(other, "listening");
    const folder = mkdtempSync(join(tmpdir(), "pollux-"));
    try {
      writeFileSync(join(folder, "hosts"), "127.0.0.1 two\n127.0.0.2 two\n");
      const ask = `${process.execPath} ${POLLUX} daytime two:${String(port)} --timeout 0.1`;
      const script = `mount --bind ${folder}/hosts /etc/hosts; exec ${ask}`;

      const ended = await run("unshare", "--mount", "sh", "-ec", script);

      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toBe(`pollux: recv ETIMEDOUT 127.0.0.1:${String(port)}\n`);
    } finally {
      rmSync(folder, { recursive: true });
      for (const server of [silent, other]) server.close();
    }
  });

  it.each([
    [2, "nowhere", /^pollux: 'nowhere' is not an address: [^\n]+\n$/],
    [2, "256.1.1.1:13", /is not an address/],
    [1, "127.0.0.1:1", /^pollux: connect ECONNREFUSED 127\.0\.0\.1:1\n$/],
  ])("ends with exit code %i for %s", async (code, address, message) => {
    const ended = await pollux("daytime", address);

    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(message);
  });
});

describe("Status", () => {
  const totals = {
    ...{ connections: 5, rejected: 0, broken: 0, open: 2, peakOpen: 2 },
    ...{ bytesIn: 0, bytesOut: 0 },
  };
  const thread = { totals: () => Promise.resolve(totals) };

  function shown(isTTY: boolean): { status: Status; written: string[] } {
    const written: string[] = [];
    const output = { isTTY, columns: 40, write: (text: string) => written.push(text) };
    return { status: new Status([{ multiplexer: "epoll", thread }], false, output), written };
  }

  it("is one line of a terminal, which it writes again, and takes away at the end", async () => {
    const { status, written } = shown(true);
    await status.update();
    await status.update();
    status[Symbol.dispose]();

    const [first, clear, second, last] = written;
    expect(first).toMatch(/^pollux: 2 open, 5 connections \(/);
    expect(first).toHaveLength(39);
    expect([clear, last]).toEqual(["\r\x1b[K", "\r\x1b[K"]);
    expect(second).toBe("pollux: 2 open, 5 connections (0/s), 0 ");
  });

  it("is a line each time elsewhere", async () => {
    const { status, written } = shown(false);
    await status.update();
    status[Symbol.dispose]();

    expect(written).toEqual([expect.stringMatching(/^pollux: 2 open.*out\n$/)]);
  });
});
