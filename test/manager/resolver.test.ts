import { lookup } from "node:dns/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventManager } from "../../lib/manager/event_manager.ts";
import { KINDS } from "../support/reactors.ts";
import { echo, Journal, managerOf, pollUntil, portOf, runUntil } from "./support.ts";

describe.each(KINDS)("a host name, on $multiplexer, edge: $edge", (kind) => {
  let manager: EventManager;
  beforeEach(() => {
    manager = managerOf(kind);
  });
  afterEach(() => {
    manager.close();
  });

  it.each(["poll", "run"])("is resolved within %s", async (how) => {
    const listener = manager.listen("tcp://127.0.0.1:0", echo);
    const client = new Journal();
    // Its first address may be ::1, where nothing listens: the next one is tried.
    const port = String(portOf(listener));
    manager.connect(`tcp://localhost:${port}`, client.handler);

    if (how === "poll") pollUntil(manager, () => client.has("client connect"));
    else await runUntil(manager, client, "client connect");

    expect(client.lines).toEqual(["client open", "client resolve", "client connect"]);
  });

  it("that nobody knows is an error within poll, too", async () => {
    const expected = await lookup("nowhere.invalid").catch((error: unknown) => error);
    const clients = [1, 2, 3].map(() => new Journal());
    for (const client of clients) manager.connect("tcp://nowhere.invalid:80", client.handler);

    pollUntil(manager, () => clients.every((client) => client.has("client close")));

    const { code } = expected as NodeJS.ErrnoException;
    for (const client of clients) {
      expect(client.lines).toEqual(["client open", `client error ${String(code)}`, "client close"]);
    }
  });
});

describe("a host name that is being resolved", () => {
  it.each(["connection", "manager"])("is forgotten with its %s", async (what) => {
    using manager = managerOf({ multiplexer: "epoll", edge: false });
    const client = new Journal();
    const connection = manager.connect("tcp://localhost:9", client.handler);
    manager.poll(0); // a thread has begun to resolve it

    (what === "connection" ? connection : manager).close();
    await lookup("localhost");
    if (what === "connection") while (manager.poll(50) > 0);

    expect(client.lines).toEqual(["client open", "client close"]);
  });
});
