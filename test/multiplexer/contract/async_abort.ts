import { getEventListeners } from "node:events";
import { expect, vi } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { PATIENCE_MS } from "./fixture.ts";
import { Wait, pending, reported } from "./pending.ts";

export function describeAsyncAbort(claim: Claim): void {
  describeAborted(claim);
  describeListeners(claim);
}

function describeAborted(claim: Claim): void {
  claim("rejects with the reason of a signal that was aborted before", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const reason = new Error("too late");
    const wait = new Wait(mux, { signal: AbortSignal.abort(reason) });

    await expect(wait.ended).rejects.toBe(reason);

    expect(wait.ready.size).toBe(0);
    expect(await reported(mux)).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("keeps nothing open that is removed and closed after it was given up", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE);
    const controller = new AbortController();
    const aborted = await pending(mux, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(aborted.ended).rejects.toThrow("enough");

    mux.remove(here);
    here.close();

    // The end of the stream, as soon as a thread has let go of the file.
    await vi.waitUntil(() => there.recv(new Uint8Array(1)) === 0, { timeout: PATIENCE_MS });
  });

  claim("refuses what is no signal", async ({ mux }) => {
    for (const signal of [{}, 5, "abort"] as unknown as AbortSignal[]) {
      await expect(mux.wait({ signal }, () => undefined)).rejects.toEqual(
        expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
      );
    }
  });

  claim("rejects with the reason of a signal that is aborted while pending", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE);
    const controller = new AbortController();
    const wait = await pending(mux, { signal: controller.signal });
    const reason = new Error("enough");

    controller.abort(reason);

    await expect(wait.ended).rejects.toBe(reason);
    const next = await pending(mux);
    there.send(Buffer.from("x"));
    expect(await next.result()).toEqual(new Map([[here.fd, READABLE]]));
    expect(wait.ready.size).toBe(0);
  });

  claim("rejects when AbortSignal.timeout() says so", async (fixture) => {
    const signal = AbortSignal.timeout(1);
    const wait = new Wait(fixture.mux, { signal });

    await expect(wait.ended).rejects.toMatchObject({ name: "TimeoutError" });
  });

  claim("lets waitSync follow at once on a wait that was aborted", async (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    const controller = new AbortController();
    const wait = new Wait(fixture.mux, { signal: controller.signal });
    controller.abort();

    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));

    await expect(wait.ended).rejects.toMatchObject({ name: "AbortError" });
    expect(wait.ready.size).toBe(0);
  });

  claim("resolves when a handler aborts: it has reported something", async (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    const controller = new AbortController();

    const wait = new Wait(fixture.mux, { signal: controller.signal }, () => controller.abort());

    expect(await wait.ended).toBe(1);
  });

  claim("survives hundreds of waits that are aborted, one after another", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();
    mux.add(here, READABLE);
    for (let round = 0; round < 300; round++) {
      const controller = new AbortController();
      const wait = new Wait(mux, { timeoutMs: 1000 + round, signal: controller.signal });
      if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(round);
      await expect(wait.ended).rejects.toBe(round);
    }
  });
}

function describeListeners(claim: Claim): void {
  claim("leaves no listener on its signal, however it ends", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, "abort").length;

    await mux.wait({ timeoutMs: 1.5, signal }, () => undefined);
    expect(listeners()).toBe(0);
    mux.add(here, READABLE);
    await mux.wait({ signal }, () => undefined);
    expect(listeners()).toBe(0);
    const thrown = new Wait(mux, { signal }, () => {
      throw new Error("oops");
    });
    await expect(thrown.ended).rejects.toThrow("oops");
    expect(listeners()).toBe(0);
    mux.remove(here);
    const closed = await pending(mux, { signal });
    expect(listeners()).toBe(1);
    mux.close();
    expect(await closed.ended).toBe(0);
    expect(listeners()).toBe(0);
  });
}
