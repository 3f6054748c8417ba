import { setImmediate } from "node:timers/promises";
import { expect, vi } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { PATIENCE_MS, countWaits } from "./fixture.ts";
import { later } from "./threads.ts";

// libuv opens its pipe for signals with the first handler, and keeps it: now, before a test looks.
process.on("SIGUSR2", ignore).off("SIGUSR2", ignore);

const MANY_ROUNDS = 50;

export function describeSignals(claim: Claim): void {
  claim("ends early with 0 when a signal arrives, so that its handler can run", async (fixture) => {
    const onSignal = vi.fn();
    process.on("SIGUSR2", onSignal);
    const [readEnd, writeEnd] = fixture.pipe();
    fixture.mux.add(readEnd, READABLE);
    const { signals, stop } = signalling(writeEnd.fd);

    // What else the loop has to dispatch, as a thread that starts, ends a wait as well.
    while (onSignal.mock.calls.length === 0) {
      expect(fixture.mux.waitSync(undefined, () => undefined)).toBe(0);
      expect(fixture.mux.endedBy).toBe("signal");
      await setImmediate();
    }

    stop();
    await signals;
    process.off("SIGUSR2", onSignal);
  });

  claim("goes on after a signal with `restart: true`", async (fixture) => {
    const onSignal = vi.fn();
    process.on("SIGUSR2", onSignal);
    const [readEnd, writeEnd] = fixture.pipe();
    fixture.mux.add(readEnd, READABLE);
    const signals = later(
      `for (let i = 0; i < 10; i++) { signal(); sleep(10); } write(${writeEnd.fd})`,
    );

    const reported = fixture.mux.waitSync({ restart: true }, () => undefined);

    expect(reported).toBe(1);
    await vi.waitUntil(() => onSignal.mock.calls.length > 0, { timeout: PATIENCE_MS });
    await signals;
    process.off("SIGUSR2", onSignal);
  });

  claim("goes on after a signal with the time that is left", async ({ mux }) => {
    const onSignal = vi.fn();
    process.on("SIGUSR2", onSignal);
    const { signals, stop } = signalling();
    await vi.waitUntil(() => onSignal.mock.calls.length > 0, { timeout: PATIENCE_MS });

    // On a busy machine, no signal may come for a while.
    let waits = 1;
    for (let round = 0; round < MANY_ROUNDS && waits === 1; round++) {
      const start = performance.now();
      waits = countWaits(() => {
        expect(mux.waitSync({ timeoutMs: 100.5, restart: true }, ignore)).toBe(0);
      });
      expect(performance.now() - start).toBeGreaterThanOrEqual(100.5);
    }

    stop();
    expect(waits).toBeGreaterThan(1);
    await signals;
    process.off("SIGUSR2", onSignal);
  });
}

/** Has a thread send signals until it is told to stop, or for 20 s, and then write to `fd`. */
function signalling(fd?: number): { signals: Promise<void>; stop: () => void } {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const write = fd === undefined ? "" : `write(${fd})`;
  const script = `for (let i = 0; i < 4000 && !stop[0]; i++) { signal(); sleep(5); } ${write}`;
  const stop = (): void => {
    shared[0] = 1;
  };
  return { signals: later(script, shared), stop };
}

function ignore(): void {
  // A signal without a handler would end the process.
}
