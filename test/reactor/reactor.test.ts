import { describe, expect, it } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { type Handler, Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import { Waker } from "../../lib/reactor/waker.ts";
import { KINDS, reactorOf } from "../support/reactors.ts";

describe.each(KINDS)("Reactor on $multiplexer, edge: $edge", (kind) => {
  it("waits for the next timer, and never ends its wait early", () => {
    using reactor = reactorOf(kind);
    let ranMs = 0;
    const startMs = performance.now();
    reactor.setTimer(20.5, () => {
      ranMs = performance.now();
      reactor.stop();
    });

    reactor.runSync();

    expect(ranMs - startMs).toBeGreaterThanOrEqual(20.5);
  });

  it("goes on with timers that callbacks add", () => {
    using reactor = reactorOf(kind);
    const ran: string[] = [];
    reactor.setTimer(1, () => {
      ran.push("first");
      reactor.setTimer(0, () => {
        ran.push("second");
        reactor.stop();
      });
    });

    reactor.runSync();

    expect(ran).toEqual(["first", "second"]);
  });

  it("hands an event to the handler that was added with the descriptor", () => {
    using reactor = reactorOf(kind);
    const [here, there] = Socket.pair();
    const events: number[] = [];
    reactor.add(here, READABLE, {
      onReady(ready) {
        events.push(ready);
        here.recv(Buffer.alloc(10));
        reactor.stop();
      },
    });

    there.send(Buffer.from("x"));
    reactor.runSync();

    expect(events).toEqual([READABLE]);
    here.close();
    there.close();
  });

  it("changes with modify() what is watched for, and the handler if one is given", () => {
    using reactor = reactorOf(kind);
    const [here, there] = Socket.pair();
    const events: [handler: string, ready: number][] = [];
    const handler = (name: string): Handler => ({
      onReady(ready) {
        events.push([name, ready]);
        reactor.stop();
      },
    });
    reactor.add(here, READABLE, handler("first"));

    reactor.modify(here, WRITABLE);
    reactor.runSync();
    there.send(Buffer.from("x"));
    reactor.modify(here, READABLE, handler("second"));
    reactor.runSync();

    expect(events).toEqual([
      ["first", WRITABLE],
      ["second", READABLE],
    ]);
    here.close();
    there.close();
  });

  describe("tells `onError`, and after 16 failures in a row no longer watches, a handler", () => {
    it.each(["that throws", "whose promise is rejected"])("%s", async (which) => {
      const errors: unknown[] = [];
      using reactor = reactorOf(kind, errors);
      const [here, there] = Socket.pair();
      using other = new Waker();
      let [others, failing] = [0, true];
      reactor.add(here, READABLE, {
        onReady(): unknown {
          here.recv(Buffer.alloc(1));
          if (!failing) return which === "that throws" ? undefined : Promise.resolve();
          if (which === "that throws") throw new Error("mine");
          return Promise.reject(new Error("mine"));
        },
      });
      reactor.add(other, READABLE, {
        onReady() {
          other.take();
          others++;
        },
      });
      const turn = async (): Promise<void> => {
        there.send(Buffer.from("x"));
        reactor.turnSync(0);
        await new Promise(setImmediate);
      };

      for (let count = 0; count < 15; count++) await turn();
      failing = false;
      await turn();
      failing = true;
      for (let count = 0; count < 15; count++) await turn();
      expect(reactor.multiplexer.has(here)).toBe(true);
      await turn();
      await turn();
      other.wake();
      while (reactor.turnSync(0) > 0);

      expect(errors).toEqual(Array.from({ length: 31 }, () => new Error("mine")));
      expect([others, reactor.multiplexer.has(here), here.closed]).toEqual([1, false, false]);
      here.close();
      there.close();
    });

    it("but not what it has added in its own place before", () => {
      const errors: unknown[] = [];
      using reactor = reactorOf(kind, errors);
      const [here, there] = Socket.pair();
      const calls: string[] = [];
      reactor.add(here, READABLE, {
        onReady() {
          reactor.remove(here);
          reactor.add(here, READABLE, {
            onReady() {
              calls.push("second");
              here.recv(Buffer.alloc(1));
            },
          });
          throw new Error("mine");
        },
      });

      there.send(Buffer.from("x"));
      while (reactor.turnSync(0) > 0);

      expect([errors, calls]).toEqual([[new Error("mine")], ["second"]]);
      here.close();
      there.close();
    });
  });

  it("ends its turn when the limit is over", () => {
    using reactor = reactorOf(kind);
    reactor.setTimer(60_000, () => null);
    const startMs = performance.now();

    reactor.turnSync(5);

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ["5", "ERR_INVALID_ARG_TYPE"],
    [null, "ERR_INVALID_ARG_TYPE"],
    [5n, "ERR_INVALID_ARG_TYPE"],
    [-1, "ERR_OUT_OF_RANGE"],
    [NaN, "ERR_OUT_OF_RANGE"],
  ])("refuses a turn with the limit %o, and names it", async (limitMs, code) => {
    using reactor = reactorOf(kind);
    const refused = expect.objectContaining({
      code,
      message: expect.stringContaining('"limitMs"') as unknown,
    }) as unknown;

    expect(() => reactor.turnSync(limitMs as number)).toThrow(refused);
    await expect(reactor.turn(limitMs as number)).rejects.toEqual(refused);
  });

  it("does not run when it was stopped before, and runs the next time", () => {
    using reactor = reactorOf(kind);
    let ran = false;
    reactor.setTimer(0, () => {
      ran = true;
      reactor.stop();
    });

    reactor.stop();
    reactor.runSync();
    expect(ran).toBe(false);

    reactor.runSync();
    expect(ran).toBe(true);
  });

  it("ends its run when it is closed by a callback", () => {
    const reactor = reactorOf(kind);
    reactor.setTimer(0, () => {
      reactor.close();
    });

    reactor.runSync();
    reactor.close();

    expect(() => {
      reactor.turnSync(0);
    }).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
  });
});

describe("Reactor", () => {
  it.each([undefined, null, "epoll"])("refuses %s for its multiplexer, by name", (nothing) => {
    expect(() => new Reactor(nothing as never)).toThrow(
      expect.objectContaining({
        name: "TypeError",
        code: "ERR_INVALID_ARG_TYPE",
        message: expect.stringContaining('"multiplexer"') as string,
      }),
    );
  });

  it("refuses a one-shot multiplexer, which would stall after the first event of each handler", () => {
    using multiplexer = new EpollMultiplexer<Handler>({ oneShot: true });

    expect(() => new Reactor(multiplexer)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
    expect(multiplexer.closed).toBe(false);
  });
});
