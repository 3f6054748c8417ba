import { describe, expect, it } from "vitest";
import { EchoThread, type MultiplexerName } from "../../dist/lib/index.js";
import { openDescriptors } from "../support/descriptors.ts";
import { Crowd, RemoteClient } from "../support/remote_client.ts";

const ANYWHERE = { address: "127.0.0.1", port: 0 };
const KINDS = [
  { multiplexer: "select", edge: false },
  { multiplexer: "poll", edge: false },
  { multiplexer: "epoll", edge: false },
  { multiplexer: "epoll", edge: true },
] as const satisfies readonly { multiplexer: MultiplexerName; edge: boolean }[];

function portOf(thread: EchoThread): number {
  return thread.address.port ?? 0;
}

describe("EchoThread", () => {
  it("starts, serves and stops eight times at once", async () => {
    const kinds = [...KINDS, ...KINDS];
    const threads = await Promise.all(kinds.map((kind) => EchoThread.start(ANYWHERE, kind)));

    const served = await Promise.all(
      threads.map(async (thread) => {
        await using crowd = new Crowd(portOf(thread));
        const reply = await crowd.join(25);
        await crowd.leave(25);
        return reply;
      }),
    );
    const totals = await Promise.all(threads.map((thread) => thread.stop()));

    expect(served).toEqual(kinds.map(() => ({ served: 25, turnedAway: 0, wrong: 0 })));
    for (const total of totals)
      expect(total).toMatchObject({ connections: 25, open: 0, broken: 0 });
  });

  it("tells its totals while it serves, and the last ones after it has stopped", async () => {
    const thread = await EchoThread.start(ANYWHERE);
    await using client = await RemoteClient.connect(portOf(thread));
    await client.ask("roundTrips", 10, 100);

    const while_ = await thread.totals();
    await client.ask("close");
    await thread.stop();

    expect(while_).toMatchObject({ connections: 1, open: 1, bytesIn: 1000, bytesOut: 1000 });
    expect(await thread.totals()).toEqual({ ...while_, open: 0 });
  });

  it("answers all who ask for totals when it stops", async () => {
    const thread = await EchoThread.start(ANYWHERE);

    const asked = [thread.totals(), thread.stop(), thread.totals(), thread.totals()];

    const totals = { connections: 0, rejected: 0, broken: 0, open: 0, peakOpen: 0 };
    for (const total of await Promise.all(asked)) expect(total).toMatchObject(totals);
  });

  it("may be stopped twice, and terminated after that", async () => {
    const thread = await EchoThread.start(ANYWHERE);

    const totals = await Promise.all([thread.stop(), thread.stop()]);
    await thread.terminate();

    expect(totals[0]).toEqual(totals[1]);
    expect(await thread.stop()).toEqual(totals[0]);
    expect(await thread.stopped).toEqual(totals[0]);
  });

  it("stops when its block ends, declared with `await using`", async () => {
    let stopped: Promise<unknown>;
    {
      await using thread = await EchoThread.start(ANYWHERE);
      stopped = thread.stopped;
    }

    expect(await stopped).toMatchObject({ connections: 0 });
  });

  it("cuts clients off that are left when the time to drain is over", async () => {
    const thread = await EchoThread.start(ANYWHERE);
    await using client = await RemoteClient.connect(portOf(thread));
    await client.ask("roundTrips", 1, 1);

    expect(await thread.stop(0)).toMatchObject({ connections: 1, open: 1 });
  });

  it("rejects with the address when the port is in use", async () => {
    await using thread = await EchoThread.start(ANYWHERE);
    await thread.totals(); // it waits: no more descriptors are to come
    const before = openDescriptors();

    const { port } = thread.address;
    const second = EchoThread.start({ address: "127.0.0.1", port: portOf(thread) });

    await expect(second).rejects.toMatchObject({
      name: "SystemError",
      code: "EADDRINUSE",
      errno: -98,
      syscall: "bind",
      address: "127.0.0.1",
      port,
      message: `bind EADDRINUSE 127.0.0.1:${String(port)}`,
    });
    expect(openDescriptors()).toEqual(before);
  });

  it.each([
    ["edge-triggered poll", { multiplexer: "poll", edge: true }, "ERR_INVALID_ARG_VALUE"],
    ["an unknown transform", { transform: "lower" }, "ERR_INVALID_ARG_VALUE"],
    ["an unknown multiplexer", { multiplexer: "kqueue" }, "ERR_INVALID_ARG_VALUE"],
    ["a high-water mark of 0", { highWaterMark: 0 }, "ERR_OUT_OF_RANGE"],
    ["a capacity of -1", { multiplexer: "select", capacity: -1 }, "ERR_OUT_OF_RANGE"],
  ])("rejects %s, and leaves nothing open", async (_what, options, code) => {
    const before = openDescriptors();

    const thread = EchoThread.start(ANYWHERE, options as object);

    await expect(thread).rejects.toMatchObject({ code });
    expect(openDescriptors()).toEqual(before);
  });

  it("rejects what could not be sent to a thread before it starts one, and leaves nothing open", async () => {
    const before = openDescriptors();

    const thread = EchoThread.start(ANYWHERE, { transform: (() => 0) as unknown as "none" });

    await expect(thread).rejects.toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
    expect(openDescriptors()).toEqual(before);
  });

  it("refuses a time to drain that is none, and goes on serving", async () => {
    await using thread = await EchoThread.start(ANYWHERE);

    expect(() => thread.stop(-1)).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
    expect(() => thread.stop("1" as unknown as number)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );

    await using client = await RemoteClient.connect(portOf(thread));
    expect(await client.ask("fetch", 1)).toEqual({ bytes: 1, matches: true });
    await client.ask("close");
  });

  it("rejects with the reason when the signal was aborted before", async () => {
    const reason = new Error("not today");

    const thread = EchoThread.start(ANYWHERE, { signal: AbortSignal.abort(reason) });

    await expect(thread).rejects.toBe(reason);
  });

  it("rejects with the reason when the signal is aborted during the start", async () => {
    const before = openDescriptors();
    const controller = new AbortController();
    const reason = new Error("not now");
    const thread = EchoThread.start(ANYWHERE, { signal: controller.signal });

    controller.abort(reason);

    await expect(thread).rejects.toBe(reason);
    expect(openDescriptors()).toEqual(before);
  });

  it("ends with the reason when the signal is aborted later", async () => {
    const before = openDescriptors();
    const controller = new AbortController();
    const reason = new Error("no longer");
    const thread = await EchoThread.start(ANYWHERE, { signal: controller.signal });

    controller.abort(reason);

    await expect(thread.stopped).rejects.toBe(reason);
    await expect(thread.totals()).rejects.toBe(reason);
    expect(openDescriptors()).toEqual(before);
  });
});

describe.each(KINDS)("EchoThread on $multiplexer, edge: $edge", (kind) => {
  it("is terminated while it waits, and leaves no descriptor behind", async () => {
    const before = openDescriptors();
    const thread = await EchoThread.start(ANYWHERE, kind);
    await using client = await RemoteClient.connect(portOf(thread));
    await client.ask("roundTrips", 1, 1);
    const connected = openDescriptors();

    await thread.terminate();

    await expect(thread.stopped).rejects.toThrow("The echo thread was terminated");
    expect(await client.ask("readAll")).toMatchObject({ bytes: 1 });
    expect(connected).not.toEqual(before);
    await client[Symbol.asyncDispose]();
    expect(openDescriptors()).toEqual(before);
  });
});
