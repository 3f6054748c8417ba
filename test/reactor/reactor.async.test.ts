import { describe, expect, it, vi } from "vitest";
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

  it("waits on when a handler or a timer sets another timer", async () => {
    using reactor = reactorOf(kind);
    const { multiplexer } = reactor;
    const [here, there] = Socket.pair();
    const waits = vi.spyOn(multiplexer, "waitRepeatedly");
    reactor.add(here, READABLE, {
      onReady() {
        here.recv(Buffer.alloc(10));
        reactor.setTimer(0, () => reactor.setTimer(0, () => there.send(Buffer.from("x"))));
        if (++events === 5) reactor.stop();
      },
    });
    let events = 0;
    there.send(Buffer.from("x"));

    await reactor.run();

    expect(waits).toHaveBeenCalledTimes(1);
    here.close();
    there.close();
  });

  it("tells `onError` what a handler throws, and hands it the next event", async () => {
    const errors: unknown[] = [];
    using reactor = reactorOf(kind, errors);
    const [here, there] = Socket.pair();
    reactor.add(here, READABLE, {
      onReady() {
        here.recv(Buffer.alloc(10));
        if (errors.length === 1) reactor.stop();
        else reactor.setTimer(0, () => there.send(Buffer.from("again")));
        throw new Error(`thrown ${String(errors.length)}`);
      },
    });
    there.send(Buffer.from("x"));

    await reactor.run();

    expect(errors).toEqual([new Error("thrown 0"), new Error("thrown 1")]);
    here.close();
    there.close();
  });

  it("tells `onError` what timers throw and reject with, and runs the next one", async () => {
    const errors: unknown[] = [];
    using reactor = reactorOf(kind, errors);
    reactor.setTimer(0, () => {
      reactor.setTimer(1, () => {
        reactor.stop();
      });
      throw new Error("thrown");
    });
    reactor.setTimer(0, () => Promise.reject(new Error("rejected")));

    await reactor.run();

    expect(errors).toEqual([new Error("thrown"), new Error("rejected")]);
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
});
