import { expect } from "vitest";
import { Descriptor } from "../../../lib/descriptors/descriptor.ts";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { countHarvests, drain } from "./fixture.ts";
import { Wait, reported } from "./pending.ts";
import { later } from "./threads.ts";

const ROUNDS = 5;

export function describeAsyncTimeouts(claim: Claim): void {
  describeLimited(claim);
  describeUnlimited(claim);
}

function describeLimited(claim: Claim): void {
  for (const timeoutMs of [0.001, 0.3, 1, 1.5, 7, 20.25]) {
    claim(`resolves with 0, never early, after ${timeoutMs} ms`, async (fixture) => {
      fixture.mux.add(fixture.pair()[0], READABLE);
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        expect(await fixture.mux.wait({ timeoutMs }, never)).toBe(0);
        expect(performance.now() - start).toBeGreaterThanOrEqual(timeoutMs);
      }
    });
  }

  claim("resolves with 0 when the time passes with nothing to watch", async ({ mux }) => {
    const start = performance.now();

    expect(await mux.wait({ timeoutMs: 5.5 }, never)).toBe(0);

    expect(performance.now() - start).toBeGreaterThanOrEqual(5.5);
  });

  claim("asks the kernel once with a time of 0, and reports what is ready", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE);

    const harvests = await countHarvests(async () => {
      expect(await mux.wait({ timeoutMs: 0 }, never)).toBe(0);
    });

    expect(harvests).toBe(1);
    there.send(Buffer.from("x"));
    expect(await reported(mux, { timeoutMs: 0 })).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("asks the kernel but a few times while the time passes", async (fixture) => {
    fixture.mux.add(fixture.pair()[0], READABLE);

    const harvests = await countHarvests(async () => {
      expect(await fixture.mux.wait({ timeoutMs: 30.7 }, never)).toBe(0);
    });

    expect(harvests).toBeLessThan(20);
  });

  claim("does not end early when it was woken for nothing", async (fixture) => {
    for (let round = 0; round < 20; round++) {
      const [here] = fixture.readyPair();
      fixture.mux.add(here, READABLE);
      // Ready, and not to be reported any more.
      const given = fixture.own(new Descriptor(here.detach()));
      const start = performance.now();

      expect(await fixture.mux.wait({ timeoutMs: 0.9 }, never)).toBe(0);

      expect(performance.now() - start).toBeGreaterThanOrEqual(0.9);
      given.close();
    }
  });

  claim("does not let the time of an earlier wait end a later one", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    expect(await mux.wait({ timeoutMs: 10 }, () => drain(here))).toBe(1);
    const start = performance.now();

    expect(await mux.wait({ timeoutMs: 40.5 }, never)).toBe(0);

    expect(performance.now() - start).toBeGreaterThanOrEqual(40.5);
  });
}

function describeUnlimited(claim: Claim): void {
  for (const timeoutMs of [undefined, Infinity, 2 ** 31, 2 ** 31 + 0.5, 2 ** 32 + 1, 1e300]) {
    claim(
      `stays pending until something is ready, or it is aborted: ${String(timeoutMs)} ms`,
      async (fixture) => {
        const [readEnd, writeEnd] = fixture.pipe();
        fixture.mux.add(readEnd, READABLE);
        const wait = new Wait(fixture.mux, { timeoutMs });

        // A time that wraps has passed before that thread writes.
        await later(`write(${writeEnd.fd})`);

        expect(await wait.result()).toEqual(new Map([[readEnd.fd, READABLE]]));
        fixture.mux.remove(readEnd);
        const controller = new AbortController();
        const aborted = new Wait(fixture.mux, { timeoutMs, signal: controller.signal });
        controller.abort(new Error("enough"));
        await expect(aborted.ended).rejects.toThrow("enough");
      },
    );
  }

  claim("waits without limit when the options say nothing", async (fixture) => {
    for (const options of [undefined, {}]) {
      const [readEnd, writeEnd] = fixture.pipe();
      fixture.mux.add(readEnd, READABLE);
      const ended = fixture.mux.wait(options, () => undefined);

      await later(`write(${writeEnd.fd})`);

      expect(await ended).toBe(1);
      fixture.mux.remove(readEnd);
    }
  });
}

function never(): never {
  throw new Error("something was reported");
}
