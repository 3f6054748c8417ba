import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Broadcaster } from "../../lib/manager/broadcaster.ts";
import type { EventManager } from "../../lib/manager/event_manager.ts";
import type { ManagerHandler } from "../../lib/manager/events.ts";
import { PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { KINDS, tcpPair } from "../support/reactors.ts";
import { Journal, managerOf, pollUntil, portOf } from "./support.ts";

const POLLUX = new URL("../../dist/lib/index.js", import.meta.url).href;
const BROADCASTS = Number(process.env["MANAGER_BROADCASTS"] ?? 10_000);
const SENDERS = 4;

/** Sends as fast as it can, and ends without a word. */
const SENDER = `
  const { workerData: { pollux, address, sender, count } } = require("node:worker_threads");
  import(pollux).then(({ Broadcaster }) => {
    const broadcaster = new Broadcaster(address);
    for (let number = 0; number < count; number++) broadcaster.broadcastSync(sender + ":" + number + "\\n");
    process.exit(); // without a close
  });
`;

function startSender(address: string, sender: number, count: number): Worker {
  return new Worker(SENDER, { eval: true, workerData: { pollux: POLLUX, address, sender, count } });
}

describe.each(KINDS)("Broadcaster, of a manager on $multiplexer, edge: $edge", (kind) => {
  let manager: EventManager;
  beforeEach(() => {
    manager = managerOf(kind);
  });
  afterEach(() => {
    manager.close();
  });

  it("reaches every connection that is established, and no listener of streams", () => {
    const journal = new Journal();
    const listener = manager.listen("tcp://127.0.0.1:0", journal.handler);
    const udp = manager.listen("udp://127.0.0.1:0", journal.handler);
    manager.connect(`tcp://127.0.0.1:${String(portOf(listener))}`, journal.handler);
    pollUntil(manager, () => journal.has("client connect") && journal.has("accepted accept"));
    using broadcaster = new Broadcaster(manager.wakeupAddress());

    broadcaster.broadcast("one");
    broadcaster.wakeup(udp.id, "two");
    broadcaster.wakeup(999, "nobody");
    pollUntil(manager, () => journal.has("listener wakeup two"));
    manager.broadcast("three");

    const told = journal.lines.filter((line) => line.includes("wakeup")).sort();
    expect(told).toEqual(
      ["accepted", "client", "listener"]
        .flatMap((role) => [`${role} wakeup one`, `${role} wakeup three`])
        .concat("listener wakeup two")
        .sort(),
    );
    expect([manager.wakeup(udp.id, "four"), manager.wakeup(999, "five")]).toEqual([true, false]);
  });

  it("ends with an error when the manager is closed", () => {
    const address = manager.wakeupAddress();
    using broadcaster = new Broadcaster(address);
    manager.close();

    expect(() => broadcaster.broadcast("x")).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/EPIPE|ECONNRESET/) as string }),
    );
    expect(() => new Broadcaster(address)).toThrow(
      expect.objectContaining({ code: "ECONNREFUSED" }),
    );
  });

  it("waits while a connection has too much to send, and loses nothing", () => {
    let woken = 0;
    const [here, there] = tcpPair();
    const busy = manager.wrap(here, (connection, { type }) => {
      if (type !== "wakeup") return;
      woken++;
      connection.send(new Uint8Array(1 << 16));
    });
    using broadcaster = new Broadcaster(manager.wakeupAddress());
    let sent = 0;
    for (let tries = 0; tries < 3000; tries++) {
      if (broadcaster.broadcast("x")) sent++;
      else if (manager.poll(0) === 0) break;
    }
    const before = { sent, woken };

    const buffer = new Uint8Array(1 << 20);
    for (let idle = 0; idle < 1000 && (woken < sent || busy.writableLength > 0); idle++) {
      const read = there.recv(buffer) ?? 0;
      if (read > 0) idle = 0;
      manager.poll(read > 0 ? 0 : 1);
    }

    expect(before.woken).toBeLessThan(before.sent);
    expect(woken).toBe(sent);
    there.close();
  });
});

describe("broadcasts of several threads at once", () => {
  it.each(KINDS)(
    "reach every client in the order of each sender: $multiplexer, edge: $edge",
    async (kind) => {
      using manager = managerOf(kind);
      const relay: ManagerHandler = (connection, event) => {
        if (event.type === "wakeup") connection.send(event.data);
      };
      const listener = manager.listen("tcp://127.0.0.1:0", relay);
      // Counts the lines of each sender, and checks their order.
      const program = `
import socket, sys
file = socket.create_connection(("127.0.0.1", int(sys.argv[1]))).makefile("rb")
next_of = [0] * ${String(SENDERS)}
for _ in range(${String(BROADCASTS)}):
    sender, number = file.readline().split(b":")
    assert int(number) == next_of[int(sender)], (sender, number)
    next_of[int(sender)] += 1
print(next_of)`;
      const clients = [1, 2].map(
        () => new Program(PYTHON, ["-I", "-S", "-c", program, String(portOf(listener))]),
      );
      pollUntil(manager, () => manager.connections.length === 3);
      const each = BROADCASTS / SENDERS;

      const address = manager.wakeupAddress();
      const workers = Array.from({ length: SENDERS }, (_, sender) =>
        startSender(address, sender, each),
      );
      const exits = workers.map((worker) => once(worker, "exit"));
      const running = manager.run();
      const outputs = await Promise.all(clients.map(({ ended }) => ended));
      await Promise.all(exits);
      manager.stop();
      await running;

      const expected = `[${Array<number>(SENDERS).fill(each).join(", ")}]\n`;
      expect(outputs.map(({ stdout, stderr }) => [stdout, stderr])).toEqual([
        [expected, ""],
        [expected, ""],
      ]);
    },
  );

  it("arrive also when the sender has ended, and nobody has polled before", async () => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    const journal = new Journal();
    manager.listen("udp://127.0.0.1:0", journal.handler);
    const worker = startSender(manager.wakeupAddress(), 0, 50);
    await once(worker, "exit");

    pollUntil(manager, () => journal.lines.length === 51);

    expect(journal.lines.at(-1)).toBe("listener wakeup 0:49\n");
  });

  it("wake a manager that blocks its thread", () => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    let woken = 0;
    manager.listen("udp://127.0.0.1:0", (_, { type }) => {
      if (type === "wakeup" && ++woken === 10) manager.stop();
    });
    startSender(manager.wakeupAddress(), 0, 10).unref();

    manager.runSync();

    expect(woken).toBe(10);
  });

  it("are refused from another process", async () => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    const journal = new Journal();
    manager.listen("udp://127.0.0.1:0", journal.handler);
    const name = manager.wakeupAddress().slice(1);
    await using python = new Python();
    await python.run("s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)");
    await python.run(`s.connect("\\x00${name}") or s.send(bytes(8) + b"x")`);

    while (manager.poll(20) > 0);

    expect(journal.lines).toEqual(["listener open"]);
    expect(await python.run("s.recv(1)").catch(String)).toMatch(/^$|ConnectionResetError/);
  });
});

describe("Broadcaster", () => {
  it("waits with a limit and a signal, in both ways", async () => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    using broadcaster = new Broadcaster(manager.wakeupAddress());
    while (broadcaster.broadcast("x"));

    expect(broadcaster.waitSync({ timeoutMs: 1 })).toBe(false);
    expect(await broadcaster.wait({ timeoutMs: 1 })).toBe(false);
    await expect(
      broadcaster.wait({ signal: AbortSignal.abort(new Error("enough")) }),
    ).rejects.toThrow("enough");
    const room = broadcaster.wait();
    while (manager.poll(0) > 0);
    expect(await room).toBe(true);
  });

  it.each([null, 1, ["x"], {}])("refuses to send %j", (data) => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    using broadcaster = new Broadcaster(manager.wakeupAddress());

    const expected = expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }) as Error;
    expect(() => broadcaster.broadcast(data as unknown as string)).toThrow(expected);
    expect(() => manager.broadcast(data as unknown as string)).toThrow(expected);
  });

  it.each([0, -1, 0.5, NaN, 2 ** 53, "1"])("wakes no connection with number %j", (id) => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    using broadcaster = new Broadcaster(manager.wakeupAddress());

    expect(() => broadcaster.wakeup(id as number, "x")).toThrow(/"id"/);
    expect(() => manager.wakeup(id as number, "x")).toThrow(/"id"/);
  });

  it("refuses a message that is too long for the kernel", () => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    using broadcaster = new Broadcaster(manager.wakeupAddress());

    expect(() => broadcaster.broadcast(new Uint8Array(1 << 24))).toThrow(
      expect.objectContaining({ code: "EMSGSIZE" }),
    );
    expect(broadcaster.broadcast(new Uint8Array(100_000))).toBe(true);
  });
});
