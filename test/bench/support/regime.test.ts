import type { Measurement } from "pollux/bench";
import { describe, expect, it } from "vitest";
import type * as ProgramsModule from "../../../bench/support/programs.ts";
import { regimeOf, shareOf } from "../../../bench/support/regime.ts";
import type * as ServerTrialModule from "../../../bench/support/server_trial.ts";
import type { Load } from "../../../bench/support/server_trial.ts";

// As the suite runs: compiled.
const suite = new URL("../../../dist/bench/support/", import.meta.url).href;
const { commandTrial } = (await import(`${suite}server_trial.js`)) as typeof ServerTrialModule;
const { buildPrograms, program, whyNoPrograms } = (await import(
  `${suite}programs.js`
)) as typeof ProgramsModule;
buildPrograms();

const IDLE = { cpuNs: 0, queuedNs: 0, sleeps: 0, preemptions: 0 };

describe("regimeOf", () => {
  it("counts the sleeps of server and load together, for each message", () => {
    expect(regimeOf(1000, { ...IDLE, sleeps: 20 }, { ...IDLE, sleeps: 20 })).toBe("busy");
    expect(regimeOf(1000, { ...IDLE, sleeps: 1000 }, IDLE)).toBe("woken");
    expect(regimeOf(1000, IDLE, { ...IDLE, sleeps: 1000 })).toBe("woken");
  });
});

describe("shareOf", () => {
  it("is the share of a sleeper's time in which it did not wait for a processor", () => {
    expect(
      shareOf(100, { ...IDLE, cpuNs: 20, queuedNs: 30 }, { ...IDLE, queuedNs: 10 }, false),
    ).toBe(0.6);
  });

  it("does not count a load that spins as busy", () => {
    const starved = { ...IDLE, cpuNs: 40, queuedNs: 60 };
    const load = { ...IDLE, cpuNs: 100 };

    expect(shareOf(100, starved, load, false)).toBe(1);
    expect(shareOf(100, starved, load, true)).toBe(0.4);
  });
});

describe.skipIf(whyNoPrograms() !== undefined)("a sample of a server", () => {
  const once = async (load: Load): Promise<Measurement> => {
    const trial = await commandTrial([program("echo_server"), "epoll"], load);
    const sample = await trial.run(4000);
    await trial.teardown?.();
    return sample as Measurement;
  };

  it("is woken where server and load wait for each other at every message", async () => {
    const { regime, sleeps, loadSleeps } = await once({
      program: "load",
      args: [1, 1, 64],
      active: 1,
    });

    expect(regime).toBe("woken");
    expect(sleeps).toBeGreaterThan(0.5);
    expect(loadSleeps).toBeGreaterThan(0.1);
  });

  it("is busy where there is always more to do, and the load never sleeps", async () => {
    // The kernel keeps 1,000 messages under way, so that the server never finds nothing to do.
    const { regime, sleeps, loadSleeps } = await once({
      program: "load",
      args: [1000, 1000, 64, 0, 1],
      active: 1000,
      spins: true,
    });

    expect(regime).toBe("busy");
    // More than never, where other programs keep the load from its processor.
    expect(sleeps).toBeLessThan(0.5);
    expect(loadSleeps).toBeLessThan(0.01);
  });

  it("tells the context switches of server and load, whichever its regime is", async () => {
    const sample = await once({ program: "churn", args: [10], active: 10 });

    for (const name of ["sleeps", "preemptions", "loadSleeps", "loadPreemptions"]) {
      expect(sample[name]).toBeGreaterThanOrEqual(0);
    }
  });
});
