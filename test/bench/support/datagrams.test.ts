import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import type * as DatagramsModule from "../../../bench/support/datagrams.ts";
import { callsDuring, whyNoStrace } from "../../../bench/support/strace.ts";

// As the suite runs: compiled.
const suite = new URL("../../../dist/bench/support/", import.meta.url).href;
const { BATCH, batched, single } = (await import(`${suite}datagrams.js`)) as typeof DatagramsModule;

describe.skipIf(whyNoStrace() !== undefined)("a turn of datagrams", () => {
  it("makes the calls of bench/c/datagrams.c, one for each datagram", async () => {
    const way = single();
    const counts = await callsDuring(process.pid, () => Promise.resolve(way.turn(BATCH)));
    way.close();

    expect([counts.get("sendto"), counts.get("recvfrom")]).toEqual([BATCH, BATCH]);
  });

  // Of which strace tells by a message of its own.
  it("is counted whole also after a thread has started meanwhile", async () => {
    const way = single();
    const counts = await callsDuring(process.pid, async () => {
      const thread = new Worker("", { eval: true });
      await once(thread, "exit");
      await way.turn(BATCH);
    });
    way.close();

    expect([counts.get("sendto"), counts.get("recvfrom")]).toEqual([BATCH, BATCH]);
  });

  it("makes one call for a batch in each direction", async () => {
    const way = batched();
    const counts = await callsDuring(process.pid, () => Promise.resolve(way.turn(BATCH)));
    way.close();

    expect([counts.get("sendmmsg"), counts.get("recvmmsg")]).toEqual([1, 1]);
  });
});
