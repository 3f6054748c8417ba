import type { Measurement } from "pollux/bench";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type * as CoProcessModule from "../../../bench/support/co_process.ts";
import { threadUsage, usedSince } from "../../../bench/support/process_usage.ts";
import type * as ProgramsModule from "../../../bench/support/programs.ts";
import type * as RateTrialModule from "../../../bench/support/rate_trial.ts";

// As the suite runs: compiled.
const suite = new URL("../../../dist/bench/support/", import.meta.url).href;
const { CoProcess } = (await import(`${suite}co_process.js`)) as typeof CoProcessModule;
const { rateTrial } = (await import(`${suite}rate_trial.js`)) as typeof RateTrialModule;
const { buildPrograms, program, whyNoPrograms } = (await import(
  `${suite}programs.js`
)) as typeof ProgramsModule;
buildPrograms();

const MS = 1e6;

describe.skipIf(whyNoPrograms() !== undefined)("fixed_rate.c", () => {
  /** A C server, and a load of one message per millisecond on ten connections. */
  const start = async () => {
    const server = new CoProcess([program("echo_server"), "epoll"]);
    const load = new CoProcess([program("fixed_rate"), await server.line(), "10", "64"]);
    onTestFinished(async () => {
      await load.end();
      await server.end();
    });
    await load.line();
    return { server, load };
  };

  it("takes as long as the messages are due, however fast the server is", async () => {
    const { load } = await start();
    const { elapsed, latencies } = await load.run(100, true, MS);

    expect(elapsed).toBeGreaterThanOrEqual(99 * MS);
    expect(latencies).toHaveLength(100);
    expect(latencies.every((latency) => latency > 0)).toBe(true);
  });

  it("counts the wait of all messages that were due while the server was stopped", async () => {
    const { server, load } = await start();
    process.kill(server.pid, "SIGSTOP");
    const before = threadUsage(load.pid);
    const usedNs = (): number => usedSince(before, threadUsage(load.pid)).cpuNs;
    const running = load.run(200, true, MS);
    // The load never sleeps: after 150 ms of processor time, at least 150 messages have been due.
    await vi.waitUntil(() => usedNs() >= 150 * MS, 10_000);
    process.kill(server.pid, "SIGCONT");
    const { latencies } = await running;
    const atLeast = (ms: number) => latencies.filter((latency) => latency >= ms * MS).length;

    // A closed loop would have ten long latencies, of the messages under way. But all that were due in the first
    // 100 ms waited for at least 50 ms.
    expect(atLeast(50)).toBeGreaterThanOrEqual(100);
    expect(atLeast(100)).toBeGreaterThanOrEqual(50);
    expect(atLeast(140)).toBeGreaterThanOrEqual(10);
  });

  it("ends with an error when the server is gone", async () => {
    const { server, load } = await start();
    await server.end();

    await expect(load.run(10, true, MS)).rejects.toThrow("has ended");
  });
});

describe.skipIf(whyNoPrograms() !== undefined)("rateTrial", () => {
  it("sends at a share of what the same server can do", async () => {
    const rateAt = async (share: number): Promise<Measurement> => {
      const trial = await rateTrial("c-epoll", { connections: 10, size: 64, share });
      const sample = await trial.run(400);
      await trial.teardown?.();
      return sample as Measurement;
    };
    const slow = await rateAt(0.01);

    expect(slow.measured).toBe(400);
    expect(slow["rate"]).toBeGreaterThan(0);
    // 400 messages, the first of which is due at once.
    expect(slow.elapsed).toBeGreaterThanOrEqual((399 / Number(slow["rate"])) * 1e9 * 0.999);
    for (const name of ["p50", "p99", "p999", "cpu"]) expect(slow[name]).toBeGreaterThan(0);
  });
});
