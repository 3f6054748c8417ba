import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Browser, withoutBrowser } from "../support/browser.ts";
import { certificate } from "../support/certificate.ts";
import { shell } from "../support/program.ts";
import { compiled, listening } from "./programs.ts";

const FOLDER = "web";
const command = compiled(FOLDER, "chat", "http", "http_static", "reverse_proxy", "tls_echo");

beforeAll(() => {
  const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  copyFileSync(path("examples/chat.html"), path(`build-examples-${FOLDER}/chat.html`));
});

const curl = (...args: string[]): Promise<string> => shell(`curl -sS ${args.join(" ")}`);

describe.each(["select", "poll", "epoll"])(
  "examples/http.ts with POLLUX_MULTIPLEXER=%s",
  (name) => {
    it("answers curl, and ends in order", async () => {
      const [node, args] = command("http", "0");
      const [program, port] = await listening([
        "env",
        [`POLLUX_MULTIPLEXER=${name}`, node, ...args],
      ]);
      await using _program = program;

      expect(await curl(`http://127.0.0.1:${String(port)}/path`)).toBe(`GET /path on ${name}\n`);
      program.kill("SIGTERM");
      expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
    });
  },
);

describe("examples/http_static.ts", () => {
  it("serves files, parts of them, and nothing outside of its folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-static-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const bytes = Buffer.alloc(3_000_000, "0123456789");
    writeFileSync(join(folder, "big.bin"), bytes);
    const [program, port] = await listening(command("http_static", folder, "0"));
    await using _program = program;
    const url = `http://127.0.0.1:${String(port)}`;

    const sum = await shell(`curl -sS --fail ${url}/big.bin?query | sha256sum`);

    expect(sum.split(" ")[0]).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(await curl("-r 5-9", `${url}/big.bin`)).toBe("56789");
    for (const [path, status] of [
      ["/none", 404],
      ["/../../etc/passwd", 403],
      ["/%2e%2e/%2e%2e/etc/passwd", 403],
    ] as const) {
      const told = await curl("--path-as-is -o /dev/null -w '%{http_code}'", `${url}${path}`);
      expect([path, Number(told)]).toEqual([path, status]);
    }
    expect(await curl("-d x -o /dev/null -w '%{http_code}'", url)).toBe("405");
  });
});

describe("examples/tls_echo.ts", () => {
  it("echoes what openssl s_client sends", async () => {
    const { keyFile, certFile } = certificate();
    const [program, port] = await listening(command("tls_echo", keyFile, certFile, "0"));
    await using _program = program;
    const client = `openssl s_client -quiet -no_ign_eof -verify_return_error -CAfile ${certFile}`;

    const echo = await shell(
      `(echo hello; sleep 0.3) | ${client} -connect localhost:${String(port)} 2>/dev/null`,
    );

    expect(echo).toBe("hello\n");
  });
});

describe("examples/reverse_proxy.ts", () => {
  async function target(): Promise<http.Server> {
    const server = http.createServer((request, response) => {
      const hash = createHash("sha256");
      request.on("data", (bytes: Buffer) => hash.update(bytes));
      request.on("end", () => {
        response.setHeader("x-hash", hash.digest("hex"));
        response.end(`${String(request.url)} for ${String(request.headers["x-forwarded-for"])}\n`);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  }

  it("passes on requests with their bodies, and answers", async () => {
    const server = await target();
    const { port: targetPort } = server.address() as AddressInfo;
    const [program, port] = await listening(command("reverse_proxy", "0", String(targetPort)));
    await using _program = program;
    const url = `http://127.0.0.1:${String(port)}/path?query`;

    expect(await curl(url)).toBe("/path?query for 127.0.0.1\n");
    const told = await shell(`head -c 5000000 /dev/zero | curl -sS -i -T - ${url}`);
    expect(told).toContain(createHash("sha256").update(Buffer.alloc(5_000_000)).digest("hex"));
    server.close();
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("passes on WebSockets, and answers 502 without a target", async () => {
    const server = await target();
    const sockets = new WebSocketServer({ server });
    sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
    const { port: targetPort } = server.address() as AddressInfo;
    const [program, port] = await listening(command("reverse_proxy", "0", String(targetPort)));
    await using _program = program;
    const client = new WebSocket(`ws://127.0.0.1:${String(port)}/`);
    await once(client, "open");
    client.send("through the proxy");

    const [data] = (await once(client, "message")) as [Buffer];
    expect(String(data)).toBe("through the proxy");
    client.close();
    await once(client, "close");

    server.close();
    await once(server, "close");
    const url = `http://127.0.0.1:${String(port)}/`;
    expect(await curl("-d body -w '%{http_code}'", url)).toBe("the target does not answer\n502");
  });
});

describe("examples/chat.ts", () => {
  it.skipIf(withoutBrowser)("shows in every tab what one says", async () => {
    const [program, port] = await listening(command("chat", "0"));
    await using _program = program;
    await using browser = await Browser.start();
    const url = `http://127.0.0.1:${String(port)}/`;
    const tabs = [await browser.open(url), await browser.open(url)] as const;
    for (const tab of tabs) await tab.until(`document.body?.innerText.includes("2 people")`);

    for (const [index, tab] of tabs.entries()) {
      await tab.evaluate(`(() => {
        document.getElementById("name").value = "tab ${String(index)}";
        document.getElementById("text").value = "<b>hello</b> from ${String(index)}";
        document.getElementById("send").click();
      })()`);
    }

    for (const [index, tab] of tabs.entries()) {
      await tab.until(`document.querySelectorAll("#log li").length === 2`);
      const lines = await tab.evaluate<string[]>(
        `[...document.querySelectorAll("#log li")].map((line) => line.className + line.innerText)`,
      );
      const said = (n: number): string =>
        n === index ? `own<b>hello</b> from ${n}` : `tab ${n}\n<b>hello</b> from ${n}`;
      expect(lines.sort()).toEqual([said(0), said(1)].sort());
    }
    expect(browser.console).toEqual([]);
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("refuses pages of other sites, and survives what is no message of its own", async () => {
    const [program, port] = await listening(command("chat", "0"));
    await using _program = program;
    const url = `ws://127.0.0.1:${String(port)}/`;
    const foreign = new WebSocket(url, { origin: "http://example.org" });
    expect(String((await once(foreign, "error"))[0])).toMatch(/401|403/);
    const client = new WebSocket(url);
    await once(client, "message");

    for (const text of ["no JSON", "null", "[]", '{"text":{}}', '{"text":"after all"}']) {
      client.send(text);
    }
    const seen: string[] = [];
    while (!seen.some((text) => text.includes("after all"))) {
      seen.push(String(((await once(client, "message")) as [Buffer])[0]));
    }
    expect(seen.at(-1)).toContain('"from":"guest 1"');
    client.send("x".repeat(10_000)); // longer than a message may be
    expect((await once(client, "close"))[0]).toBe(1009);
  });
});
