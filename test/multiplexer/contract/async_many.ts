import { once } from "node:events";
import { expect } from "vitest";
import { EpollMultiplexer } from "../../../lib/multiplexer/epoll.ts";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { drain } from "./fixture.ts";
import { Wait, pending, reported } from "./pending.ts";
import { startWorker } from "./threads.ts";

export function describeAsyncMany(claim: Claim): void {
  claim("waits in many multiplexers of a process at once, each for its own", async (fixture) => {
    const all = Array.from({ length: 12 }, () => {
      const mux = fixture.another();
      const [here, there] = fixture.pair();
      mux.add(here, READABLE);
      return { here, there, wait: new Wait(mux) };
    });
    await pending(fixture.mux);

    // One after another, the last one first.
    for (const { here, there, wait } of all.reverse()) {
      expect(wait.isOver).toBe(false);
      there.send(Buffer.from("x"));
      expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
    }
  });

  claim("reports a descriptor to each multiplexer that waits for it", async (fixture) => {
    const [here, there] = fixture.pair();
    const waits: Wait[] = [];
    for (let count = 0; count < 10; count++) {
      const mux = fixture.another();
      mux.add(here, READABLE);
      waits.push(await pending(mux));
    }

    there.send(Buffer.from("x"));

    for (const wait of waits) {
      expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
    }
  });

  claim("waits in several workers at once, beside this thread", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);
    const workers = [0, 1, 2].map(() => startWorker("async_rounds.mjs", fixture.mux.name));

    const counts = await Promise.all(
      workers.map(async (worker) => {
        const exited = once(worker, "exit");
        const [count] = (await once(worker, "message")) as [number];
        return [count, await exited];
      }),
    );

    // 3 multiplexers with 50 waits each, and the exit code.
    expect(counts).toEqual([0, 1, 2].map(() => [150, [0]]));
    expect(wait.isOver).toBe(false);
    there.send(Buffer.from("x"));
    expect(await wait.ended).toBe(1);
  });

  claim(
    "waits for an epoll that has something to report, also for one that waits",
    async (fixture) => {
      const inner = fixture.own(new EpollMultiplexer<string>());
      const [here, there] = fixture.pair();
      inner.add(here, READABLE);
      fixture.mux.add(inner, READABLE);
      for (const waits of [false, true, true, false]) {
        const innerWait = waits ? new Wait(inner) : undefined;
        const wait = await pending(fixture.mux);

        there.send(Buffer.from("x"));

        expect(await wait.result()).toEqual(new Map([[inner.fd, READABLE]]));
        expect(await (innerWait?.result() ?? reported(inner))).toEqual(
          new Map([[here.fd, READABLE]]),
        );
        drain(here);
        expect(fixture.readyNow().size).toBe(0);
      }
    },
  );
}
