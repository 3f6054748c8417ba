import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Results, ScenarioResult } from "../../harness/index.ts";
import { parseResults } from "../../harness/results/parse_results.ts";
import { results, scenarioResult } from "../harness/fixture.ts";
import { Program } from "../support/program.ts";

const MAIN = fileURLToPath(new URL("../../dist/lib/cli/main.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "pollux-verify-test-"));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function verify(...args: string[]): Program {
  return new Program(process.execPath, [MAIN, "bench", "verify", ...args]);
}

function written(name: string, run: Results): string {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(run));
  return file;
}

/** Two contenders of wait_one, whose ratio is known beforehand: poll looks at all pipes. */
function waitOne(poll: number, epoll: number, more: Partial<ScenarioResult> = {}): Results {
  const samples = (cost: number): number[] => Array.from({ length: 5 }, () => cost);
  const result = scenarioResult({ poll: [samples(poll)], epoll: [samples(epoll)] }, [3000], {
    name: "wait_one",
    pairs: [{ contender: "poll", versus: "epoll" }],
    ...more,
  });
  return results(result);
}

describe("pollux bench verify", () => {
  it("measures what the findings need, says that they hold, and writes the short run", async () => {
    const json = join(directory, "short.json");
    const { code, stdout } = await verify(written("true.json", waitOne(90, 1)), "--json", json)
      .ended;

    // A machine that is busy with something else may have no time for it: then it must say that.
    const isStarved = stdout.includes(": starved");
    if (!isStarved) expect(stdout).toMatch(/holds +the poll has a higher .*: there 90×, here \d/);
    const counts = isStarved ? "0 of 1 findings hold, 0 do not, 1 cannot be told" : "1 of 1";
    expect(stdout).toContain(counts);
    expect(code).toBe(isStarved ? 1 : 0);
    const { scenarios, options } = parseResults(readFileSync(json, "utf8"));
    expect(options).toEqual({ quick: false, rounds: 5, sampleMs: 20 });
    expect(scenarios.map(({ sweep, contenders }) => [sweep.values, contenders.length])).toEqual([
      [[3000], 2],
    ]);
  });

  it("ends with 3 when a finding does not hold here", async () => {
    const { code, stdout } = await verify(written("false.json", waitOne(1, 90))).ended;

    if (!stdout.includes(": starved")) {
      expect(stdout).toMatch(/DIFFERS +the poll has a lower .*: there 0\.011×, here \d/);
      expect(code).toBe(3);
    }
  });

  it("ends with 1 when nothing can be told, and says why", async () => {
    const file = written("unknown.json", waitOne(90, 1, { name: "a_question_of_my_own" }));
    const { code, stdout } = await verify(file).ended;

    expect(stdout).toContain("no scenario a_question_of_my_own here");
    expect(code).toBe(1);
  });

  it("ends with 130 when Ctrl-C comes before the first scenario is measured", async () => {
    const file = written("slow.json", waitOne(90, 1));
    // Its calibration is over after two samples' time, which no test waits for.
    const program = verify(file, "--sample-ms", "3000");
    expect(await program.nextLine()).toContain("1 finding of 1 scenario");
    program.kill("SIGINT");
    const { code, stdout, stderr } = await program.ended;

    expect(code).toBe(130);
    expect(stdout).toContain("interrupted, nothing verified");
    expect(stdout).not.toContain("here ");
    expect(stdout).not.toContain("\u001b");
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("a second Ctrl-C")]);
  });

  it("says with --against whether the two runs have the same headlines", async () => {
    const [one, two, other] = [waitOne(90, 1), waitOne(80, 1), waitOne(1, 90)].map((run, index) =>
      written(`heads${String(index)}.json`, run),
    );
    const same = await verify(one!, "--against", two!).ended;
    const unlike = await verify(one!, "--against", other!).ended;

    expect(same.stdout).toMatch(/^ {2}same +wait_one, time per wait: .*the poll/m);
    expect(same.stdout).toContain("1 of 1 headlines are the same, 0 are alike, 0 differ");
    expect(unlike.stdout).toMatch(/^ {2}DIFFERS +wait_one, time per wait:$/m);
    expect(unlike.stdout).toMatch(/there +the epoll beats the poll/);
    expect(unlike.stdout).toMatch(/here +the poll beats the epoll/);
  });

  it("looks findings up in another file with --against, and measures nothing", async () => {
    const [one, two] = [waitOne(90, 1), waitOne(80, 1)].map((run, index) =>
      written(`run${String(index)}.json`, run),
    );
    const { code, stdout } = await verify(one!, "--against", two!).ended;

    expect(stdout).toMatch(/holds .*: there 90×, here 80×/);
    expect(code).toBe(0);
  });

  it.each([
    [["/nonexistent"], /ENOENT/],
    [["/dev"], /^pollux: \/dev: EISDIR: illegal operation on a directory$/m],
    [["FEW"], /few\.json has no findings: they take 5 samples per cell/],
    [["FILE", "nobody"], /has no scenario nobody/],
    [["FILE", "--against", "/nonexistent"], /--against \/nonexistent: ENOENT/],
    [["FILE", "--against", "FILE", "--rounds", "5"], /--against measures nothing/],
    [["FILE", "--rounds", "many"], /--rounds/],
    [["FILE", "--quick"], /unknown option '--quick'/],
    [[], /missing required argument 'file'/],
  ])("refuses %j in one line", async (args, message) => {
    const files: Readonly<Record<string, string>> = {
      FILE: written("fine.json", waitOne(90, 1)),
      FEW: written("few.json", results(scenarioResult({ poll: [[1, 1]], epoll: [[9, 9]] }, [10]))),
    };
    const { code, stderr } = await verify(...args.map((arg) => files[arg] ?? arg)).ended;

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
