import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "../../lib/reactor/connection.ts";
import type { ServerProtocol } from "../../lib/servers/stream_options.ts";
import { StreamServer } from "../../lib/servers/stream_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { Python } from "../support/python.ts";
import { KINDS, reactorOf, receive, settle, turnUntil } from "../support/reactors.ts";

const ANYWHERE = { address: "127.0.0.1", port: 0 };
const ECHO: ServerProtocol = {
  onData(connection, buffer, offset, length) {
    connection.write(buffer, offset, length);
    return undefined;
  },
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pollux-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function connected(server: StreamServer): Socket {
  const client = Socket.open(server.address.family, sys.SOCK_STREAM);
  client.connectSync(server.address);
  return client;
}

describe.each(KINDS)("StreamServer on $multiplexer, edge: $edge", (kind) => {
  it("gives a protocol its clients from their connect to their end", () => {
    const errors: unknown[] = [];
    using reactor = reactorOf(kind, errors);
    const calls: string[] = [];
    const protocol: ServerProtocol = {
      onConnect: (connection) => {
        calls.push("connect");
        connection.write(Buffer.from("hello"));
      },
      onData: (_connection, buffer, offset, length) => {
        calls.push(Buffer.from(buffer.slice(offset, offset + length)).toString());
        return length;
      },
      onEnd: (connection) => {
        calls.push("end");
        connection.end();
      },
      onClose: (_connection, error) => calls.push(`close ${String(error)}`),
    };
    using server = new StreamServer(ANYWHERE, protocol, { reactor });
    using client = connected(server);

    turnUntil(reactor, () => calls.length > 0);
    expect(receive(client)).toBe("hello");
    client.send(Buffer.from("question"));
    turnUntil(reactor, () => calls.length > 1);
    client.shutdown(sys.SHUT_WR);
    turnUntil(reactor, () => server.totals.open === 0);

    expect(calls).toEqual(["connect", "question", "end", "close null"]);
    expect(server.totals).toEqual({
      ...{ connections: 1, rejected: 0, broken: 0, open: 0, peakOpen: 1, bytesIn: 8, bytesOut: 5 },
    });
    expect(errors).toEqual([]);
  });

  it("drops what comes, and ends with the client, for a protocol without methods", () => {
    using reactor = reactorOf(kind);
    using server = new StreamServer(ANYWHERE, {}, { reactor });
    using client = connected(server);

    client.send(Buffer.alloc(100_000));
    client.shutdown(sys.SHUT_WR);
    turnUntil(reactor, () => server.totals.connections === 1 && server.totals.open === 0);

    expect(client.recv(new Uint8Array(1))).toBe(0);
    expect(server.totals).toMatchObject({ bytesIn: 100_000, bytesOut: 0, broken: 0 });
  });

  it("keeps `this` of a protocol that is a class with private fields", () => {
    class Counting implements ServerProtocol {
      #count = 0;
      onData(connection: Connection): undefined {
        connection.write(Buffer.from(String(++this.#count)));
      }
    }
    using reactor = reactorOf(kind);
    using server = new StreamServer(ANYWHERE, new Counting(), { reactor });
    using client = connected(server);

    client.send(Buffer.from("x"));
    turnUntil(reactor, () => server.totals.bytesOut === 1);

    expect(receive(client)).toBe("1");
  });

  it("leaves small messages in the batches of its reactor, with limits of time as well", () => {
    using reactor = reactorOf(kind);
    const waiting: number[] = [];
    const protocol: ServerProtocol = {
      onData(connection, buffer, offset, length) {
        connection.write(buffer, offset, length);
        waiting.push(connection.writableLength); // until the batch sends all answers
        return undefined;
      },
    };
    const limits = { idleTimeoutMs: 60_000, readTimeoutMs: 60_000, writeTimeoutMs: 60_000 };
    using server = new StreamServer(ANYWHERE, protocol, { reactor, ...limits });
    const clients = [connected(server), connected(server)];
    settle(reactor);

    // The first message of a connection is received alone.
    for (const bytes of [10, 20]) {
      waiting.length = 0;
      for (const client of clients) client.send(Buffer.from("small"));
      turnUntil(reactor, () => server.totals.bytesOut === bytes);
    }

    expect(waiting).toEqual([5, 5]);
    expect(clients.map(receive)).toEqual(["smallsmall", "smallsmall"]);
    for (const client of clients) client.close();
  });

  it.each(["onConnect", "onData", "onEnd"] as const)(
    "closes a connection whose %s throws or rejects, and no other",
    (name) => {
      const errors: unknown[] = [];
      using reactor = reactorOf(kind, errors);
      let isFirst = true;
      const fails = (): never => {
        throw new Error("mine");
      };
      const protocol = {
        ...ECHO,
        [name](...args: Parameters<NonNullable<ServerProtocol["onData"]>>) {
          if (!isFirst) return name === "onData" ? ECHO.onData?.(...args) : undefined;
          isFirst = false;
          return fails();
        },
      };
      using server = new StreamServer(ANYWHERE, protocol, { reactor });
      using client = connected(server);
      client.send(Buffer.from("x"));
      client.shutdown(sys.SHUT_WR);
      turnUntil(reactor, () => server.totals.broken === 1);

      using other = connected(server);
      expect(server.totals.open).toBe(0);
      settle(reactor);
      expect(server.totals.open).toBe(1);
      expect(errors).toEqual([expect.objectContaining({ message: "mine" })]);
      other.close();
    },
  );

  it("shares its reactor with others, and stops and closes alone", () => {
    const before = openDescriptors();
    const reactor = reactorOf(kind);
    const [first, second] = [ANYWHERE, ANYWHERE].map(
      (address) => new StreamServer(address, ECHO, { reactor }),
    ) as [StreamServer, StreamServer];
    const clients = [connected(first), connected(second)] as const;
    settle(reactor);
    const stopped: string[] = [];

    first.stop(5000, () => stopped.push("first"));
    settle(reactor);
    expect(clients[0].recv(new Uint8Array(1))).toBe(0);
    expect(stopped).toEqual([]);
    clients[0].close();
    turnUntil(reactor, () => stopped.length > 0);
    clients[1].send(Buffer.from("still here"));
    turnUntil(reactor, () => second.totals.bytesOut > 0);
    expect(receive(clients[1])).toBe("still here");

    expect(() => second.runSync()).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
    second.stop(0, () => stopped.push("second"));
    turnUntil(reactor, () => stopped.length > 1);
    expect(second.totals).toMatchObject({ open: 0, broken: 0 });
    expect(stopped).toEqual(["first", "second"]);
    reactor.close();
    clients[1].close();
    expect(openDescriptors()).toEqual(before);
  });

  it("calls back each who has asked it to stop, also after it has", () => {
    using reactor = reactorOf(kind);
    const server = new StreamServer(ANYWHERE, ECHO, { reactor });
    using client = connected(server);
    settle(reactor);
    const stopped: string[] = [];

    server.stop(5000, () => stopped.push("first"));
    server.stop(5000, () => stopped.push("second"));
    settle(reactor);
    expect(stopped).toEqual([]);
    client.close();
    turnUntil(reactor, () => stopped.length > 0);
    server.stop(5000, () => stopped.push("afterwards"));

    expect(stopped).toEqual(["first", "second", "afterwards"]);
  });

  it("serves on a socket that listens already, and leaves its options alone", () => {
    using reactor = reactorOf(kind);
    const listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
    listening.bind(ANYWHERE).listen(7);
    using server = new StreamServer(listening, ECHO, { reactor });
    using client = connected(server);

    client.send(Buffer.from("x"));
    turnUntil(reactor, () => server.totals.bytesOut === 1);

    expect(receive(client)).toBe("x");
    expect(listening.getOption("SO_REUSEADDR")).toBe(false);
    server.close();
    expect(listening.closed).toBe(true);
  });

  it.each([["127.0.0.1:80"], [null], [undefined]])("refuses %j as an address", (address) => {
    using reactor = reactorOf(kind);

    expect(() => new StreamServer(address as unknown as Socket, ECHO, { reactor })).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("echoes each message of a seqpacket client as a message, empty ones too", async () => {
    const path = `\0pollux-seqpacket-${String(process.pid)}`;
    using server = new StreamServer({ path }, ECHO, { ...kind, type: "seqpacket" });
    const running = server.run();
    await using python = new Python();
    await python.run("there = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)");
    await python.run(`there.connect("\\0${path.slice(1)}")`);
    await python.run("sizes = [0, 1, 0, 1023, 1024, 1025, 70000, 0, 0, 7]");
    await python.run("for i, n in enumerate(sizes): there.send(bytes([i]) * n)");
    await python.run("there.shutdown(socket.SHUT_WR)");

    const answers = await python.run(
      "[there.recv(2 ** 20) == bytes([i]) * n for i, n in enumerate(sizes)]",
    );
    expect(answers).toEqual(Array.from({ length: 10 }, () => true));
    await python.run("there.close()");

    server.stop();
    expect(await running).toMatchObject({ connections: 1, broken: 0, bytesIn: 73_080 });
  });

  it("sends the messages of a slow seqpacket reader later, and each of them whole", async () => {
    const path = `\0pollux-slow-${String(process.pid)}`;
    const count = 5000;
    const protocol: ServerProtocol = {
      onConnect: (connection) => {
        for (let index = 0; index < count; index++) {
          connection.write(Buffer.from("x".repeat(index % 10) + String(index)));
        }
        connection.end();
      },
    };
    using server = new StreamServer({ path }, protocol, { ...kind, type: "seqpacket" });
    const running = server.run();
    await using python = new Python();
    await python.run("there = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)");
    await python.run(`there.connect("\\0${path.slice(1)}")`);

    const right = await python.run(
      `all(there.recv(99) == b"x" * (i % 10) + b"%d" % i for i in range(${String(count)}))`,
    );
    expect(right).toBe(true);
    expect(await python.run("len(there.recv(99))")).toBe(0);
    await python.run("there.close()");

    server.stop();
    expect(await running).toMatchObject({ connections: 1, broken: 0 });
  });
});

describe("StreamServer", () => {
  it.each<[string, object]>([
    ["ERR_INVALID_ARG_VALUE", { multiplexer: "poll" }],
    ["ERR_INVALID_ARG_VALUE", { edge: true }],
    ["ERR_INVALID_ARG_VALUE", { capacity: 4096 }],
  ])("throws %s for a reactor together with %j", (code, options) => {
    using reactor = reactorOf({ multiplexer: "select", edge: false });
    const before = openDescriptors();

    expect(() => new StreamServer(ANYWHERE, {}, { reactor, ...options })).toThrow(
      expect.objectContaining({ code }),
    );

    expect(openDescriptors()).toEqual(before);
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["a function", () => ({})],
    ["an onData that is no function", { onData: 1 }],
    ["an onConnect that is no function", { onConnect: "x" }],
  ])("refuses %s for a protocol", (_what, protocol) => {
    expect(() => new StreamServer(ANYWHERE, protocol as ServerProtocol)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("refuses a socket that does not listen, which stays open", () => {
    using socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(ANYWHERE);

    expect(() => new StreamServer(socket, {})).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );

    expect(socket.closed).toBe(false);
  });

  it("takes over the path of a dead server only if it is told to", () => {
    const path = join(folder, "stale");
    Socket.open(sys.AF_UNIX, sys.SOCK_STREAM).bind({ path }).close();
    expect(existsSync(path)).toBe(true);

    expect(() => new StreamServer({ path }, {})).toThrow(
      expect.objectContaining({ code: "EADDRINUSE", path }),
    );

    using server = new StreamServer({ path }, {}, { unlinkStale: true });
    using client = connected(server);
    expect(client.closed).toBe(false);
  });

  it("refuses seqpacket where the family has none", () => {
    const before = openDescriptors();

    expect(() => new StreamServer(ANYWHERE, {}, { type: "seqpacket" })).toThrow(
      expect.objectContaining({ syscall: "socket" }),
    );

    expect(openDescriptors()).toEqual(before);
  });
});
