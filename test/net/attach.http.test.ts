import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { shell } from "../support/program.ts";
import { NAMES, served, sizeOf } from "./serving.ts";

const MIB = 1024 * 1024;
/** 1 GiB at full size. */
const BYTES = sizeOf("HTTP_BYTES", 16 * MIB);
/** 1,000 at full size. */
const CONNECTIONS = sizeOf("HTTP_CONNECTIONS", 100);
const REQUESTS = 10;

const CHUNK = randomBytes(MIB);

function* chunks(total: number): Generator<Buffer> {
  for (let left = total; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
}

function hashOf(total: number): string {
  const hash = createHash("sha256");
  for (const chunk of chunks(total)) hash.update(chunk);
  return hash.digest("hex");
}

describe.each(NAMES)("node:http on %s", (multiplexer) => {
  it("sends and receives what curl hashes", async () => {
    const server = http.createServer((request, response) => {
      if (request.method === "GET") {
        response.setHeader("content-length", BYTES);
        void pipeline(Readable.from(chunks(BYTES)), response);
        return;
      }
      const hash = createHash("sha256");
      request.on("data", (bytes: Buffer) => hash.update(bytes));
      request.on("end", () => response.end(hash.digest("hex")));
    });
    const port = await served(server, multiplexer);
    const url = `http://127.0.0.1:${String(port)}/`;

    const down = await shell(`curl -sS --fail ${url} | sha256sum`);
    const up = await shell(`curl -sS --fail ${url} | curl -sS --fail -T - ${url}`);

    expect(down.split(" ")[0]).toBe(hashOf(BYTES));
    expect(up).toBe(hashOf(BYTES));
  });

  it("answers every request of many connections that stay open", async () => {
    const server = http.createServer((request, response) => {
      response.setHeader("content-type", "text/plain").end(`answer to ${String(request.url)}`);
    });
    const port = await served(server, multiplexer);
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const ask = async (path: string): Promise<string> => {
      const request = http.get({ port, host: "127.0.0.1", path, agent });
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      return await text(response);
    };

    const clients = Array.from({ length: CONNECTIONS }, async (_, client) => {
      let right = 0;
      for (let round = 0; round < REQUESTS; round++) {
        const path = `/${String(client)}/${String(round)}`;
        if ((await ask(path)) === `answer to ${path}`) right++;
      }
      return right;
    });

    expect(await Promise.all(clients)).toEqual(Array<number>(CONNECTIONS).fill(REQUESTS));
    agent.destroy();
  });

  it("answers pipelined requests in order, in whatever parts they come", async () => {
    const server = http.createServer((request, response) => {
      response.end(`[${String(request.url)}]`);
    });
    const port = await served(server, multiplexer);
    const count = 200;
    const head = (n: number): string => `GET /${String(n)} HTTP/1.1\r\nHost: x\r\n`;
    const requests = Array.from({ length: count }, (_, n) =>
      n === count - 1 ? `${head(n)}Connection: close\r\n\r\n` : `${head(n)}\r\n`,
    ).join("");
    const client = net.connect(port, "127.0.0.1");

    for (let at = 0; at < requests.length; at += 1000) client.write(requests.slice(at, at + 1000));
    const answers = [...(await text(client)).matchAll(/\[\/(\d+)\]/g)].map(([, n]) => Number(n));

    expect(answers).toEqual(Array.from({ length: count }, (_, n) => n));
  });

  it("stops reading the requests of a client that does not read the answers", async () => {
    let answered = 0;
    const answer = Buffer.alloc(64 * 1024, "x");
    const server = http.createServer((_, response) => {
      answered++;
      response.end(answer);
    });
    const port = await served(server, multiplexer);
    const count = 400;
    const client = net.connect(port, "127.0.0.1").pause();
    // So long that they do not come all at once.
    const request = `GET / HTTP/1.1\r\nHost: x\r\nX-Padding: ${"x".repeat(2000)}\r\n`;
    client.write(`${request}\r\n`.repeat(count - 1));
    client.write(`${request}Connection: close\r\n\r\n`);
    const [socket] = (await once(server, "connection")) as [net.Socket];
    await once(socket, "pause");

    expect(answered).toBeLessThan(count);
    const all = await buffer(client);
    expect(answered).toBe(count);
    expect(all.length).toBeGreaterThan(count * answer.length);
  });

  it("passes on trailers in both directions, and 100 Continue", async () => {
    const server = http.createServer((request, response) => {
      response.setHeader("Trailer", "X-Length");
      void text(request).then((body) => {
        response.write(body.toUpperCase());
        response.addTrailers({ "X-Length": String(request.trailers["x-told"]) });
        response.end();
      });
    });
    const port = await served(server, multiplexer);
    const headers = { Trailer: "X-Told", Expect: "100-continue", "Transfer-Encoding": "chunked" };
    const request = http.request({ port, host: "127.0.0.1", method: "POST", headers });
    request.flushHeaders();
    await once(request, "continue");
    request.write("body");
    request.addTrailers({ "X-Told": "4" });
    request.end();
    const [response] = (await once(request, "response")) as [http.IncomingMessage];

    expect(await text(response)).toBe("BODY");
    expect(response.trailers).toEqual({ "x-length": "4" });
  });

  it("hands over the socket of an upgrade, with what came behind the request", async () => {
    const server = http.createServer();
    server.on("upgrade", (_, socket: net.Socket, head: Buffer) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n",
      );
      socket.write(head);
      socket.pipe(socket);
    });
    const port = await served(server, multiplexer);
    const client = net.connect(port, "127.0.0.1");
    client.write("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nbehind");
    client.end(" and later");

    expect(await text(client)).toMatch(/^HTTP\/1\.1 101 [^]*\r\n\r\nbehind and later$/);
  });

  it("hands over the socket of a CONNECT", async () => {
    const server = http.createServer();
    server.on("connect", (_, socket: net.Socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(socket);
    });
    const port = await served(server, multiplexer);
    const request = http.request({ port, host: "127.0.0.1", method: "CONNECT", path: "x:1" }).end();
    const [, socket] = (await once(request, "connect")) as [unknown, net.Socket];

    socket.end("through the tunnel");

    expect(await text(socket)).toBe("through the tunnel");
  });

  it("tells the server of a client that leaves in the middle of its request, and of an answer", async () => {
    const server = http.createServer((request, response) => {
      request.resume().once("error", () => null);
      if (request.method === "GET") response.write("the beginning");
      server.emit("asked", request, response);
    });
    const port = await served(server, multiplexer);
    for (const method of ["POST", "GET"]) {
      const headers = method === "POST" ? { "content-length": 1000 } : {};
      const request = http.request({ port, host: "127.0.0.1", method, headers });
      request.once("error", () => null);
      if (method === "POST") request.write("some");
      else request.end();
      const [incoming, response] = (await once(server, "asked")) as [
        http.IncomingMessage,
        http.ServerResponse,
      ];

      request.destroy();
      await once(response, "close");

      expect(response.writableFinished).toBe(false);
      if (method === "POST") expect(incoming).toMatchObject({ aborted: true, complete: false });
    }
  });

  it("tells the client of a server that leaves in the middle of its answer", async () => {
    const server = http.createServer((_, response) => {
      response.setHeader("content-length", 1000);
      response.write("the beginning", () => response.socket?.destroy());
    });
    const port = await served(server, multiplexer);
    const request = http.get({ port, host: "127.0.0.1" });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];

    await expect(text(response)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("answers 400 to what is no HTTP, and goes on", async () => {
    const server = http.createServer((_, response) => response.end("hello"));
    const port = await served(server, multiplexer);
    const client = net.connect(port, "127.0.0.1");
    client.write("\x16\x03\x01\x02\x00 no HTTP at all\r\n\r\n");

    expect(await text(client)).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(await shell(`curl -sS http://127.0.0.1:${String(port)}/`)).toBe("hello");
  });
});
