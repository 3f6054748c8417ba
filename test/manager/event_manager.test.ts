import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect as connectNode } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventManager } from "../../lib/manager/event_manager.ts";
import type { ManagerConnection } from "../../lib/manager/manager_connection.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { shell } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { KINDS, tcpPair } from "../support/reactors.ts";
import { echo, Journal, managerOf, pollUntil, portOf, runUntil } from "./support.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pollux-manager-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each(KINDS)("EventManager on $multiplexer, edge: $edge", (kind) => {
  const errors: unknown[] = [];
  let manager: EventManager;
  beforeEach(() => {
    errors.length = 0;
    manager = managerOf(kind, { onError: (error) => errors.push(error) });
  });
  afterEach(() => {
    manager.close();
  });

  it("tells the events of a client and of the connection that a listener accepts, in mongoose's order", () => {
    const server = new Journal(echo);
    const client = new Journal((connection, event) => {
      if (event.type === "connect") connection.send("hello");
      if (event.type === "read") connection.drain();
    });
    const listener = manager.listen("tcp://127.0.0.1:0", server.handler);

    manager.connect(`tcp://127.0.0.1:${String(portOf(listener))}`, client.handler);
    pollUntil(manager, () => server.has("accepted close") && client.has("client close"));

    expect(client.lines).toEqual([
      ...["client open", "client resolve", "client connect", "client write 5", "client read 5"],
      ...["client end", "client close"],
    ]);
    expect(server.of("listener")).toEqual(["open"]);
    expect(server.of("accepted")).toEqual([
      ...["open", "accept", "read 5", "write 5", "end", "close"],
    ]);
    expect(errors).toEqual([]);
  });

  it.each(["tcp", "unix"])(
    "echoes to socat over %s, and sends all before it closes",
    async (how) => {
      const path = join(folder, "echo");
      const url = how === "tcp" ? "tcp://127.0.0.1:0" : `unix://${path}`;
      const listener = manager.listen(url, echo);
      const target = how === "tcp" ? `TCP:127.0.0.1:${String(portOf(listener))}` : `UNIX:${path}`;
      const running = manager.run();

      const sizes = await shell(
        `head -c 3000000 /dev/zero | socat -t 60 - ${target} | wc -c; echo bye | socat -t 60 - ${target}`,
      );

      expect(sizes).toMatch(/^3000000\nbye\n$/);
      manager.close();
      await running;
      expect(existsSync(path)).toBe(false);
      expect(errors).toEqual([]);
    },
  );

  it("serves ncat and node:net over IPv6", async () => {
    const listener = manager.listen("tcp://[::1]:0", echo);
    const running = manager.run();

    const answer = await shell(`echo one | ncat ::1 ${String(portOf(listener))}`);
    const socket = connectNode({ host: "::1", port: portOf(listener) });
    socket.end("two");

    expect([answer, await text(socket)]).toEqual(["one\n", "two"]);
    manager.stop();
    await running;
  });

  it("keeps what a handler leaves in recv, and offers it with what follows", async () => {
    const lines: string[] = [];
    let unread = "";
    const listener = manager.listen("tcp://127.0.0.1:0", ({ recv }, event) => {
      if (event.type === "close") unread = recv.toString();
      if (event.type !== "read") return;
      for (let end = recv.indexOf(10); end !== -1; end = recv.indexOf(10)) {
        lines.push(recv.toString().slice(0, end));
        recv.consume(end + 1);
      }
    });
    await using python = await pythonClient(portOf(listener));

    for (const part of ["on", "e\\ntw", "o\\nthree\\n\\nre", "st"]) {
      await python.run(`s.sendall(b"${part}")`);
      const before = bytesInOf(manager);
      pollUntil(manager, () => bytesInOf(manager) > before);
    }
    await python.run("s.close()");
    pollUntil(manager, () => unread !== "");

    expect(lines).toEqual(["one", "two", "three", ""]);
    expect(unread).toBe("rest");
  });

  it("ends a connection that leaves more than bufferLimit in recv, and no other", async () => {
    using small = managerOf(kind, { bufferLimit: 1000 });
    const server = new Journal();
    const listener = small.listen("tcp://127.0.0.1:0", server.handler);
    await using python = await pythonClient(portOf(listener));

    await python.run(`s.sendall(b"x" * 999)`);
    pollUntil(small, () => server.has("accepted read 999"));
    await python.run(`s.sendall(b"x" * 2)`);
    pollUntil(small, () => server.has("accepted close"));

    expect(server.of("accepted").slice(-2)).toEqual(["error EMSGSIZE", "close"]);
    expect(listener.state).toBe("listening");
  });

  it("receives nothing while it is paused, and offers what was left when it is resumed", async () => {
    let accepted: ManagerConnection | undefined;
    const reads: number[] = [];
    const listener = manager.listen("tcp://127.0.0.1:0", (connection, event) => {
      if (event.type === "accept") accepted = connection;
      if (event.type !== "read") return;
      reads.push(event.bytes);
      if (reads.length === 1) connection.pause();
    });
    await using python = await pythonClient(portOf(listener));
    await python.run(`s.sendall(b"abc")`);
    pollUntil(manager, () => reads.length === 1);
    await python.run(`s.sendall(b"de")`);
    while (manager.poll(50) > 0);

    const whilePaused = [...reads];
    accepted?.resume();
    pollUntil(manager, () => accepted?.recv.length === 5);

    expect(whilePaused).toEqual([3]);
    expect(reads.reduce((sum, size) => sum + size)).toBe(5);
    expect(accepted?.recv.toString()).toBe("abcde");
  });

  it("stops a sender whose peer does not read, and tells write when there is room", async () => {
    const block = new Uint8Array(1 << 16);
    let goesOn = true;
    let written = 0;
    let blocks = 0;
    const fill = (connection: ManagerConnection): void => {
      goesOn = true;
      while (goesOn && blocks < 200) {
        goesOn = connection.send(block);
        blocks++;
      }
    };
    const listener = manager.listen("tcp://127.0.0.1:0", (connection, event) => {
      if (event.type === "accept") fill(connection);
      if (event.type !== "write") return;
      written += event.bytes;
      if (!goesOn && connection.writableLength < block.length) fill(connection);
    });
    await using python = await pythonClient(portOf(listener));
    pollUntil(manager, () => !goesOn);
    while (manager.poll(50) > 0);
    const stopped = blocks;
    const running = manager.run();

    const total = await python.run(
      "sum(len(s.recv(1<<20, socket.MSG_WAITALL)) for i in range(12))",
    );

    expect(stopped).toBeLessThan(150);
    expect(total).toBe(12 << 20);
    manager.stop();
    await running;
    pollUntil(manager, () => blocks < 200 || written === 200 * block.length);
  });

  it("closes a connection whose handler fails, tells onError, and goes on with the others", async () => {
    const server = new Journal((_, event) => {
      if (event.type === "read") throw new Error("mine");
    });
    const listener = manager.listen("tcp://127.0.0.1:0", server.handler);
    const running = manager.run();

    const endings = [];
    for (const word of ["one", "two"]) {
      await using python = await pythonClient(portOf(listener));
      endings.push(await python.run(`s.sendall(b"${word}") or s.recv(1)`));
    }

    expect(endings).toEqual(["", ""]);
    expect(errors).toEqual([new Error("mine"), new Error("mine")]);
    expect(server.of("accepted").filter((line) => line === "close")).toHaveLength(2);
    manager.stop();
    await running;
  });

  it("leaves a listener open whose handler fails or is rejected", async () => {
    const listener = manager.listen("tcp://127.0.0.1:0", async ({ role }, event) => {
      if (role === "listener") throw new Error("of listener");
      if (event.type === "accept") await Promise.reject(new Error("of accepted"));
    });
    const running = manager.run();
    await using python = await pythonClient(portOf(listener));

    const end = await python.run("s.recv(1)");

    expect(end).toBe("");
    expect(errors).toEqual([new Error("of listener"), new Error("of accepted")]);
    expect(listener.state).toBe("listening");
    manager.stop();
    await running;
  });

  it.each(["open", "accept", "read", "write", "end", "close"])(
    "can be closed by the handler of %s, with one close and nothing after it",
    async (when) => {
      const server = new Journal((connection, event) => {
        if (event.type === "read") connection.send("x");
        if (event.type === when && connection.role === "accepted") {
          connection.close();
          connection.close();
          expect(connection.send("y")).toBe(false);
        }
      });
      const listener = manager.listen("tcp://127.0.0.1:0", server.handler);
      await using python = await pythonClient(portOf(listener));

      await python.run(`s.sendall(b"x") or s.shutdown(socket.SHUT_WR)`);
      pollUntil(manager, () => server.has("accepted close"));
      while (manager.poll(0) > 0);

      const events = server.of("accepted");
      expect(events).not.toContain("called within a call");
      expect(events.filter((line) => line === "close")).toHaveLength(1);
      expect(events.at(-1)).toBe("close");
      expect(events.some((line) => line.startsWith(when))).toBe(true);
      expect(errors).toEqual([]);
    },
  );

  it("can be closed by a handler: all connections get close, and what follows is refused", () => {
    const journal = new Journal((_, event) => {
      if (event.type === "connect") manager.close();
    });
    const listener = manager.listen("tcp://127.0.0.1:0", journal.handler);
    manager.connect(`tcp://127.0.0.1:${String(portOf(listener))}`, journal.handler);

    manager.runSync();

    expect(journal.lines.filter((line) => line.endsWith(" close")).sort()).toEqual(
      [
        "client close",
        "listener close",
        ...journal.lines.filter((line) => line === "accepted close"),
      ].sort(),
    );
    expect(manager.connections).toEqual([]);
    for (const call of [
      () => manager.poll(0),
      () => manager.listen("tcp://127.0.0.1:0", echo),
      () => manager.connect("tcp://127.0.0.1:1", echo),
      () => manager.setTimer(0, () => undefined),
      () => manager.wakeupAddress(),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
    }
  });

  it.each([
    ["tcp", "ECONNREFUSED"],
    ["unix", "ENOENT"],
    ["name", "ENOTFOUND"],
  ])("tells error and close of a client that cannot connect: %s", async (what, code) => {
    // Bound, so that nobody else can listen there.
    using held = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind({ address: "127.0.0.1", port: 0 });
    const port = String(held.localAddress.port);
    const urls: Record<string, string> = {
      tcp: `tcp://127.0.0.1:${port}`,
      unix: `unix://${join(folder, "none")}`,
      name: "tcp://nowhere.invalid:80",
    };
    const client = new Journal();
    manager.connect(urls[what] ?? "", client.handler);
    const within = [...client.lines];

    await runUntil(manager, client, "client close");

    expect(within).toEqual(["client open"]);
    // Without a network, the resolver answers that it cannot tell.
    expect(client.lines.at(-2)).toMatch(new RegExp(`^client error (${code}|EAI_AGAIN)$`));
    expect(client.lines.at(-1)).toBe("client close");
  });

  it("gives up a client after timeoutMs", () => {
    // Nobody accepts, and the queue is full: the kernel goes on trying.
    using full = Socket.open(sys.AF_INET, sys.SOCK_STREAM)
      .bind({ address: "127.0.0.1", port: 0 })
      .listen(0);
    const fillers = [1, 2].map(() => Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    for (const filler of fillers) filler.connect(full.localAddress);
    const client = new Journal();

    manager.connect(`tcp://${String(full.localAddress)}`, client.handler, { timeoutMs: 20 });
    pollUntil(manager, () => client.has("client close"));

    expect(client.lines.slice(-2)).toEqual(["client error ETIMEDOUT", "client close"]);
    for (const filler of fillers) filler.close();
  });

  it("waits for room in the queue of a unix listener", () => {
    const path = join(folder, "full");
    using full = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM).bind({ path }).listen(0);
    using filler = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM);
    filler.connect({ path });
    const client = new Journal();
    manager.connect(`unix://${path}`, client.handler);
    while (manager.poll(20) > 0);
    const waiting = [...client.lines];

    full.accept()?.close();
    pollUntil(manager, () => client.has("client connect"));

    expect(waiting).toEqual(["client open", "client resolve"]);
  });

  it("replaces the file of a dead unix server, and not that of a living one", async () => {
    const path = join(folder, "stale");
    await shell(`python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("${path}")'`);

    const first = manager.listen(`unix://${path}`, echo);

    expect(() => manager.listen(`unix://${path}`, echo)).toThrow(
      expect.objectContaining({ code: "EADDRINUSE", path }),
    );
    first.close();
    expect(existsSync(path)).toBe(false);
  });

  it("drains a listener: those that are established are served, later ones refused", async () => {
    const server = new Journal(echo);
    const listener = manager.listen("tcp://127.0.0.1:0", server.handler);
    const port = portOf(listener);
    await using python = await pythonClient(port);

    listener.drain();
    await python.run(`s.sendall(b"abc")`);
    pollUntil(manager, () => server.has("accepted write 3"));

    expect(server.of("listener")).toEqual(["open", "close"]);
    expect(await python.run("s.recv(3)")).toBe(Buffer.from("abc").toString("hex"));
    await expect(pythonClient(port)).rejects.toThrow("refused");
  });

  it("stays open for sending with allowHalfOpen, until the handler ends it", async () => {
    const server = new Journal((connection, event) => {
      if (event.type === "end")
        manager.setTimer(1, () => connection.send("late") && connection.end());
    });
    const listener = manager.listen("tcp://127.0.0.1:0", server.handler, { allowHalfOpen: true });
    const running = manager.run();

    const answer = await shell(
      `socat -t 60 - TCP:127.0.0.1:${String(portOf(listener))} </dev/null`,
    );

    expect(answer).toBe("late");
    manager.stop();
    await running;
  });

  it("tells error and close when a peer resets", async () => {
    const server = new Journal();
    const listener = manager.listen("tcp://127.0.0.1:0", server.handler);
    await using python = await pythonClient(portOf(listener));
    pollUntil(manager, () => server.has("accepted accept"));

    await python.run(
      "s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)) or s.close()",
    );
    pollUntil(manager, () => server.has("accepted close"));

    expect(server.of("accepted").slice(-2)).toEqual(["error ECONNRESET", "close"]);
  });

  it("wraps a socket that is connected already", () => {
    const [here, there] = tcpPair();
    const journal = new Journal(echo);
    manager.wrap(here, journal.handler);
    there.send(Buffer.from("abc"));

    pollUntil(manager, () => journal.has("wrapped write 3"));

    expect(journal.lines).toEqual(["wrapped open", "wrapped read 3", "wrapped write 3"]);
    there.close();
  });

  it("polls those that want it after each turn, and nobody else", () => {
    const polled: number[] = [];
    const listener = manager.listen("tcp://127.0.0.1:0", ({ id }, event) => {
      if (event.type === "poll") polled.push(id);
    });
    const other = manager.listen("tcp://127.0.0.1:0", ({ id }, event) => {
      if (event.type === "poll") polled.push(id);
    });

    manager.poll(0);
    listener.polls = true;
    manager.poll(0);
    manager.poll(0);
    other.polls = true;
    manager.poll(0);
    listener.close();
    manager.poll(0);

    expect(polled).toEqual([listener.id, listener.id, listener.id, other.id, other.id]);
  });

  it("polls within run and runSync, also those that want it later", async () => {
    using quick = managerOf(kind, { pollMs: 1 });
    let polls = 0;
    const listener = quick.listen("tcp://127.0.0.1:0", (_, event) => {
      if (event.type === "poll" && ++polls % 5 === 0) quick.stop();
    });
    const running = quick.run();
    quick.setTimer(5, () => (listener.polls = true));
    await running;
    const within = polls;

    quick.runSync();

    expect([within, polls]).toEqual([5, 10]);
  });

  it("runs timers once, again and again, at once, and not after cancel", () => {
    const ran: string[] = [];
    manager.setTimer(5, () => ran.push("once"));
    const never = manager.setTimer(5, () => ran.push("never"));
    never.cancel();
    const repeated = manager.setTimer(
      3,
      () => {
        ran.push("again");
        if (ran.filter((name) => name === "again").length === 4) repeated.cancel();
        throw new Error("mine");
      },
      { repeat: true, immediately: true },
    );

    pollUntil(manager, () => !repeated.pending && ran.includes("once"));
    manager.poll(10);

    expect(ran.filter((name) => name === "again")).toHaveLength(4);
    expect(ran.filter((name) => name === "once")).toHaveLength(1);
    expect(ran[0]).toBe("again");
    expect(ran).not.toContain("never");
    expect(errors).toHaveLength(4);
  });

  it("does not wait with poll(0), and waits for nothing longer than it is told to", () => {
    expect([manager.poll(0), manager.poll(1)]).toEqual([0, 0]);
    expect(() => manager.poll(-1)).toThrow(RangeError);
    expect(() => manager.poll(NaN)).toThrow(RangeError);
  });

  it("refuses to poll within a handler, or while it runs", async () => {
    const codes: unknown[] = [];
    const tryPoll = (): void => {
      try {
        manager.poll(0);
      } catch (error) {
        codes.push((error as NodeJS.ErrnoException).code);
      }
    };
    manager.setTimer(0, tryPoll);
    manager.poll(100);
    const running = manager.run();
    tryPoll();
    manager.stop();
    await running;

    expect(codes).toEqual(["ERR_INVALID_STATE", "ERR_INVALID_STATE"]);
  });

  it("ends run when its signal is aborted, and when it is closed meanwhile", async () => {
    const controller = new AbortController();
    const aborted = manager.run({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");

    const listener = manager.listen("tcp://127.0.0.1:0", echo, { polls: true });
    for (const polls of [true, false]) {
      listener.polls = polls;
      const running = manager.run();
      setImmediate(() => (polls ? manager.stop() : manager.close()));
      await running;
    }
    expect(manager.closed).toBe(true);
  });
});

describe("ManagerConnection.drain", () => {
  it("sends what is queued, ends, and closes although the peer does not", async () => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    const server = new Journal((connection, event) => {
      if (event.type !== "accept") return;
      connection.send(new Uint8Array(4 << 20));
      connection.drain();
      expect(connection.state).toBe("draining");
      expect(connection.send("more")).toBe(false);
    });
    const listener = manager.listen("tcp://127.0.0.1:0", server.handler);
    const running = manager.run();
    await using python = await pythonClient(portOf(listener));

    const size = await python.run("len(s.recv(5<<20, socket.MSG_WAITALL))");

    expect(size).toBe(4 << 20);
    manager.stop();
    await running;
    pollUntil(manager, () => server.has("accepted close"));
    expect(server.of("accepted").at(-1)).toBe("close");
  });
});

async function pythonClient(port: number): Promise<Python> {
  const python = new Python();
  try {
    await python.run(`s = socket.create_connection(("127.0.0.1", ${String(port)}))`);
    return python;
  } catch (error) {
    await python[Symbol.asyncDispose]();
    throw error;
  }
}

function bytesInOf(manager: EventManager): number {
  return manager.connections.reduce((sum, { bytesIn }) => sum + bytesIn, 0);
}
