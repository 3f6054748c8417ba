import { fileURLToPath } from "node:url";
import type { Measurement } from "pollux/bench";
import { afterEach, describe, expect, it } from "vitest";
import type * as ProgramsModule from "../../../bench/support/programs.ts";
import type * as ServerTrialModule from "../../../bench/support/server_trial.ts";

// As the suite runs: compiled.
const suite = new URL("../../../dist/bench/support/", import.meta.url).href;
const { commandTrial, roundTrips, serverTrial } = (await import(
  `${suite}server_trial.js`
)) as typeof ServerTrialModule;
const { buildPrograms, program, whyNoPrograms } = (await import(
  `${suite}programs.js`
)) as typeof ProgramsModule;
buildPrograms();

const NEGLECTING = fileURLToPath(new URL("neglecting_server.mjs", import.meta.url));

describe.skipIf(whyNoPrograms() !== undefined)("serverTrial", () => {
  let trial: Awaited<ReturnType<typeof serverTrial>> | undefined;

  afterEach(async () => {
    await trial?.teardown?.()?.catch(() => undefined);
  });

  it("fails a server that neglects one of its connections", async () => {
    trial = await commandTrial([process.execPath, NEGLECTING], roundTrips(10, 10, 64));

    await expect(trial.run(2000)).rejects.toThrow(
      /a connection was neglected: it had \d+ messages, the most served one \d+; 200 would be fair/,
    );
  });

  it("does not judge from few messages", async () => {
    trial = await commandTrial([process.execPath, NEGLECTING], roundTrips(10, 10, 64));

    expect(await trial.run(200)).toMatchObject({ measured: 200 });
  });

  it("measures the server that a script has started, not the script", async () => {
    const [file, ...args] = [program("echo_server"), "epoll"];
    const script = `require("child_process").spawnSync(${JSON.stringify(file)}, ${JSON.stringify(args)}, { stdio: "inherit" })`;
    trial = await commandTrial([process.execPath, "-e", script], roundTrips(10, 10, 64));
    const { cpu, user, system } = (await trial.run(20_000)) as Measurement;

    // The server tells its user and system time itself.
    expect(cpu).toBeGreaterThan((Number(user) + Number(system)) / 2);
    expect(Number(user) + Number(system)).toBeGreaterThan(0);
  });

  it("is content with a server that serves all", async () => {
    trial = await serverTrial("epoll", roundTrips(10, 10, 64));

    expect(await trial.run(2000)).toMatchObject({ measured: 2000 });
  });
});
