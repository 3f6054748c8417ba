import { describe, expect, it } from "vitest";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { Socket } from "../../lib/socket/socket.ts";
import { KINDS, reactorOf } from "../support/reactors.ts";

describe.each(KINDS)("Reactor.run on $multiplexer, edge: $edge", (kind) => {
  it("handles events while Node's own timers and promises go on", async () => {
    using reactor = reactorOf(kind);
    const [here, there] = Socket.pair();
    const order: string[] = [];
    reactor.add(here, READABLE, {
      onReady() {
        here.recv(Buffer.alloc(10));
        order.push("event");
        if (order.length === 4) reactor.stop();
        else setImmediate(send);
      },
    });
    const send = (): void => {
      order.push("immediate");
      there.send(Buffer.from("x"));
    };

    setImmediate(send);
    await reactor.run();

    expect(order).toEqual(["immediate", "event", "immediate", "event"]);
    here.close();
    there.close();
  });

  it("runs a timer that is set while it waits for a later one, never early", async () => {
    using reactor = reactorOf(kind);
    reactor.setTimer(60_000, () => undefined);
    const run = reactor.run();
    await new Promise(setImmediate);
    const startMs = performance.now();
    let ranMs = 0;

    reactor.setTimer(5.5, () => {
      ranMs = performance.now();
      reactor.stop();
    });
    await run;

    expect(ranMs - startMs).toBeGreaterThanOrEqual(5.5);
  });

  it.each(["setTimer", "stop"] as const)("throws what a handler throws after %s", async (call) => {
    using reactor = reactorOf(kind);
    const [here, there] = Socket.pair();
    reactor.add(here, READABLE, {
      onReady() {
        if (call === "stop") reactor.stop();
        else reactor.setTimer(60_000, () => undefined);
        throw new Error("thrown");
      },
    });
    there.send(Buffer.from("x"));

    await expect(reactor.run()).rejects.toThrow("thrown");

    here.close();
    there.close();
  });

  it("throws what a timer throws after it has set the next one", async () => {
    using reactor = reactorOf(kind);
    reactor.setTimer(0, () => {
      reactor.setTimer(60_000, () => undefined);
      throw new Error("thrown");
    });

    await expect(reactor.run()).rejects.toThrow("thrown");
  });

  it("runs no timer any more after the turn in which it was stopped", async () => {
    using reactor = reactorOf(kind);
    let runs = 0;
    const again = (): void => {
      if (++runs === 3) reactor.stop();
      reactor.setTimer(0, again);
    };

    reactor.setTimer(0, again);
    await reactor.run();

    expect(runs).toBe(3);
  });

  it("is stopped from outside, also before it runs, and runs again", async () => {
    using reactor = reactorOf(kind);
    reactor.stop();
    await reactor.run();
    const run = reactor.run();
    await new Promise(setImmediate);

    reactor.stop();
    await run;

    expect(await reactor.turn(0)).toBe(0);
  });

  it("is stopped by a signal, and throws its reason", async () => {
    using reactor = reactorOf(kind);
    const controller = new AbortController();
    const run = reactor.run({ signal: controller.signal });
    await new Promise(setImmediate);

    controller.abort(new Error("enough"));

    await expect(run).rejects.toThrow("enough");
    await expect(reactor.run({ signal: controller.signal })).rejects.toThrow("enough");
  });

  it("runs once at a time", async () => {
    using reactor = reactorOf(kind);
    const run = reactor.run();

    await expect(reactor.run()).rejects.toEqual(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );
    reactor.stop();

    await run;
  });

  it("passes on what a handler throws", async () => {
    using reactor = reactorOf(kind);
    const [here, there] = Socket.pair();
    reactor.add(here, READABLE, {
      onReady() {
        here.recv(Buffer.alloc(10));
        throw new Error("of the handler");
      },
    });
    there.send(Buffer.from("x"));

    await expect(reactor.run()).rejects.toThrow("of the handler");

    expect(await reactor.turn(0)).toBe(0);
    here.close();
    there.close();
  });
});
