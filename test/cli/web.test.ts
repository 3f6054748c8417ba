import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { type Ended, Program, run, shell } from "../support/program.ts";
import { POLLUX, Serving } from "../support/serving.ts";

const MULTIPLEXERS = ["select", "poll", "epoll"];

let parent: string;
let root: string;

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "pollux-web-"));
  root = join(parent, "root");
  for (const folder of [root, join(root, "sub"), join(root, "empty"), join(parent, "root-too")]) {
    mkdirSync(folder);
  }
  writeFileSync(join(root, "index.html"), "<h1>start</h1>");
  writeFileSync(join(root, "sub", "index.html"), "<h1>sub</h1>");
  writeFileSync(join(root, "digits.txt"), "0123456789");
  writeFileSync(join(root, "none"), "");
  writeFileSync(join(root, "a name & ä.txt"), "found");
  writeFileSync(join(root, ".hidden"), "hidden");
  writeFileSync(join(parent, "outside.txt"), "outside");
  writeFileSync(join(parent, "root-too", "outside.txt"), "outside");
  symlinkSync(join(parent, "outside.txt"), join(root, "link.txt"));
  return () => {
    rmSync(parent, { recursive: true });
  };
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Asks without the corrections that clients make in a path. */
async function ask(
  port: number,
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const request = http.request({ port, host: "127.0.0.1", path, agent: false, ...options }).end();
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let body = "";
  for await (const bytes of response.setEncoding("utf8")) body += String(bytes);
  const headers = new Headers(response.headers as Record<string, string>);
  return { status: response.statusCode ?? 0, headers, body };
}

async function pollux(...args: string[]): Promise<Ended> {
  return await run(process.execPath, POLLUX, ...args);
}

const serveHttp = (...args: string[]): Promise<Serving> =>
  Serving.start(["http", "--root", root, ...args]);

describe.each(MULTIPLEXERS)("pollux serve http on %s", (multiplexer) => {
  it("serves files to curl, and says what it did", async () => {
    await using server = await serveHttp("-m", multiplexer);
    const url = `http://127.0.0.1:${String(server.port)}`;

    expect(await shell(`curl -sS --fail ${url}/ ${url}/digits.txt`)).toBe(
      "<h1>start</h1>0123456789",
    );
    const { code, stderr, totals } = await server.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(totals).toMatchObject({ connections: 1, requests: 2, open: 0, broken: 0, peakOpen: 1 });
    expect(totals.bytesOut).toBeGreaterThan(200);
  });

  it("answers a request under way before it stops, also to who has ended its side", async () => {
    await using server = await serveHttp("-m", multiplexer);
    const client = net.connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
    client.write("GET /digits.txt HTTP/1.1\r\nHost: x\r\n");
    await ask(server.port, "/"); // the server has seen the beginning of the other one

    server.program.kill("SIGTERM");
    while (await listens(server.port));
    client.end("Connection: close\r\n\r\n");

    expect(await text(client)).toContain("0123456789");
    expect((await server.stopped()).totals).toMatchObject({ requests: 2 });
  });
});

async function listens(port: number): Promise<boolean> {
  const client = net.connect(port, "127.0.0.1");
  const isOpen = await once(client, "connect").then(
    () => true,
    () => false,
  );
  client.destroy();
  return isOpen;
}

describe("pollux serve http", () => {
  it.each([
    ["/", 200, "<h1>start</h1>", "text/html; charset=utf-8"],
    ["/?query=/../x", 200, "<h1>start</h1>", "text/html; charset=utf-8"],
    ["http://any.host/digits.txt", 200, "0123456789", "text/plain; charset=utf-8"],
    ["/sub/", 200, "<h1>sub</h1>", "text/html; charset=utf-8"],
    ["/a%20name%20&%20%C3%A4.txt", 200, "found", "text/plain; charset=utf-8"],
    ["/none", 200, "", "application/octet-stream"],
    ["/link.txt", 200, "outside", "text/plain; charset=utf-8"],
    ["/sub", 301, /Redirecting/, /html/],
    ["/empty/", 404, /Not Found/, /html/],
    ["/missing", 404, /Not Found/, /html/],
    ["/digits.txt/", 404, /Not Found/, /html/],
    ["/.hidden", 404, /Not Found/, /html/],
    ["/../outside.txt", 403, /Forbidden/, /html/],
    ["/%2e%2e/outside.txt", 403, /Forbidden/, /html/],
    ["/..%2foutside.txt", 403, /Forbidden/, /html/],
    ["/../root-too/outside.txt", 403, /Forbidden/, /html/],
    ["/sub/../../outside.txt", 403, /Forbidden/, /html/],
    ["/..\\outside.txt", 403, /Forbidden/, /html/],
    ["/%zz", 400, /Bad Request/, /html/],
    ["/a%00b", 400, /Bad Request/, /html/],
    [`/${"x".repeat(5000)}`, 404, /Not Found/, /html/],
  ])("answers %s with %i", async (path, status, body, type) => {
    const { port } = await shared();

    const answer = await ask(port, path);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(body instanceof RegExp ? body : new RegExp(`^${body}$`));
    expect(answer.headers.get("content-type") ?? "application/octet-stream").toMatch(type);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it.each([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=8-", 206, "89", "bytes 8-9/10"],
    ["bytes=10-", 416, /Range Not/, "bytes */10"],
    ["lines=1-2", 200, "0123456789", null],
  ])("answers the range %s with %i", async (range, status, body, told) => {
    const { port } = await shared();

    const answer = await ask(port, "/digits.txt", { headers: { range } });

    expect([answer.status, answer.headers.get("content-range")]).toEqual([status, told]);
    expect(answer.body).toMatch(body);
  });

  it("answers 304 to who has the file, and HEAD without a body", async () => {
    const { port } = await shared();
    const first = await ask(port, "/digits.txt", { method: "HEAD" });
    const etag = first.headers.get("etag") ?? "";

    expect([first.status, first.body, first.headers.get("content-length")]).toEqual([
      200,
      "",
      "10",
    ]);
    const again = await ask(port, "/digits.txt", { headers: { "if-none-match": etag } });
    expect([again.status, again.body]).toEqual([304, ""]);
    const changed = await ask(port, "/digits.txt", { headers: { "if-none-match": '"other"' } });
    expect([changed.status, changed.body]).toEqual([200, "0123456789"]);
    expect((await ask(port, "/missing", { method: "HEAD" })).status).toBe(404);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
    const { port } = await shared();

    const answer = await ask(port, "/", { method });

    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("refuses a FIFO, which would never end, and goes on", async () => {
    await shell(`mkfifo ${join(root, "fifo")}`);
    const { port } = await shared();

    expect((await ask(port, "/fifo")).status).toBe(403);
    expect((await ask(port, "/")).status).toBe(200);
  });

  it("ends the connection when a file becomes shorter while it is sent", async () => {
    const big = join(root, "big");
    writeFileSync(big, Buffer.alloc(64 * 1024 * 1024));
    const { port } = await shared();
    const request = http.get({ port, host: "127.0.0.1", path: "/big", agent: false });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];

    truncateSync(big, 1000);

    await expect(
      (async () => {
        for await (const _ of response);
      })(),
    ).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("ends clients that are slow or idle, and refuses those above the limit", async () => {
    const limits = ["--read-timeout", "0.2", "--max-connections", "2"];
    await using server = await serveHttp(...limits);
    const slow = net.connect(server.port, "127.0.0.1").setEncoding("utf8");
    slow.write("GET / HTTP/1.1\r\n");
    const other = net.connect(server.port, "127.0.0.1");
    await Promise.all([once(slow, "ready"), once(other, "ready")]);
    const third = net
      .connect(server.port, "127.0.0.1")
      .on("error", () => null)
      .resume();
    await once(third, "close");

    expect((await once(slow, "data"))[0]).toMatch(/^HTTP\/1\.1 408/);
    other.destroy();
    expect((await server.stop()).totals).toMatchObject({ rejected: 1, connections: 2 });
  });

  it("listens at a unix-domain path, takes the place of a dead server, and deletes the file", async () => {
    const path = join(parent, "socket");
    const args = [POLLUX, "serve", "http", "--root", root, "--json", "--unix", path];
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      await using server = new Program(process.execPath, args);
      expect(JSON.parse(await server.nextLine())).toMatchObject({ address: path });
      const body = await shell(`curl -sS --unix-socket ${path} http://localhost/digits.txt`);
      expect(body).toBe("0123456789");
      server.kill(signal);
      await server.ended;
      expect(existsSync(path)).toBe(signal === "SIGKILL");
    }
  });

  it("serves on all multiplexers, and shows what they do", async () => {
    const args = ["http", "--root", root, "--json", "--status", "-m", "all", "--port", "0"];
    await using server = new Program(process.execPath, [POLLUX, "serve", ...args]);
    const names: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { multiplexer, port } = JSON.parse(await server.nextLine()) as {
        multiplexer: string;
        port: number;
      };
      names.push(multiplexer);
      expect((await ask(port, "/")).body).toBe("<h1>start</h1>");
    }

    expect(names).toEqual(MULTIPLEXERS);
    expect(JSON.parse(await server.nextLine())).toMatchObject({ event: "status", connections: 3 });
  });

  it("says in one line why it cannot listen, and ends", async () => {
    await using server = await serveHttp();

    const ended = await pollux("serve", "http", "--root", root, "--port", String(server.port));

    expect(ended).toMatchObject({ code: 1, stdout: "" });
    const where = `127.0.0.1:${String(server.port)}`;
    expect(ended.stderr).toMatch(new RegExp(`^pollux: listen EADDRINUSE.* ${where}\n$`));
  });

  it.each([
    [["http"], "the service http needs --root"],
    [["http", "--root", "/nowhere"], "--root: /nowhere is not a folder"],
    [["http", "--root", "/etc/passwd"], "--root: /etc/passwd is not a folder"],
    [["--root", "/"], "--root needs the service http"],
    [["chat", "--root", "/"], "--root needs the service http"],
    [["chat", "--udp"], "--udp and the service chat contradict each other"],
    [["http", "--root", "/", "--workers", "2"], "--workers and the service http contradict"],
    [["http", "--root", "/", "--edge"], "--edge and the service http contradict"],
  ])("ends with one line and exit code 2 for %j", async (args, reason) => {
    const ended = await pollux("serve", ...args);

    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^pollux: [^\n]+\n$/);
    expect(ended.stderr).toContain(reason);
  });

  let sharedServer: Promise<Serving> | undefined;
  /** One for all tests that change nothing. */
  function shared(): Promise<Serving> {
    sharedServer ??= serveHttp();
    return sharedServer;
  }
  beforeAll(() => async () => {
    await (await sharedServer)?.[Symbol.asyncDispose]();
  });
});

describe("pollux serve chat", () => {
  it.each(MULTIPLEXERS)("passes on what one says, and says goodbye; on %s", async (multiplexer) => {
    await using server = await Serving.start(["chat", "-m", multiplexer]);
    const clients = [await guest(server.port), await guest(server.port)] as const;

    clients[0].socket.send(JSON.stringify({ from: "Ada", text: "hello" }));

    const said = { kind: "message", from: "Ada", text: "hello" };
    expect(await clients[0].next("message")).toEqual({ ...said, own: true });
    expect(await clients[1].next("message")).toEqual({ ...said, own: false });
    const left = clients.map(({ socket }) => once(socket, "close"));
    const { code, stderr, totals } = await server.stop();
    expect((await Promise.all(left)).map(([closeCode]) => closeCode as number)).toEqual([
      1001, 1001,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(totals).toMatchObject({ connections: 2, requests: 0, open: 0 });
  });

  it("has one page, which loads nothing else", async () => {
    await using server = await Serving.start(["chat"]);

    const page = await ask(server.port, "/");

    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.body).not.toMatch(/(src|href)="?(http|\/)/);
    expect((await ask(server.port, "/other")).status).toBe(404);
    expect((await ask(server.port, "/", { method: "POST" })).status).toBe(405);
  });

  it("refuses pages of other sites, and takes its own", async () => {
    await using server = await Serving.start(["chat"]);
    const url = `ws://127.0.0.1:${String(server.port)}/`;

    const foreign = new WebSocket(url, { origin: "http://example.org" });
    expect(String((await once(foreign, "error"))[0])).toContain("403");
    const own = new WebSocket(url, { origin: `http://127.0.0.1:${String(server.port)}` });
    await once(own, "open");
    own.terminate();
  });

  it("survives what is no message, and ends who sends too much or does not read", async () => {
    await using server = await Serving.start(["chat"]);
    const client = await guest(server.port);
    const deaf = await guest(server.port);
    deaf.socket.pause();
    for (const text of ["no JSON", "null", "[1]", '{"text":{}}', '{"text":" "}']) {
      client.socket.send(text);
    }

    const say = JSON.stringify({ text: "x".repeat(1000) });
    const gone = once(deaf.socket, "close");
    while ((await client.next("people"))["count"] !== 2);
    for (let open = 2; open === 2;) {
      client.socket.send(say);
      const message = await client.next();
      if (message["kind"] === "people") open = Number(message["count"]);
    }

    deaf.socket.resume();
    await gone;
    client.socket.send("x".repeat(10_000));
    expect((await once(client.socket, "close"))[0]).toBe(1009);
  });
});

interface Guest {
  readonly socket: WebSocket;
  /** The next message, perhaps of one kind. */
  next(kind?: string): Promise<Record<string, unknown>>;
}

async function guest(port: number): Promise<Guest> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/`);
  onTestFinished(() => {
    socket.terminate();
  });
  const messages: Record<string, unknown>[] = [];
  socket.on("message", (data: Buffer) => {
    messages.push(JSON.parse(String(data)) as Record<string, unknown>);
  });
  await once(socket, "open");
  return {
    socket,
    async next(kind) {
      for (;;) {
        const message = messages.shift();
        if (message && (kind === undefined || message["kind"] === kind)) return message;
        if (!message) await once(socket, "message");
      }
    },
  };
}
