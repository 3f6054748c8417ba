import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { EchoServer, type EchoServerOptions } from "../../lib/servers/echo_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { KINDS, receive } from "../support/reactors.ts";

const ANYWHERE = { address: "127.0.0.1", port: 0 };

describe.each(KINDS)("EchoServer on $multiplexer, edge: $edge", (kind) => {
  it("returns from its run at once when it was stopped before", () => {
    const server = new EchoServer(ANYWHERE, kind);

    server.stop();
    server.stop();

    expect(server.runSync()).toMatchObject({ connections: 0, open: 0 });
  });

  it("serves a client on this very thread, which run() leaves free", async () => {
    const server = new EchoServer(ANYWHERE, { ...kind, transform: "upper" });
    const run = server.run();
    const client = connect(server.address.port ?? 0, "127.0.0.1");

    client.end("hello");
    expect(await text(client)).toBe("HELLO");
    server.stop();

    expect(await run).toMatchObject({ connections: 1, open: 0, broken: 0, bytesOut: 5 });
  });

  it("answers what had arrived before it was stopped", () => {
    const server = new EchoServer(ANYWHERE, { ...kind, transform: "upper" });
    const client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
    client.connect(server.address);
    client.send(Buffer.from("hello"));
    server.reactor.turnSync(0);

    server.stop();
    expect(receive(client)).toBe("HELLO");
    expect(client.recv(new Uint8Array(1))).toBe(0);
    client.close();

    expect(server.runSync()).toMatchObject({ connections: 1, open: 0, broken: 0, bytesOut: 5 });
  });

  it("closes the connections that are left, and may be closed twice", () => {
    const before = openDescriptors();
    const server = new EchoServer(ANYWHERE, kind);
    const client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
    client.connect(server.address);
    server.reactor.turnSync(0);
    expect(server.totals).toMatchObject({ connections: 1, open: 1 });

    server.close();
    server.close();

    expect(server.totals).toMatchObject({ connections: 1, open: 0, broken: 0 });
    expect(client.recv(new Uint8Array(1))).toBe(0);
    client.close();
    expect(openDescriptors()).toEqual(before);
  });
});

describe("EchoServer", () => {
  it.each<[string, object]>([
    ["ERR_INVALID_ARG_VALUE", { transform: "lower" }],
    ["ERR_INVALID_ARG_VALUE", { multiplexer: "kqueue" }],
    ["ERR_INVALID_ARG_VALUE", { multiplexer: "select", edge: true }],
    ["ERR_INVALID_ARG_VALUE", { multiplexer: "epoll", capacity: 4096 }],
    ["ERR_OUT_OF_RANGE", { multiplexer: "select", capacity: 0 }],
    ["ERR_OUT_OF_RANGE", { highWaterMark: 0 }],
    ["ERR_INVALID_ARG_TYPE", { highWaterMark: "1" }],
    ["ERR_INVALID_ARG_TYPE", { backlog: "1" }],
  ])("throws %s for %j, and leaves nothing open", (code, options) => {
    const before = openDescriptors();

    expect(() => new EchoServer(ANYWHERE, options as EchoServerOptions)).toThrow(
      expect.objectContaining({ code }),
    );

    expect(openDescriptors()).toEqual(before);
  });

  it("goes on listening when the time to drain is none", () => {
    using server = new EchoServer(ANYWHERE);

    expect(() => {
      server.stop(NaN);
    }).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));

    expect(server.address.port).toBeGreaterThan(0);
  });
});
