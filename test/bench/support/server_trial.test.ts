import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type * as ProgramsModule from "../../../bench/support/programs.ts";
import type * as ServerTrialModule from "../../../bench/support/server_trial.ts";

// As the suite runs: compiled.
const suite = new URL("../../../dist/bench/support/", import.meta.url).href;
const { commandTrial, roundTrips, serverTrial } = (await import(
  `${suite}server_trial.js`
)) as typeof ServerTrialModule;
const { buildPrograms, whyNoPrograms } = (await import(
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

  it("is content with a server that serves all", async () => {
    trial = await serverTrial("epoll", roundTrips(10, 10, 64));

    expect(await trial.run(2000)).toMatchObject({ measured: 2000 });
  });
});
