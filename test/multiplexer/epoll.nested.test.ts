import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { Fixture, drain } from "./contract/fixture.ts";
import { startWorker } from "./contract/threads.ts";
import { pending, reported } from "./contract/pending.ts";

// More than the kernel lets watch Node's loop, with one epoll between: 100 (path_limits).
const MANY = 110;

class Nested extends Fixture {
  readonly inner = this.own(new EpollMultiplexer<string>());

  constructor() {
    super(() => new EpollMultiplexer());
    this.mux.add(this.inner, READABLE);
  }
}

describe("EpollMultiplexer in one that waits asynchronously", () => {
  it("blocks while the outer one is pending, though Node's loop watches it then", async () => {
    using fixture = new Nested();
    const { inner, mux } = fixture;
    const [here, there] = fixture.pair();
    inner.add(here, READABLE);
    const wait = await pending(mux);

    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      expect(inner.waitSync(1.5, () => undefined)).toBe(0);
      expect(performance.now() - start).toBeGreaterThanOrEqual(1.5);
    }

    there.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[inner.fd, READABLE]]));
    expect(inner.waitSync(1000, () => drain(here))).toBe(1);
  });

  it("lets the outer one wait after it has blocked, and reports nothing of Node's loop to it", async () => {
    using fixture = new Nested();
    const { inner, mux } = fixture;
    const [here, there] = fixture.pair();
    inner.add(here, READABLE);
    expect(inner.waitSync(0.5, () => undefined)).toBe(0);
    expect(mux.waitSync(0, () => undefined)).toBe(0);

    const wait = await pending(mux);
    expect(await inner.wait({ timeoutMs: 0.5 }, () => undefined)).toBe(0);
    there.send(Buffer.from("x"));

    expect(await wait.result()).toEqual(new Map([[inner.fd, READABLE]]));
    expect(await reported(inner)).toEqual(new Map([[here.fd, READABLE]]));
  });
});

describe("EpollMultiplexer, more than the kernel lets watch Node's loop", () => {
  it("blocks all the same", () => {
    using fixture = new Fixture(() => new EpollMultiplexer());
    for (let count = 0; count < MANY; count++) {
      const mux = fixture.another();
      mux.add(fixture.eventfd(1), READABLE);
      expect(mux.waitSync(10_000, () => undefined)).toBe(1);
      expect(mux.size).toBe(1);
    }
  });

  it("lets worker.terminate() end the last one at once", async () => {
    const worker = startWorker("many_waiting.mjs", String(MANY));
    await once(worker, "message");

    expect(await worker.terminate()).toBe(1);
  });

  it("waits asynchronously all the same, those beyond in a thread", async () => {
    using fixture = new Fixture(() => new EpollMultiplexer());
    const waits: Promise<number>[] = [];
    for (let count = 0; count < MANY; count++) {
      const mux = fixture.another();
      mux.add(fixture.eventfd(1), READABLE);
      waits.push(mux.wait(10_000, () => undefined));
    }

    expect(await Promise.all(waits)).toEqual(waits.map(() => 1));
  });
});
