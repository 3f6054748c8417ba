import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventManager } from "../../lib/manager/event_manager.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { shell } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { KINDS } from "../support/reactors.ts";
import { echo, Journal, managerOf, pollUntil, portOf } from "./support.ts";

describe.each(KINDS)("udp:// on $multiplexer, edge: $edge", (kind) => {
  const errors: unknown[] = [];
  let manager: EventManager;
  beforeEach(() => {
    errors.length = 0;
    manager = managerOf(kind, { onError: (error) => errors.push(error) });
  });
  afterEach(() => {
    manager.close();
  });

  it("answers each peer at its own address, and keeps nothing of a datagram for the next", async () => {
    const seen: string[] = [];
    const listener = manager.listen("udp://127.0.0.1:0", (connection, { type }) => {
      if (type !== "read") return;
      seen.push(connection.recv.toString());
      connection.send(`to ${String(connection.remoteAddress?.port)}`);
    });
    await using python = new Python();
    await python.run(
      "peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]",
    );
    await python.run(
      `for peer in peers: peer.connect(("127.0.0.1", ${String(portOf(listener))})); peer.send(b"abc")`,
    );
    pollUntil(manager, () => seen.length === 3);

    const answers = await python.run("[peer.recv(99).decode() for peer in peers]");
    const ports = await python.run("[peer.getsockname()[1] for peer in peers]");

    expect(seen).toEqual(["abc", "abc", "abc"]);
    expect(answers).toEqual((ports as number[]).map((port) => `to ${String(port)}`));
    expect(listener.recv.length).toBe(0);
  });

  it("answers socat, empty and longest datagrams, and sends to any address", async () => {
    const listener = manager.listen("udp://127.0.0.1:0", echo);
    const journal = new Journal();
    const other = manager.listen("udp://127.0.0.1:0", journal.handler);
    const client = manager.connect(`udp://127.0.0.1:${String(portOf(listener))}`, journal.handler);
    pollUntil(manager, () => journal.has("client connect"));
    const address = other.localAddress!;

    for (const size of [0, 65_507]) client.send(new Uint8Array(size));
    listener.sendTo("hello", address);
    pollUntil(manager, () => journal.has("client read 65507") && journal.has("listener read 5"));
    const running = manager.run();
    const answer = await shell(
      `echo one | socat -t 0.5 - UDP:127.0.0.1:${String(portOf(listener))}`,
    );
    manager.stop();
    await running;

    expect(journal.has("client read 0")).toBe(true);
    expect(answer).toBe("one\n");
    expect(other.remoteAddress?.port).toBe(portOf(listener));
  });

  it("tells error and close of a client whose server is gone", () => {
    using free = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind({ address: "127.0.0.1", port: 0 });
    const url = `udp://${String(free.localAddress)}`;
    free.close();
    const client = new Journal();
    const connection = manager.connect(url, client.handler);
    pollUntil(manager, () => client.has("client connect"));

    connection.send("anybody?");
    pollUntil(manager, () => client.has("client close"));

    expect(client.lines.slice(-2)).toEqual(["client error ECONNREFUSED", "client close"]);
  });

  it("tells a server of what it cannot send, and stays open", () => {
    const server = new Journal();
    const listener = manager.listen("udp://127.0.0.1:0", server.handler);
    const own = listener.localAddress!;

    const sent = [
      listener.send("to nobody yet"),
      listener.sendTo(new Uint8Array(70_000), own),
      listener.sendTo("x", { address: "255.255.255.255", port: 9 }),
      listener.sendTo("x", own),
    ];
    pollUntil(manager, () => server.has("listener read 1"));

    expect(sent).toEqual([false, false, false, true]);
    expect(server.lines).toEqual(
      [
        ...["listener open", "listener error EMSGSIZE", "listener error EACCES"].sort(),
        ...["listener read 1", "listener write 1"],
      ].sort((a, b) => server.lines.indexOf(a) - server.lines.indexOf(b)),
    );
  });

  it("goes on when its handler fails", () => {
    const server = new Journal((_, { type }) => {
      if (type === "read") throw new Error("mine");
    });
    const listener = manager.listen("udp://127.0.0.1:0", server.handler);
    const own = listener.localAddress!;
    for (let count = 0; count < 20; count++) listener.sendTo("x", own);

    pollUntil(manager, () => errors.length === 20);

    expect(listener.closed).toBe(false);
  });

  it("hears nothing while it is paused, and the rest when it is resumed", () => {
    const server = new Journal((connection, { type }) => {
      if (type === "read") connection.pause();
    });
    const listener = manager.listen("udp://127.0.0.1:0", server.handler);
    const own = listener.localAddress!;
    for (let count = 0; count < 3; count++) listener.sendTo("x", own);
    while (manager.poll(20) > 0);
    const whilePaused = server.lines.filter((line) => line === "listener read 1").length;

    for (let count = 2; count <= 3; count++) {
      listener.resume();
      pollUntil(
        manager,
        () => server.lines.filter((line) => line === "listener read 1").length === count,
      );
    }

    expect(whilePaused).toBe(1);
  });

  it("serves others besides a socket that never runs out of datagrams", () => {
    let reads = 0;
    const busy = manager.listen("udp://127.0.0.1:0", (connection, { type }) => {
      if (type === "read" && ++reads < 10_000) connection.send("more");
    });
    busy.sendTo("first", busy.localAddress!);
    const other = new Journal();
    const listener = manager.listen("udp://127.0.0.1:0", other.handler);
    manager.poll(100);
    busy.sendTo("x", listener.localAddress!);

    pollUntil(manager, () => other.has("listener read 1"));

    expect(reads).toBeLessThan(10_000);
    busy.close();
  });

  it("refuses sendTo on a stream", () => {
    const listener = manager.listen("tcp://127.0.0.1:0", echo);

    expect(() => listener.sendTo("x", { address: "127.0.0.1", port: 1 })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );
    expect(() => listener.send("x")).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );
  });
});
