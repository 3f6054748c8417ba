import { type MockInstance, describe, expect, it, vi } from "vitest";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import { MULTIPLEXERS, createMultiplexer } from "../../lib/multiplexer/create.ts";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { Fixture } from "./contract/fixture.ts";

/** The arguments of each call of `name` that `run` makes. */
function callsOf(
  name: "epoll_ctl" | "fcntl" | "pselect" | "ppoll" | "epoll_wait",
  run: () => void,
): unknown[][] {
  const spy: MockInstance = vi.spyOn(native, name);
  run();
  const calls = [...spy.mock.calls];
  spy.mockRestore();
  return calls;
}

describe("what a change costs", () => {
  it.each(MULTIPLEXERS)("is one small system call at most: %s", (name) => {
    using fixture = new Fixture(() => createMultiplexer(name));
    const [here] = fixture.pair();
    const { mux } = fixture;
    for (const change of [
      () => mux.add(here, READABLE),
      () => mux.modify(here, WRITABLE),
      () => void mux.remove(here),
    ]) {
      let asked: unknown[][] = [];
      const told = callsOf("epoll_ctl", () => {
        asked = callsOf("fcntl", change);
      });

      expect(told).toHaveLength(name === "epoll" ? 1 : 0);
      expect(asked.length).toBeLessThanOrEqual(name === "epoll" ? 0 : 1);
    }
  });
});

describe("what a wait hands over", () => {
  it("is all numbers up to the highest one: select", () => {
    using fixture = new Fixture(() => createMultiplexer("select"));
    const high = fixture.own(
      new Descriptor(sys.fcntl(fixture.eventfd().fd, sys.F_DUPFD_CLOEXEC, 700)),
    );
    fixture.mux.add(high, READABLE);

    const [call] = callsOf("pselect", () => fixture.readyNow());

    expect(call?.[0]).toBe(high.fd + 1);
    fixture.mux.remove(high);
    expect(callsOf("pselect", () => fixture.readyNow())[0]?.[0]).toBe(0);
  });

  it("is nothing for directions that nobody watches: select", () => {
    using fixture = new Fixture(() => createMultiplexer("select"));
    fixture.mux.add(fixture.eventfd(), WRITABLE);

    const [call] = callsOf("pselect", () => fixture.readyNow());

    expect(call?.slice(1, 4)).toEqual([undefined, expect.anything(), undefined]);
  });

  it("is as many as are watched: poll", () => {
    using fixture = new Fixture(() => createMultiplexer("poll"));
    for (let count = 0; count < 5; count++) fixture.mux.add(fixture.eventfd(), READABLE);

    expect(callsOf("ppoll", () => fixture.readyNow())[0]?.[1]).toBe(5);
  });

  it("is nothing but where events go: epoll", () => {
    using fixture = new Fixture(() => createMultiplexer("epoll"));
    for (let count = 0; count < 5; count++) fixture.mux.add(fixture.eventfd(), READABLE);

    expect(callsOf("epoll_wait", () => fixture.readyNow())).toHaveLength(1);
  });
});

describe("a wait that goes on in Node's loop", () => {
  it("lets what setImmediate was given run before it reports again", async () => {
    using fixture = new Fixture(() => createMultiplexer("epoll"));
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const byte = Buffer.alloc(1);
    there.send(byte);
    const COUNT = 50;
    const received: (number | null)[] = [];
    let batches = 0;
    const onReady = (): void => {
      batches++;
      setImmediate(() => {
        received.push(here.recv(byte));
        if (batches < COUNT) setImmediate(() => there.send(byte));
      });
    };

    await fixture.mux.waitRepeatedly(undefined, onReady, () => (batches < COUNT ? Infinity : null));
    while (received.length < batches) await new Promise(setImmediate);

    expect(received).toEqual(Array(COUNT).fill(1));
  });
});
