import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { Socket as NativeSocket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { type AnySocket, recorded, SIDES, Stage } from "./contract.ts";

const MIB = 2 ** 20;

// The same claims for node:net, and for each mixture with it: they are what its users know.
describe.each(SIDES)("$title", (sides) => {
  let stage: Stage;

  afterEach(() => stage.close());

  it("carries bytes both ways, and counts them", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();
    accepted.pipe(accepted);

    client.end("hello");
    const answer = await text(client);

    expect(answer).toBe("hello");
    expect([client.bytesRead, client.bytesWritten]).toEqual([5, 5]);
  });

  it("tells connect, ready, end, finish and close in this order", async () => {
    stage = new Stage(sides);
    const port = await stage.listen();
    stage.server.on("connection", (socket: NodeJS.ReadWriteStream) => socket.end("bye"));
    const client = stage.connect(port);
    const order = recorded(client, "connect", "ready", "data", "end", "finish", "close");

    await once(client, "close");

    expect(order).toEqual(["connect", "ready", "data", "end", "finish", "close"]);
  });

  it("says in readyState what is possible", async () => {
    stage = new Stage(sides, { allowHalfOpen: true });
    const port = await stage.listen();
    const client = stage.connect(port, { allowHalfOpen: true });
    const states = [client.readyState];

    await once(client, "connect");
    states.push(client.readyState);
    client.end();
    await once(client, "finish");
    states.push(client.readyState);

    expect(states).toEqual(["opening", "open", "readOnly"]);
    expect(client.pending).toBe(false);
  });

  it("goes on sending after the peer's end with allowHalfOpen", async () => {
    stage = new Stage(sides, { allowHalfOpen: true });
    const [client, accepted] = await stage.pair({ allowHalfOpen: true });
    accepted.resume();

    client.end();
    await once(accepted, "end");
    accepted.end("late");

    expect(await text(client)).toBe("late");
  });

  it("ends its side when the peer has ended, without allowHalfOpen", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();
    accepted.resume();

    client.end();
    client.resume();
    await Promise.all([once(accepted, "close"), once(client, "close")]);

    expect([accepted.destroyed, client.destroyed]).toEqual([true, true]);
  });

  it("reports a reset as ECONNRESET of read, and closes with an error", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();
    client.resume();
    const closed = once(client, "close", { signal: AbortSignal.timeout(60_000) }).catch(
      (error: unknown) => error,
    );

    accepted.resetAndDestroy();

    await expect(once(client, "end")).rejects.toMatchObject({
      code: "ECONNRESET",
      syscall: "read",
      message: "read ECONNRESET",
    });
    await closed;
    expect(client.destroyed).toBe(true);
  });

  it("fails with ECONNREFUSED, the address and the port where nobody listens", async () => {
    stage = new Stage(sides);
    // Bound, so that nobody else can listen there.
    using held = NativeSocket.open(sys.AF_INET, sys.SOCK_STREAM).bind({
      address: "127.0.0.1",
      port: 0,
    });
    const port = held.localAddress.port ?? 0;

    const client = stage.connect(port);
    const [error] = (await once(client, "error")) as [unknown];

    expect({ ...(error as object) }).toEqual({
      errno: -111,
      code: "ECONNREFUSED",
      syscall: "connect",
      address: "127.0.0.1",
      port,
    });
    expect(String(error)).toBe(`Error: connect ECONNREFUSED 127.0.0.1:${String(port)}`);
  });

  it("loses nothing of what is written before end, though the reader is slow", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();
    const sent = Buffer.alloc(4 * MIB, "abcdefgh");

    accepted.end(sent);
    let received = 0;
    for await (const chunk of client) received += (chunk as Buffer).length;

    expect(received).toBe(sent.length);
  });

  it("holds back a writer whose peer does not read", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();
    const chunk = Buffer.alloc(256 * 1024);
    let written = 0;

    while (client.write(chunk) && written < 100 * MIB) written += chunk.length;
    const before = client.writableLength;
    accepted.resume();
    await once(client, "drain");

    expect(before).toBeGreaterThan(0);
    expect(client.writableLength).toBe(0);
  });

  it("carries a pipeline through", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();
    const chunks = Array.from({ length: 64 }, (_, index) => Buffer.alloc(65_536, index));
    const received = text(accepted.setEncoding("latin1"));

    await pipeline(Readable.from(chunks), client);

    expect(await received).toBe(Buffer.concat(chunks).toString("latin1"));
  });

  it("sends corked writes as one", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();

    client.cork();
    for (const part of ["a", "b", "ü", Buffer.from("c")]) client.write(part);
    client.uncork();
    const [chunk] = (await once(accepted, "data")) as [Buffer];

    expect(chunk.toString()).toBe("abüc");
  });

  it("emits timeout without traffic, and stays open", async () => {
    stage = new Stage(sides);
    const [client] = await stage.pair();

    client.setTimeout(5);
    await once(client, "timeout");

    expect(client.destroyed).toBe(false);
  });

  it("closes connections above maxConnections, and says from where", async () => {
    stage = new Stage(sides);
    stage.server.maxConnections = 1;
    const [client] = await stage.pair();

    const drop = once(stage.server, "drop");
    const second = stage.connect(client.remotePort ?? 0);
    second.on("error", () => undefined);
    const [data] = (await drop) as [{ remoteAddress: string }];

    expect(data).toMatchObject({ localPort: client.remotePort, remoteAddress: "127.0.0.1" });
  });

  it("emits the server's close after the last connection's end, and not before", async () => {
    stage = new Stage(sides);
    const [client, accepted] = await stage.pair();
    accepted.resume();
    let isClosed = false;
    const closed = once(stage.server, "close").then(() => (isClosed = true));

    stage.server.close();
    await new Promise(setImmediate);
    const early = isClosed;
    client.end();
    client.resume();
    await closed;

    expect(early).toBe(false);
  });

  it("refuses a second listen, and a close of what does not listen", async () => {
    stage = new Stage(sides);
    await stage.listen();

    expect(() => stage.server.listen(0)).toThrow(
      expect.objectContaining({ code: "ERR_SERVER_ALREADY_LISTEN" }),
    );
    stage.server.close();
    await once(stage.server, "close");
    const error = await new Promise((resolve) => stage.server.close(resolve));
    expect(error).toMatchObject({ code: "ERR_SERVER_NOT_RUNNING" });
  });

  it("runs the ticks of one socket before the data of another", async () => {
    stage = new Stage(sides);
    const port = await stage.listen();
    const clients = [stage.connect(port), stage.connect(port), stage.connect(port)];
    await Promise.all(clients.map((client) => once(client, "connect")));
    const order: string[] = [];
    let left = clients.length;
    const done = new Promise<void>((resolve) => {
      for (const [index, client] of clients.entries()) {
        client.once("data", () => {
          order.push(`data ${String(index)}`);
          process.nextTick(() => order.push(`tick ${String(index)}`));
          void Promise.resolve().then(() => order.push(`microtask ${String(index)}`));
          if (--left === 0) setImmediate(resolve);
        });
      }
    });

    for (const client of clients) client.write("x");
    const sockets = await connectionsOf(stage, clients.length);
    for (const socket of sockets) socket.write("y");
    await done;

    for (let at = 0; at < order.length; at += 3) {
      const index = String(order[at]).slice(-1);
      expect(order.slice(at, at + 3)).toEqual([
        `data ${index}`,
        `tick ${index}`,
        `microtask ${index}`,
      ]);
    }
  });

  it("runs the ticks of one new connection before the next", async () => {
    stage = new Stage(sides);
    const order: string[] = [];
    stage.server.on("connection", () => {
      order.push("connection");
      process.nextTick(() => order.push("tick"));
      void Promise.resolve().then(() => order.push("microtask"));
    });
    const port = await stage.listen();

    for (let each = 0; each < 8; each++) stage.connect(port);
    await connectionsOf(stage, 8);
    await new Promise(setImmediate);

    expect(order).toEqual(
      Array.from({ length: 8 }, () => ["connection", "tick", "microtask"]).flat(),
    );
  });

  // Or an Agent of node:http would take a socket for its next request whose peer has ended.
  it("has closed what the peer has ended before the data of a later turn", async () => {
    stage = new Stage(sides);
    const port = await stage.listen();
    const [first, second] = [stage.connect(port), stage.connect(port)];
    const [one, other] = await connectionsOf(stage, 2);
    first.resume().on("end", () => other?.write("x"));
    const state = new Promise((resolve) => {
      second.on("data", () => {
        resolve(first.destroyed);
      });
    });

    one?.end();

    expect(await state).toBe(true);
  });

  it("calls back for every write that a destroy has cut off", async () => {
    stage = new Stage(sides);
    const [client] = await stage.pair();
    const outcomes: (string | undefined)[] = [];
    const noted = async (begin: (done: (error?: Error | null) => void) => void) =>
      await new Promise<void>((resolve) => {
        begin((error) => {
          outcomes.push((error as NodeJS.ErrnoException | null)?.code);
          resolve();
        });
      });

    // More than the kernel takes.
    const all = [
      noted((done) => client.write(Buffer.alloc(32 * MIB), done)),
      noted((done) => client.write("behind", done)),
      noted((done) => client.end("last", done)),
    ];
    client.destroy();
    await Promise.all(all);

    expect(outcomes).toEqual([undefined, "ERR_STREAM_DESTROYED", "ERR_STREAM_DESTROYED"]);
  });

  it("tells a second attempt to connect that the first is under way", async () => {
    stage = new Stage(sides);
    const port = await stage.listen();
    const client = stage.connect(port) as AnySocket & { connect(to: object): void };
    client.connect({ port, host: "127.0.0.1" });

    const [error] = (await once(client, "error")) as [Error];

    expect(error).toMatchObject({ code: "EALREADY", syscall: "connect" });
  });

  it("refuses to count without a callback", async () => {
    stage = new Stage(sides);
    await stage.listen();

    // @ts-expect-error -- a callback is missing
    expect(() => stage.server.getConnections()).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

async function connectionsOf(stage: Stage, count: number): Promise<NodeJS.WritableStream[]> {
  while (stage.accepted.length < count) await once(stage.server, "connection");
  return stage.accepted;
}
