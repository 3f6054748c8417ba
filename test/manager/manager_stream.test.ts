import { createServer, get, type IncomingMessage } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventManager } from "../../lib/manager/event_manager.ts";
import type { ManagerHandler } from "../../lib/manager/events.ts";
import { ManagerStream } from "../../lib/manager/manager_stream.ts";
import { shell } from "../support/program.ts";
import { KINDS } from "../support/reactors.ts";
import { managerOf, portOf } from "./support.ts";

describe.each(KINDS)("ManagerStream on $multiplexer, edge: $edge", (kind) => {
  let manager: EventManager;
  let running: Promise<void>;
  beforeEach(() => {
    manager = managerOf(kind);
    running = manager.run();
  });
  afterEach(async () => {
    manager.close();
    await running;
  });

  const streamTo =
    (take: (stream: ManagerStream) => unknown): ManagerHandler =>
    (connection, { type }) => {
      if (type === "accept" || type === "connect") take(new ManagerStream(connection));
    };

  it("serves curl by node:http: keep-alive, large bodies both ways, and HTTP/1.0", async () => {
    const server = createServer((request, response) => {
      const from = request.socket.remoteAddress ?? "";
      if (request.method === "POST") {
        void buffer(request).then((body) => {
          response.end(`${String(body.length)} bytes from ${from}`);
        });
      } else response.end("x".repeat(Number(request.url?.slice(1))));
    });
    const listener = manager.listen(
      "tcp://127.0.0.1:0",
      streamTo((stream) => server.emit("connection", stream)),
    );
    const url = `http://127.0.0.1:${String(portOf(listener))}`;

    const output = await shell(
      `curl -s -o /dev/null -w '%{size_download} %{num_connects}\\n' ${url}/5000000 -o /dev/null ${url}/5; ` +
        `head -c 3000000 /dev/zero | curl -s -H 'Expect:' --data-binary @- ${url}; ` +
        `curl -0 -s ${url}/3`,
    );

    expect(output).toBe("5000000 1\n5 0\n3000000 bytes from 127.0.0.1xxx");
    server.close();
  });

  it("is the connection of a client of node:http", async () => {
    const server = createServer((_, response) => response.end("hello"));
    const listener = manager.listen(
      "tcp://127.0.0.1:0",
      streamTo((stream) => server.emit("connection", stream)),
    );

    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      manager.connect(
        `tcp://127.0.0.1:${String(portOf(listener))}`,
        streamTo((stream) => {
          get({ createConnection: () => stream, path: "/" }, resolve).on("error", reject);
        }),
      );
    });

    expect(await text(response)).toBe("hello");
    server.close();
  });

  it("loses nothing when either side is slower: what goes in comes out", async () => {
    const listener = manager.listen(
      "tcp://127.0.0.1:0",
      streamTo((stream) => {
        pipeline(stream, stream).catch(() => undefined);
      }),
    );
    const target = `TCP:127.0.0.1:${String(portOf(listener))}`;

    const output = await shell(
      `seq 1000000 | sha256sum; seq 1000000 | socat -t 60 - ${target} | sha256sum`,
    );

    const [sent, returned] = output.split("\n");
    expect(returned).toBe(sent);
  });

  it("ends with the error of its connection, and closes it when it is destroyed", async () => {
    const endings: string[] = [];
    const streams: ManagerStream[] = [];
    const listener = manager.listen(
      "tcp://127.0.0.1:0",
      streamTo((stream) => {
        streams.push(stream);
        stream.resume();
        stream.on("error", (error) => endings.push((error as NodeJS.ErrnoException).code ?? ""));
        stream.on("close", () => endings.push("close"));
      }),
    );
    const port = String(portOf(listener));

    await shell(
      `python3 -c 'import socket, struct; s = socket.create_connection(("127.0.0.1", ${port})); ` +
        `s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))'`,
    );
    while (endings.length < 2) await new Promise(setImmediate);
    const client = shell(`ncat --recv-only 127.0.0.1 ${port}`);
    while (streams.length < 2) await new Promise(setImmediate);
    streams[1]?.destroy();

    expect(await client).toBe("");
    expect(endings).toEqual(["ECONNRESET", "close", "close"]);
    expect(manager.connections).toEqual([listener]);
  });

  it("calls back for every write that a destroy has cut off", async () => {
    let outcome: Promise<(string | undefined)[]> | undefined;
    const codeOf = (begin: (done: (error?: Error | null) => void) => void) =>
      new Promise<string | undefined>((resolve) => {
        begin((error) => {
          resolve((error as NodeJS.ErrnoException | null)?.code);
        });
      });
    const listener = manager.listen(
      "tcp://127.0.0.1:0",
      streamTo((stream) => {
        // More than the kernel takes.
        const first = codeOf((done) => stream.write(Buffer.alloc(900_000), done));
        const large = codeOf((done) => stream.write(Buffer.alloc(32 * 2 ** 20), done));
        const behind = codeOf((done) => stream.write("behind", done));
        outcome = Promise.all([first, large, behind]);
        stream.on("error", () => undefined).destroy();
      }),
    );

    await shell(`ncat --recv-only 127.0.0.1 ${String(portOf(listener))} >/dev/null || true`);

    expect((await outcome)?.at(-1)).toBe("ERR_STREAM_DESTROYED");
  });

  it("is made only of what is connected", () => {
    const listener = manager.listen("tcp://127.0.0.1:0", () => undefined);
    const datagrams = manager.listen("udp://127.0.0.1:0", () => undefined);
    const client = manager.connect("tcp://127.0.0.1:9", () => undefined);

    for (const connection of [listener, datagrams, client]) {
      expect(() => new ManagerStream(connection)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
      );
    }
    expect(() => new ManagerStream(null as never)).toThrow(TypeError);
  });
});
