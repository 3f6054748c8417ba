import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import { run } from "../../support/program.ts";
import type { Claim } from "../contract.ts";
import { native } from "../../../lib/native/native.ts";
import * as sys from "../../../lib/sys/index.ts";
import { PATIENCE_MS, WAITS, countWaits } from "./fixture.ts";
import { later } from "./threads.ts";

// libuv opens its pipe for signals with the first handler, and keeps it: now, before a test looks.
process.on("SIGUSR2", ignore).off("SIGUSR2", ignore);

const MANY_ROUNDS = 50;

export function describeSignals(claim: Claim): void {
  describeInterrupted(claim);
  describeHandlers(claim);
}

function describeInterrupted(claim: Claim): void {
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

  claim("reports what is ready to a wait that signals interrupt all the time", (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    const pauses = vi.spyOn(Atomics, "wait");
    const calls = WAITS.map((call) => {
      const real = native[call].bind(native) as (...args: unknown[]) => number;
      return vi.spyOn(native, call).mockImplementation((...args: unknown[]) => {
        const isBlocked = sys.pthreadSigmask(sys.SIG_BLOCK, null).has("SIGPROF");
        return isBlocked ? real(...args) : -sys.errno.EINTR;
      });
    });

    const reported = fixture.mux.waitSync({ timeoutMs: PATIENCE_MS, restart: true }, ignore);

    for (const call of calls) call.mockRestore();
    expect([reported, pauses.mock.calls.length]).toEqual([1, 0]);
    expect(sys.pthreadSigmask(sys.SIG_BLOCK, null).has("SIGPROF")).toBe(false);
    pauses.mockRestore();
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

function describeHandlers(claim: Claim): void {
  for (const when of ["before", "during", "between", "by another thread"]) {
    claim(`lets the handler of a signal run that comes ${when}`, async ({ mux }) => {
      expect(await runSignals(mux.name, when)).toBe("handled\n");
    });
  }

  // An ES module of Node.js 20 is run after the loop's first turn, later versions run it before.
  claim("lets the handler run before the first turn of Node's loop", async ({ mux }) => {
    expect(await runWorker("first_turn.cjs", [mux.name])).toBe("signal\nhandled\n");
  });

  claim("ends once for a signal, and not again while the loop cannot turn", async ({ mux }) => {
    expect(await runSignals(mux.name, "that nobody handles")).toBe("signal,time,time\n");
  });

  claim("goes on after signals that nobody listens to", async ({ mux }) => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-"));
    const profile = ["--cpu-prof", `--cpu-prof-dir=${folder}`];
    try {
      expect(await runSignals(mux.name, "without a handler", ...profile)).toBe("0 time true\n");
      expect(await runSignals(mux.name, "for others", ...profile)).toBe("few\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  claim("says why it ended: something was ready, or the time had passed", async (fixture) => {
    const { mux } = fixture;
    expect(mux.endedBy).toBeUndefined();
    const [here, there] = fixture.pair();
    mux.add(here, READABLE);
    const ends: unknown[] = [];

    for (const timeoutMs of [0, 1]) {
      mux.waitSync(timeoutMs, ignore);
      ends.push(mux.endedBy);
      await mux.wait(timeoutMs, ignore);
      ends.push(mux.endedBy);
    }
    there.send(Buffer.from("x"));
    mux.waitSync(PATIENCE_MS, ignore);
    ends.push(mux.endedBy);
    await mux.wait(PATIENCE_MS, ignore);
    ends.push(mux.endedBy);
    here.recv(new Uint8Array(1));
    const wait = mux.wait(undefined, ignore);
    mux.interrupt();
    await wait;
    ends.push(mux.endedBy);

    expect(ends).toEqual(["time", "time", "time", "time", "ready", "ready", "interrupt"]);
  });
}

async function runSignals(name: string, mode: string, ...options: string[]): Promise<string> {
  return await runWorker("signals.mjs", [name, mode], options);
}

async function runWorker(file: string, args: string[], options: string[] = []): Promise<string> {
  const script = fileURLToPath(new URL(`../workers/${file}`, import.meta.url));
  const { stdout } = await run(process.execPath, ...options, script, ...args);
  return stdout;
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
