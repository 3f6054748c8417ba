import { describe, expect, it } from "vitest";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import type { StreamLimits } from "../../lib/servers/stream_limits.ts";
import type { ServerProtocol } from "../../lib/servers/stream_options.ts";
import { sleep } from "../../lib/runtime/timing.ts";
import { StreamServer } from "../../lib/servers/stream_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { KINDS, reactorOf, receive, settle, turnUntil } from "../support/reactors.ts";

const ANYWHERE = { address: "127.0.0.1", port: 0 };
const NOTHING_HAPPENED = {
  ...{ maxConnections: 0, maxPerAddress: 0 },
  ...{ idleTimeoutMs: 0, readTimeoutMs: 0, writeTimeoutMs: 0 },
};
const MIB = 1024 * 1024;

/** Answers each line with itself. */
class Lines implements ServerProtocol {
  readonly ended: unknown[] = [];

  onData: NonNullable<ServerProtocol["onData"]> = (connection, buffer, offset, length) => {
    const end = buffer.subarray(0, offset + length).lastIndexOf(0x0a) + 1;
    if (end <= offset) return 0;
    connection.write(buffer, offset, end - offset);
    return end - offset;
  };

  onClose(_connection: unknown, error: unknown): void {
    this.ended.push(error);
  }
}

/** Writes much to each client. */
class Flood extends Lines {
  onConnect: NonNullable<ServerProtocol["onConnect"]> = (connection) => {
    connection.write(new Uint8Array(16 * MIB));
  };
}

function connected(server: StreamServer, from?: string): Socket {
  const client = Socket.open(server.address.family, sys.SOCK_STREAM);
  if (from !== undefined) client.bind({ address: from, port: 0 });
  client.connectSync(server.address);
  return client;
}

function say(client: Socket, text: string): void {
  client.send(Buffer.from(text));
}

/** How a client's connection has ended; `null` if it has not. */
function endOf(client: Socket): string | null {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (;;) {
      const received = client.recv(buffer);
      if (received === null) return null;
      if (received === 0) return "end";
    }
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function limited(
  reactor: Reactor,
  limits: StreamLimits,
  protocol: ServerProtocol = new Lines(),
): StreamServer {
  return new StreamServer(ANYWHERE, protocol, { reactor, ...limits });
}

describe.each(KINDS)("the limits of a StreamServer on $multiplexer, edge: $edge", (kind) => {
  it("refuse the client after maxConnections with a reset, and serve the next when one has left", () => {
    using reactor = reactorOf(kind);
    using server = limited(reactor, { maxConnections: 2 });
    const clients = [connected(server), connected(server), connected(server)] as const;
    settle(reactor);

    expect(clients.map(endOf)).toEqual([null, null, "ECONNRESET"]);
    expect(server.totals).toMatchObject({
      ...{ connections: 2, rejected: 1, broken: 0, open: 2 },
      limits: { ...NOTHING_HAPPENED, maxConnections: 1 },
    });

    clients[0].close();
    settle(reactor);
    using next = connected(server);
    say(next, "hello\n");
    turnUntil(reactor, () => server.totals.bytesOut === 6);
    expect(receive(next)).toBe("hello\n");
    for (const client of clients) client.close();
  });

  it("refuse a client beyond maxPerAddress, whatever its port, and none of another address", () => {
    using reactor = reactorOf(kind);
    using server = limited(reactor, { maxPerAddress: 2 });
    const addresses = ["127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.2"];
    const clients = addresses.map((address) => {
      const client = connected(server, address);
      settle(reactor);
      return client;
    });

    expect(clients.map(endOf)).toEqual([null, null, "ECONNRESET", null, null]);
    expect(server.totals).toMatchObject({
      ...{ connections: 4, rejected: 1, limits: { ...NOTHING_HAPPENED, maxPerAddress: 1 } },
    });

    clients[0]!.close();
    settle(reactor);
    const again = connected(server, "127.0.0.1");
    settle(reactor);
    expect(endOf(again)).toBe(null);
    for (const client of [...clients, again]) client.close();
  });

  it("end an idle client in order, whose answers have all arrived, and no other", () => {
    const protocol = new Lines();
    using reactor = reactorOf(kind);
    using server = limited(reactor, { idleTimeoutMs: 60 }, protocol);
    const [idle, active] = [connected(server), connected(server)] as const;
    say(idle, "hello\n");
    // Each turn is an activity: as long as turns go on, the active client is not idle.
    const talk = (): boolean => {
      say(active, "again\n");
      reactor.turnSync(5);
      receive(active);
      return server.totals.limits?.idleTimeoutMs === 1;
    };
    turnUntil(reactor, talk);

    expect(receive(idle)).toBe("hello\n");
    expect(endOf(idle)).toBe("end");
    expect(endOf(active)).toBe(null);
    expect(protocol.ended).toEqual([
      expect.objectContaining({ code: "ETIMEDOUT", reason: "idleTimeoutMs of 60 ms has passed" }),
    ]);
    expect(server.totals).toMatchObject({
      ...{ connections: 2, open: 1, broken: 1, limits: { ...NOTHING_HAPPENED, idleTimeoutMs: 1 } },
    });
    for (const client of [idle, active]) client.close();
  });

  it("end a slow loris by readTimeoutMs, and nobody who has completed a message", () => {
    using reactor = reactorOf(kind);
    using server = limited(reactor, { readTimeoutMs: 60 });
    const [loris, silent, never] = [1, 2, 3].map(() => connected(server)) as [
      ...[Socket, Socket, Socket],
    ];
    say(silent, "done\n");
    say(loris, "done\n");
    const drip = (): boolean => {
      if (endOf(loris) === null) say(loris, "x");
      reactor.turnSync(5);
      return server.totals.limits?.readTimeoutMs === 2;
    };
    turnUntil(reactor, drip);

    expect([loris, silent, never].map(endOf)).toEqual([
      expect.stringMatching(/^(end|ECONNRESET)$/), // what it sent after the end is answered with a reset
      null,
      "end",
    ]);
    say(silent, "again\n");
    turnUntil(reactor, () => receive(silent) === "again\n");
    for (const client of [loris, silent, never]) client.close();
  });

  it("reset a client that reads nothing for writeTimeoutMs, and no slow reader", () => {
    using reactor = reactorOf(kind);
    const limits = { writeTimeoutMs: 200 };
    using server = limited(reactor, limits, new Flood());
    using stuck = connected(server);
    // TCP may let the sender wait for seconds where little room is free; a unix socket tells at once.
    const path = `\0pollux-slow-reader-${String(process.pid)}`;
    using local = new StreamServer({ path }, new Flood(), { reactor, ...limits });
    using slow = connected(local);
    const buffer = new Uint8Array(64 * 1024);
    let read = 0;
    const readOn = (): boolean => {
      read += slow.recv(buffer) ?? 0;
      reactor.turnSync(2);
      return server.totals.limits?.writeTimeoutMs === 1;
    };
    turnUntil(reactor, readOn);
    for (let received: number | null = null; read < 16 * MIB && received !== 0;) {
      received = slow.recv(buffer);
      read += received ?? 0;
      reactor.turnSync(0);
    }
    expect(read).toBe(16 * MIB);

    expect(endOf(stuck)).toBe("ECONNRESET");
    expect(server.totals).toMatchObject({ open: 0, broken: 1 });
    expect(local.totals).toMatchObject({ open: 1, broken: 0, limits: NOTHING_HAPPENED });
  });

  it("count no time in which the server itself stands still", () => {
    using reactor = reactorOf(kind);
    using server = limited(reactor, { idleTimeoutMs: 150 });
    using client = connected(server);
    say(client, "hello\n");
    turnUntil(reactor, () => server.totals.bytesOut === 6);

    for (let pause = 0; pause < 2; pause++) {
      sleep(200);
      settle(reactor);
    }

    expect(server.totals).toMatchObject({ open: 1, limits: NOTHING_HAPPENED });
  });

  it("do not count as reading time what a client cannot read of its answers", () => {
    using reactor = reactorOf(kind);
    const limits = { readTimeoutMs: 30, idleTimeoutMs: 200 };
    using server = limited(reactor, limits, new Flood());
    using client = connected(server);
    say(client, "begun");

    turnUntil(reactor, () => server.totals.broken === 1);

    expect(server.totals.limits).toEqual({ ...NOTHING_HAPPENED, idleTimeoutMs: 1 });
    // Much of what was written for it is unsent.
    expect(endOf(client)).toBe("ECONNRESET");
  });

  it("do not wait for a message of a client to which the protocol does not listen", () => {
    using reactor = reactorOf(kind);
    const limits = { readTimeoutMs: 30, idleTimeoutMs: 200 };
    using server = limited(reactor, limits, {});
    using client = connected(server);

    turnUntil(reactor, () => server.totals.broken === 1);

    expect(server.totals.limits).toEqual({ ...NOTHING_HAPPENED, idleTimeoutMs: 1 });
    expect(endOf(client)).toBe("end");
  });

  it("set no timer for a message, and none without limits of time", () => {
    using reactor = reactorOf(kind);
    let timers = 0;
    const setTimer = reactor.setTimer.bind(reactor);
    reactor.setTimer = (delayMs, callback) => {
      timers++;
      return setTimer(delayMs, callback);
    };
    using free = limited(reactor, { maxConnections: 10, maxPerAddress: 10 });
    using timed = limited(reactor, { idleTimeoutMs: 60_000, readTimeoutMs: 60_000 });
    const clients = [free, timed].map((server) => connected(server)) as [Socket, Socket];

    for (let message = 0; message < 200; message++) {
      for (const client of clients) say(client, "hello\n");
      settle(reactor);
    }

    expect(timed.totals.bytesOut).toBe(1200);
    expect(timers).toBeLessThan(100);
    free.close();
    timed.close();
    for (const client of clients) client.close();
  });
});

describe("the limits of a StreamServer", () => {
  it("count the clients of a unix socket by user, and show those who are refused the end", () => {
    using reactor = reactorOf({ multiplexer: "epoll", edge: false });
    const path = `\0pollux-limits-${String(process.pid)}`;
    using server = new StreamServer({ path }, new Lines(), { reactor, maxPerAddress: 1 });
    const clients = [connected(server), connected(server)];
    settle(reactor);

    expect(clients.map(endOf)).toEqual([null, "end"]);
    expect(server.totals.limits).toEqual({ ...NOTHING_HAPPENED, maxPerAddress: 1 });
    for (const client of clients) client.close();
  });

  it("count the clients of IPv6 by their address", () => {
    using reactor = reactorOf({ multiplexer: "epoll", edge: false });
    const address = { address: "::", port: 0 };
    using server = new StreamServer(address, new Lines(), { reactor, maxPerAddress: 1 });
    const { port = 0 } = server.address;
    const clients = ["::1", "::1", "127.0.0.1"].map((to) => {
      const family = to.includes(":") ? sys.AF_INET6 : sys.AF_INET;
      const client = Socket.open(family, sys.SOCK_STREAM).connectSync({ address: to, port });
      settle(reactor);
      return client;
    });

    expect(clients.map(endOf)).toEqual([null, "ECONNRESET", null]);
    for (const client of clients) client.close();
  });

  it.each([
    [{ maxConnections: 0 }, "ERR_OUT_OF_RANGE"],
    [{ maxPerAddress: 1.5 }, "ERR_OUT_OF_RANGE"],
    [{ idleTimeoutMs: 0 }, "ERR_OUT_OF_RANGE"],
    [{ readTimeoutMs: NaN }, "ERR_OUT_OF_RANGE"],
    [{ writeTimeoutMs: "1" }, "ERR_INVALID_ARG_TYPE"],
  ])("are refused: %j", (limits, code) => {
    expect(() => new StreamServer(ANYWHERE, {}, limits as StreamLimits)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining(Object.keys(limits)[0]!) as string,
      }),
    );
  });

  it("are not counted by a server that has none", () => {
    using server = new StreamServer(ANYWHERE, {});

    expect(server.totals).not.toHaveProperty("limits");
  });
});
