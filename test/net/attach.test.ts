import { once } from "node:events";
import http, { type Server } from "node:http";
import net from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { attach, createServer } from "../../lib/net/index.ts";
import { shell } from "../support/program.ts";
import { listening, NAMES, portOf, served } from "./serving.ts";

const hello = (): Server => http.createServer((_, response) => response.end("hello"));

/** Asks as `request` says, and returns all that comes until the server ends the connection. */
async function ask(port: number, request: string): Promise<string> {
  const client = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  client.write(request);
  try {
    return await text(client);
  } finally {
    client.destroy();
  }
}

const KEEP = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const CLOSE = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/** A client that has been answered and keeps its connection. */
async function idleClient(port: number): Promise<net.Socket> {
  const client = net.connect(port, "127.0.0.1");
  onTestFinished(() => void client.destroy());
  client.write(KEEP);
  await once(client, "data");
  return client;
}

/** Whether node:http's timer that looks for connections above a time limit runs. */
function checksLimits(server: Server): boolean {
  const symbol = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === "http.server.connectionsCheckingInterval",
  );
  const timer = symbol && (Reflect.get(server, symbol) as { _destroyed: boolean } | undefined);
  return timer?._destroyed === false;
}

describe.each(NAMES)("attach on %s", (multiplexer) => {
  it("lets a server of node:http answer curl", async () => {
    const port = await served(hello(), multiplexer);

    expect(await shell(`curl -sS --fail http://127.0.0.1:${String(port)}/`)).toBe("hello");
  });

  it("ends a client that sends its header slowly, as `headersTimeout` says", async () => {
    const server = http.createServer({ headersTimeout: 50, connectionsCheckingInterval: 10 });
    const port = await served(server, multiplexer);

    expect(await ask(port, "GET / HTTP/1.1\r\nHost: ")).toMatch(/^HTTP\/1.1 408 Request Timeout/);
  });

  it("ends idle connections when the server closes, and waits for the others", async () => {
    const server = http.createServer((request, response) => {
      if (request.url === "/") response.end("hello");
      else server.emit("waits", response);
    });
    const port = await served(server, multiplexer);
    const idle = await idleClient(port);
    const waits = once(server, "waits");
    const answer = ask(port, CLOSE.replace("/", "/later"));
    const [response] = (await waits) as [http.ServerResponse];
    const order: string[] = [];

    server.once("close", () => order.push("close"));
    server.close(() => order.push("callback"));
    await once(idle, "close");
    response.end("late");

    expect(await answer).toContain("late");
    while (order.length < 2) await turn();
    expect(order).toEqual(["close", "callback"]);
  });
});

describe("attach", () => {
  it("makes `listen`, `address` and `listening` those of the other server", async () => {
    const server = hello();
    const other = createServer();
    expect(attach(server, other)).toBe(server);
    const told: unknown[] = [];
    expect([server.listening, server.address()]).toEqual([false, null]);

    server.listen(0, "127.0.0.1", function (this: unknown) {
      told.push(this);
    });
    await once(server, "listening");

    expect(told).toEqual([server]);
    expect([server.listening, server.address()]).toEqual([true, other.address()]);
    server.close();
    expect(server.listening).toBe(false);
    await once(server, "close");
  });

  it("takes one that listens already, and tells `listening` once", async () => {
    const server = http.createServer({ headersTimeout: 50, connectionsCheckingInterval: 10 });
    const other = createServer();
    const port = await listening(other);
    let told = 0;
    server.on("listening", () => told++);

    attach(server, other);

    expect(await ask(port, "GET ")).toMatch(/408/);
    expect(told).toBe(1);
  });

  it("tells `listening` once when the other one is about to listen", async () => {
    const server = hello();
    const other = createServer().listen(0, "127.0.0.1");
    let told = 0;
    server.on("listening", () => told++);
    attach(server, other);
    await once(server, "listening");
    await turn();

    expect(told).toBe(1);
    server.close();
    await once(server, "close");
  });

  it("lets a server listen again after it was closed", async () => {
    const server = hello();
    attach(server, createServer());
    for (let round = 0; round < 2; round++) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      expect(checksLimits(server)).toBe(true);
      expect(await ask(portOf(server), CLOSE)).toContain("hello");
      server.close();
      await once(server, "close");
    }
  });

  it("leaves no timer when the server has closed", async () => {
    const server = hello();
    attach(server, createServer()).listen(0, "127.0.0.1");
    await once(server, "listening");
    expect(checksLimits(server)).toBe(true);

    server.close();
    await once(server, "close");

    expect(checksLimits(server)).toBe(false);
  });

  it("counts connections, and drops those above `maxConnections`", async () => {
    const server = hello();
    const port = await served(server);
    await idleClient(port);
    server.maxConnections = 1;
    const drop = once(server, "drop");

    expect(await ask(port, "").catch(() => "")).toBe("");

    expect(await drop).toEqual([expect.objectContaining({ localPort: port })]);
    const count = await new Promise((resolve) => {
      server.getConnections((_, connections) => {
        resolve(connections);
      });
    });
    expect(count).toBe(1);
  });

  it("tells the server that it cannot listen", async () => {
    const port = await listening(net.createServer());
    const server = attach(hello(), createServer());

    server.listen(port, "127.0.0.1");

    const [error] = (await once(server, "error").catch((failure: unknown) => [failure])) as [
      unknown,
    ];
    expect(error).toMatchObject({ code: "EADDRINUSE", syscall: "listen", port });
  });

  it("tells `close` that the server did not listen", async () => {
    const server = attach(hello(), createServer());

    const error = await new Promise((resolve) => server.close(resolve));

    expect(error).toMatchObject({ code: "ERR_SERVER_NOT_RUNNING" });
  });

  it("ends connections on which nothing was asked, when the server closes", async () => {
    const server = hello();
    const port = await served(server);
    const silent = net.connect(port, "127.0.0.1").resume();
    await once(server, "connection");

    server.close();

    await Promise.all([once(silent, "close"), once(server, "close")]);
  });

  it("ends all connections with `closeAllConnections`, and disposes of a server", async () => {
    const server = hello();
    const port = await served(server);
    const idle = await idleClient(port);

    server.closeAllConnections();
    await once(idle, "close");
    await server[Symbol.asyncDispose]();

    expect(server.listening).toBe(false);
  });

  it("gives the sockets what the server was created with", async () => {
    const server = http.createServer({ keepAlive: true, keepAliveInitialDelay: 7000 });
    const port = await served(server);
    const client = net.connect(port, "127.0.0.1");
    const [socket] = (await once(server, "connection")) as [net.Socket];

    const { stdout } = { stdout: await shell(`ss -tnoH sport = :${String(port)}`) };

    expect(socket.allowHalfOpen).toBe(true);
    expect(stdout).toMatch(/timer:\(keepalive,[67]/);
    client.destroy();
  });

  it("refuses what is no server, and what listens or is attached already", async () => {
    const server = hello();
    await listening(server);
    const other = createServer();
    const third = attach(hello(), other);

    expect(() => Reflect.apply(attach, null, [{}, createServer()])).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
    // @ts-expect-error: not a server
    expect(() => attach(hello(), null)).toThrow(/"netServer" argument must be a Server of/);
    // @ts-expect-error: of node:net, which would listen itself
    expect(() => attach(hello(), new net.Server())).toThrow(/must be a Server of pollux/);
    for (const [one, two] of [
      [server, createServer()],
      [third, createServer()],
      [hello(), other],
    ] as const) {
      expect(() => attach(one, two)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_STATE" }),
      );
    }
  });

  it("leaves nothing that keeps a process alive when the server has closed", async () => {
    const script = `
      import http from "node:http";
      import { attach, connect, createServer } from "pollux/net";
      const server = attach(http.createServer((_, response) => response.end("x")), createServer());
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address();
        connect(port, "127.0.0.1");
        http.get({ port, createConnection: () => connect(port, "127.0.0.1") }, (response) => {
          response.resume().on("end", () => server.close(() => console.log("closed")));
        });
      });
      process.on("exit", () => console.log(process.getActiveResourcesInfo().join()));`;
    // Its output is a pipe.

    expect(await shell(`node --input-type=module -e '${script}'`)).toMatch(
      /^closed\n(PipeWrap,?)*\n$/,
    );
  });

  it("lets a process end when the server is unref'd", async () => {
    const script = `
      import http from "node:http";
      import { attach, createServer } from "pollux/net";
      const server = attach(http.createServer(), createServer());
      server.listen(0, "127.0.0.1", () => server.unref());
      process.on("exit", () => console.log("over", server.listening));`;

    expect(await shell(`node --input-type=module -e '${script}'`)).toBe("over true\n");
  });
});
