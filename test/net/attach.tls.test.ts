import { createHash } from "node:crypto";
import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { describe, expect, it } from "vitest";
import { connect } from "../../lib/net/index.ts";
import { certificate } from "../support/certificate.ts";
import { shell } from "../support/program.ts";
import { NAMES, served, sizeOf } from "./serving.ts";

const { key, cert, certFile } = certificate();

/** 1 GiB at full size. */
const BYTES = sizeOf("TLS_BYTES", 4 * 1024 * 1024);

const curl = (port: number, ...args: string[]): Promise<string> =>
  shell(
    `curl -sS --fail --cacert ${certFile} ${args.join(" ")} https://localhost:${String(port)}/`,
  );

describe.each(NAMES)("TLS on %s", (multiplexer) => {
  it("lets a server of node:https answer curl, up and down", async () => {
    const server = https.createServer({ key, cert }, (request, response) => {
      const hash = createHash("sha256");
      request.on("data", (bytes: Buffer) => hash.update(bytes));
      request.on("end", () => response.end(hash.digest("hex")));
    });
    const port = await served(server, multiplexer);

    const told = await shell(
      `head -c ${String(BYTES)} /dev/zero | curl -sS --fail --cacert ${certFile} -T - https://localhost:${String(port)}/`,
    );

    expect(told).toBe(createHash("sha256").update(Buffer.alloc(BYTES)).digest("hex"));
  });

  it("lets a server of node:tls echo what openssl s_client sends", async () => {
    const server = tls.createServer({ key, cert }, (socket) => socket.pipe(socket));
    const port = await served(server, multiplexer);

    const echo = await shell(
      `(echo hello; sleep 0.3) | openssl s_client -quiet -no_ign_eof -verify_return_error -CAfile ${certFile} -connect localhost:${String(port)} 2>/dev/null`,
    );

    expect(echo).toBe("hello\n");
  });

  it("lets a client of node:tls speak over a connection of this package", async () => {
    const server = tls.createServer({ key, cert }, (socket) => socket.pipe(socket));
    const port = await served(server, multiplexer);
    const client = tls.connect({
      socket: connect({ port, host: "127.0.0.1", multiplexer }),
      servername: "localhost",
      ca: cert,
    });

    client.end("hello");

    expect(await text(client)).toBe("hello");
    expect(client.authorized).toBe(true);
  });
});

describe("TLS", () => {
  it("tells a server of node:https who asks, also on connections that begin at once", async () => {
    const server = https.createServer({ key, cert }, ({ socket }, response) => {
      const { remoteAddress, remotePort, localPort, remoteFamily } = socket;
      response.end(JSON.stringify({ remoteAddress, remotePort, localPort, remoteFamily }));
    });
    const port = await served(server);
    const clients = Array.from({ length: 10 }, async () => {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      const { localPort } = socket;
      const client = tls.connect({ socket, servername: "localhost", ca: cert });
      client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      const answer = await text(client);
      return { told: answer.slice(answer.indexOf("{")), localPort };
    });

    for (const { told, localPort } of await Promise.all(clients)) {
      expect(JSON.parse(told)).toEqual({
        ...{ remoteAddress: "127.0.0.1", remotePort: localPort },
        ...{ localPort: port, remoteFamily: "IPv4" },
      });
    }
  });

  it("tells a server of a client that speaks none, and goes on", async () => {
    const server = https.createServer({ key, cert }, (_, response) => response.end("hello"));
    const port = await served(server);
    const told = once(server, "tlsClientError");
    const client = connect(port, "127.0.0.1");
    client.on("error", () => null).end("GET / HTTP/1.1\r\n\r\n");

    expect((await told)[0]).toMatchObject({ code: "ERR_SSL_HTTP_REQUEST" });
    expect(await curl(port)).toBe("hello");
    client.destroy();
  });

  it("refuses a server whose certificate nobody has signed", async () => {
    const server = tls.createServer({ key, cert }, (socket) => socket.on("error", () => null));
    const port = await served(server);
    const client = tls.connect({ socket: connect(port, "127.0.0.1"), servername: "localhost" });

    const [error] = (await once(client, "error").catch((failure: unknown) => [failure])) as [
      unknown,
    ];

    expect(error).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    client.destroy();
  });

  it("begins in the middle of a connection, as SMTP and PostgreSQL do", async () => {
    const server = tls.createServer({ key, cert }, (socket) => socket.pipe(socket));
    await served(server);
    const { createServer } = await import("../../lib/net/index.ts");
    const front = createServer((socket) => {
      socket.once("data", (request: Buffer) => {
        if (String(request) !== "STARTTLS") return void socket.destroy();
        socket.write("S", () => server.emit("connection", socket));
      });
    });
    front.listen(0, "127.0.0.1");
    await once(front, "listening");
    const { port } = front.address() as { port: number };
    const plain = connect(port, "127.0.0.1");
    plain.write("STARTTLS");
    await once(plain, "data");
    const client = tls.connect({ socket: plain, servername: "localhost", ca: cert });

    client.end("secret");

    expect(await text(client)).toBe("secret");
    front.close();
  });

  it("lets a server of node:http2 answer curl", async () => {
    const answer = (
      request: http2.Http2ServerRequest,
      response: http2.Http2ServerResponse,
    ): void => {
      response.end(`HTTP/${request.httpVersion}`);
    };
    const secure = http2.createSecureServer({ key, cert, allowHTTP1: true }, answer);
    const clear = http2.createServer(answer);
    const [securePort, clearPort] = [await served(secure), await served(clear)];

    expect(await curl(securePort, "--http2")).toBe("HTTP/2.0");
    expect(await curl(securePort, "--http1.1")).toBe("HTTP/1.1");
    const url = `http://127.0.0.1:${String(clearPort)}/`;
    expect(await shell(`curl -sS --fail --http2-prior-knowledge ${url}`)).toBe("HTTP/2.0");
  });
});
