import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../bench/index.ts";
import { PRESETS } from "../../bench/presets.ts";
import { parseResults } from "../../harness/results/parse_results.ts";
import { PRESET_NAMES, withPreset } from "../../lib/cli/bench_preset.ts";
import { Program } from "../support/program.ts";

const MAIN = fileURLToPath(new URL("../../dist/lib/cli/main.js", import.meta.url));

function pollux(...args: string[]): Program {
  return new Program(process.execPath, [MAIN, "bench", ...args]);
}

describe("pollux bench --preset", () => {
  it("knows the presets of the suite, and each of their scenarios exists", () => {
    expect(Object.keys(PRESETS)).toEqual(PRESET_NAMES);
    for (const { scenarios } of Object.values(PRESETS)) {
      expect(scenarios.filter((name) => !SCENARIOS.has(name))).toEqual([]);
    }
  });

  it("is how docs/benchmarks.md was measured", () => {
    const file = new URL("../../docs/benchmarks/results.json", import.meta.url);
    const { options, scenarios } = parseResults(readFileSync(file, "utf8"));
    const preset = PRESETS.published;

    expect(scenarios.map(({ name }) => name)).toEqual(preset.scenarios);
    expect(options).toMatchObject({
      quick: false,
      rounds: preset.rounds,
      sampleMs: preset.sampleMs,
    });
  });

  it("measures with the settings of the preset", () => {
    const published = { scenarios: ["ring"], rounds: 3, sampleMs: 4, contenders: ["poll"] };
    const { names, options } = withPreset({ published }, [], {
      preset: "published",
      ...{ json: "run.json" },
    });

    expect(names).toEqual(["ring"]);
    const { rounds, sampleMs, contenders } = published;
    expect(options).toEqual({
      ...{ preset: "published", json: "run.json" },
      ...{ rounds, sampleMs, contenders },
    });
  });

  it("lists its scenarios", async () => {
    const { stdout } = await pollux("--preset", "published", "--list").ended;

    expect(stdout.trim().split("\n")).toEqual(PRESETS.published.scenarios);
  });

  it.each([
    [["--quick"], "--quick"],
    [["--rounds", "3"], "--rounds"],
    [["--sample-ms", "3"], "--sample-ms"],
    [["--contenders", "poll"], "--contenders"],
    [["--values", "10"], "--values"],
    [["ring"], "the names of scenarios"],
  ])("cannot be combined with %j", async (args, what) => {
    const { code, stderr } = await pollux("--preset", "published", ...args).ended;

    expect(code).toBe(2);
    expect(stderr).toBe(
      `pollux: --preset published is a whole run: it cannot be combined with ${what}\n`,
    );
  });

  it("refuses a name that no preset has", async () => {
    const { code, stderr } = await pollux("--preset", "none").ended;

    expect(code).toBe(2);
    expect(stderr).toContain("Allowed choices are published");
  });
});
