import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { describe, expect, it } from "vitest";
import { Agent as UndiciAgent, request as undiciRequest } from "undici";
import { Socket, connect } from "../../lib/net/index.ts";
import { certificate } from "../support/certificate.ts";
import { listening, NAMES } from "./serving.ts";

const { key, cert } = certificate();

/** The real thing: a server of Node.js that no code of this package serves. It answers with the port of the client. */
async function nodeServer(): Promise<{ port: number; sockets: Set<number> }> {
  const sockets = new Set<number>();
  const server = http.createServer((request, response) => {
    sockets.add(request.socket.remotePort ?? 0);
    response.end(`you asked for ${String(request.url)}`);
  });
  return { port: await listening(server), sockets };
}

async function secureServer(): Promise<number> {
  return await listening(
    https.createServer({ key, cert }, (request, response) => {
      response.end(`you asked for ${String(request.url)}`);
    }),
  );
}

async function answerTo(request: http.ClientRequest): Promise<string> {
  const [response] = (await once(request.end(), "response")) as [http.IncomingMessage];
  return await text(response);
}

describe.each(NAMES)("a client on %s", (multiplexer) => {
  it("is http.request with `createConnection`", async () => {
    const { port } = await nodeServer();
    const options = { port, host: "127.0.0.1", path: "/one" };

    const request = http.request({
      ...options,
      createConnection: () => connect({ port, host: "127.0.0.1", multiplexer }),
    });

    expect(await answerTo(request)).toBe("you asked for /one");
    expect(request.socket).toBeInstanceOf(Socket);
  });

  it("is http.request with an agent, which keeps connections", async () => {
    const { port, sockets } = await nodeServer();
    class PolluxAgent extends http.Agent {
      override createConnection(options: http.ClientRequestArgs): Socket {
        const { host, port } = options;
        return connect({ host: host ?? "localhost", port: Number(port), multiplexer });
      }
    }
    const agent = new PolluxAgent({ keepAlive: true, maxSockets: 1 });

    for (const path of ["/one", "/two", "/three"]) {
      const request = http.request({ port, host: "127.0.0.1", path, agent });
      expect(await answerTo(request)).toBe(`you asked for ${path}`);
    }

    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  it("is https.request with an agent", async () => {
    const port = await secureServer();
    class PolluxAgent extends https.Agent {
      override createConnection(options: https.RequestOptions): tls.TLSSocket {
        const { host, port, servername, ca } = options;
        const socket = connect({ host: host ?? "localhost", port: Number(port), multiplexer });
        return tls.connect({ socket, servername: servername ?? "localhost", ...(ca && { ca }) });
      }
    }
    const agent = new PolluxAgent({ keepAlive: true, ca: cert });

    for (const path of ["/one", "/two"]) {
      const options = { port, host: "127.0.0.1", path, agent, servername: "localhost" };
      expect(await answerTo(https.request(options))).toBe(`you asked for ${path}`);
    }
    agent.destroy();
  });

  it("is undici with `connect`, and so fetch with a dispatcher", async () => {
    const { port, sockets } = await nodeServer();
    const agent = new UndiciAgent({
      connections: 1,
      connect({ hostname, port }, callback) {
        const socket = connect({ host: hostname, port: Number(port), multiplexer });
        socket.once("connect", () => {
          socket.off("error", failed);
          Reflect.apply(callback, null, [null, socket]);
        });
        const failed = (error: Error): void => {
          callback(error, null);
        };
        socket.once("error", failed);
      },
    });
    const url = `http://127.0.0.1:${String(port)}`;

    for (let n = 0; n < 10; n++) {
      const { body } = await undiciRequest(`${url}/${String(n)}`, { dispatcher: agent });
      expect(await body.text()).toBe(`you asked for /${String(n)}`);
    }
    expect(sockets.size).toBe(1);
    await expect(undiciRequest("http://127.0.0.1:1/", { dispatcher: agent })).rejects.toMatchObject(
      {
        code: "ECONNREFUSED",
      },
    );
    await agent.close();
  });
});

describe("a client that gets a stream", () => {
  // As pg does with its option `stream`: it connects the socket itself, and may begin TLS later.
  it("connects it, sets what it needs, and ends it", async () => {
    const server = tls.createServer({ key, cert }, (socket) => socket.pipe(socket));
    const port = await listening(server);
    const stream = new Socket();
    stream.setNoDelay(true);
    stream.connect(port, "127.0.0.1");
    await once(stream, "connect");
    stream.setKeepAlive(true, 1000);
    stream.ref();
    const secure = tls.connect({ socket: stream, servername: "localhost", ca: cert });
    await once(secure, "secureConnect");

    secure.end("select 1");

    expect(await text(secure)).toBe("select 1");
    expect(stream.destroyed).toBe(true);
  });
});
