import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EchoServer } from "../../lib/servers/echo_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";

const MIB = 1024 * 1024;
// <netinet/tcp.h>: the peer has ended its direction, ours is open.
const TCP_CLOSE_WAIT = 8;

describe.each(SERVERS)("pollux serve, %s", (_name, args) => {
  let server: Serving;

  beforeEach(async () => {
    server = await Serving.start(args);
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  it.each(["SIGINT", "SIGTERM"] as const)("counts exactly what it did until %s", async (signal) => {
    await using first = await RemoteClient.connect(server.port);
    await using second = await RemoteClient.connect(server.port);
    await first.ask("fetch", 1);
    await second.ask("fetch", 3 * MIB);
    for (const client of [first, second]) {
      await client.ask("shutdown");
      await client.ask("readAll");
    }
    await using third = await RemoteClient.connect(server.port);
    await third.ask("roundTrips", 7, 1000);
    await third.ask("close");

    const { code, totals } = await server.stop(signal);

    expect(code).toBe(0);
    expect(totals).toEqual({
      connections: 3,
      rejected: 0,
      broken: 0,
      open: 0,
      peakOpen: 2,
      bytesIn: 3 * MIB + 7001,
      bytesOut: 3 * MIB + 7001,
    });
  });

  it("shows idle clients the end of the stream when it stops, and waits for theirs", async () => {
    await using idle = await RemoteClient.connect(server.port);
    await idle.ask("roundTrips", 1, 10);

    server.program.kill("SIGTERM");

    expect(await idle.ask("readAll")).toEqual({ bytes: 10, matches: true, end: "eof" });
    expect(await idle.ask("queues")).toMatchObject({ state: TCP_CLOSE_WAIT });
    await idle.ask("refused");
    expect(await idle.ask("send", 100)).toEqual({ bytes: 100 });
    expect(await idle.ask("delivered")).toMatchObject({ state: TCP_CLOSE_WAIT });
    await idle.ask("close");
    const { code, totals } = await server.stopped();
    expect(code).toBe(0);
    expect(totals).toMatchObject({ connections: 1, open: 0, broken: 0, bytesOut: 10 });
  });

  it("still sends a client all that it has not read when it stops", async () => {
    await using slow = await RemoteClient.connect(server.port);
    await slow.ask("receiveBuffer", 4096);
    await slow.ask("send", MIB);
    await slow.ask("delivered");
    server.program.kill("SIGTERM");
    await slow.ask("refused");

    const reply = await slow.ask("readAll");

    expect(reply).toEqual({ bytes: MIB, matches: true, end: "eof" });
    await slow.ask("close");
    const { code, totals } = await server.stopped();
    expect(code).toBe(0);
    expect(totals).toMatchObject({ open: 0, broken: 0, bytesIn: MIB, bytesOut: MIB });
  });

  it("ends at once on the second signal", async () => {
    await using idle = await RemoteClient.connect(server.port);
    await idle.ask("roundTrips", 1, 10);
    server.program.kill("SIGTERM");
    await idle.ask("readAll");

    server.program.kill("SIGINT");

    const { code, stdout } = await server.program.ended;
    expect(code).toBe(128 + 2);
    expect(stdout).not.toContain("stopped");
  });
});

describe("pollux serve", () => {
  it("cuts off a client that never leaves, 5 s after the signal", async () => {
    await using server = await Serving.start([]);
    await using idle = await RemoteClient.connect(server.port);
    await idle.ask("roundTrips", 1, 10);

    const before = performance.now();
    const { code, totals } = await server.stop();

    expect(performance.now() - before).toBeGreaterThanOrEqual(5000);
    expect(code).toBe(0);
    expect(totals).toMatchObject({ open: 1, broken: 0, bytesIn: 10, bytesOut: 10 });
  });
});

describe.each([
  ["select", {}],
  ["poll", {}],
  ["epoll", {}],
  ["epoll", { edge: true }],
] as const)("EchoServer on %s %o", (multiplexer, options) => {
  it.each([
    ["TCP", { address: "127.0.0.1", port: 0 }],
    ["unix sockets", { path: `\0pollux-stopping-${String(process.pid)}` }],
  ])("answers those who wait to be accepted when it stops (%s)", (_name, address) => {
    using server = new EchoServer(address, { multiplexer, ...options });
    const clients = Array.from({ length: 200 }, (_, index) => {
      const { family } = server.address;
      const client = Socket.open(family, sys.SOCK_STREAM, 0, { blocking: true });
      client.connectSync(server.address);
      client.send(Buffer.from(String(index)));
      client.shutdown(sys.SHUT_WR);
      return client;
    });

    server.stop();
    const totals = server.runSync();

    expect(totals).toMatchObject({ connections: 200, broken: 0, open: 0 });
    for (const [index, client] of clients.entries()) {
      const answer = Buffer.alloc(10);
      expect(client.recv(answer)).toBe(String(index).length);
      expect(answer.toString("latin1", 0, String(index).length)).toBe(String(index));
      expect(client.recv(answer)).toBe(0);
      client.close();
    }
  });
});
