import type { AnyScenario } from "pollux/bench";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../bench/index.ts";
import { filesOf, ROOT } from "../structure/source.ts";

/** The names of the files of a folder of bench/, without their ending. */
function namesIn(folder: string): string[] {
  return filesOf(ROOT, `bench/${folder}`, ".ts").map((file) => file.replace(/^.*\/|\.ts$/g, ""));
}

describe("the suite", () => {
  it("has a scenario for each file of scenarios/, in its list", () => {
    expect([...SCENARIOS.keys()].sort()).toEqual(namesIn("scenarios"));
  });

  it.each([...SCENARIOS.keys()])("has the scenario %s in the file of that name", async (name) => {
    const module = (await import(`../../bench/scenarios/${name}.ts`)) as { scenario: AnyScenario };

    expect(module.scenario.name).toBe(name);
  });
});
