import type { AnyScenario } from "pollux/bench";
import { describe, expect, it } from "vitest";
import type * as ContendersModule from "../../bench/contenders/index.ts";
import { SERVERS, TITLES } from "../../bench/contenders/index.ts";
import { SCENARIOS } from "../../bench/index.ts";
import type * as CoProcessModule from "../../bench/support/co_process.ts";
import type * as ProgramsModule from "../../bench/support/programs.ts";
import { filesOf, ROOT } from "../structure/source.ts";

/** The names of the files of a folder of bench/, without their ending. */
function namesIn(folder: string, ...others: string[]): string[] {
  return filesOf(ROOT, `bench/${folder}`, ".ts")
    .map((file) => file.replace(/^.*\/|\.ts$/g, ""))
    .filter((name) => !others.includes(name));
}

const contenders = namesIn("contenders", "index", "contender");

describe("the suite", () => {
  it("has a scenario for each file of scenarios/, in its list", () => {
    expect([...SCENARIOS.keys()].sort()).toEqual(namesIn("scenarios"));
  });

  it.each([...SCENARIOS.keys()])("has the scenario %s in the file of that name", async (name) => {
    const module = (await import(`../../bench/scenarios/${name}.ts`)) as { scenario: AnyScenario };

    expect(module.scenario.name).toBe(name);
  });

  it("has a contender for each file of contenders/, in its list", () => {
    expect(Object.keys(TITLES).sort()).toEqual(
      contenders.map((name) => name.replaceAll("_", "-")).sort(),
    );
  });
});

describe("the echo servers", () => {
  // As the suite runs: compiled.
  const suite = new URL("../../dist/bench/", import.meta.url).href;

  it.for(SERVERS)("tell their user and system time: %s", async (name, { skip }) => {
    const { CoProcess } = (await import(`${suite}support/co_process.js`)) as typeof CoProcessModule;
    const { contenderOf } = (await import(
      `${suite}contenders/index.js`
    )) as typeof ContendersModule;
    const { buildPrograms, whyNoPrograms } = (await import(
      `${suite}support/programs.js`
    )) as typeof ProgramsModule;
    buildPrograms();
    const contender = contenderOf(name);
    const reason =
      contender.missing?.() ?? (name.startsWith("c-") ? whyNoPrograms() : undefined) ?? "";
    skip(reason !== "", reason);
    const server = new CoProcess(contender.server());
    try {
      expect(Number(await server.line())).toBeGreaterThan(0);
      const first = await server.usage();
      const second = await server.usage();

      expect(first.user + first.system).toBeGreaterThan(0);
      expect(second.user).toBeGreaterThanOrEqual(first.user);
      expect(second.system).toBeGreaterThanOrEqual(first.system);
    } finally {
      await server.end();
    }
  });
});
