import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parseResults } from "../../lib/bench/parse_results.ts";
import { Program } from "../support/program.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "pollux-bench-test-"));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function pollux(...args: string[]): Program {
  return new Program(process.execPath, [MAIN, "bench", ...args]);
}

describe("pollux bench", () => {
  it("measures one scenario, and writes results and a report that belong together", async () => {
    const [json, html] = [join(directory, "run.json"), join(directory, "run.html")];
    const { code, stdout } = await pollux("wait_one", "--quick", "--json", json, "--report", html)
      .ended;

    expect(code).toBe(0);
    expect(stdout).toContain("What does one wait cost when one of N watched pipes is ready?");
    const { scenarios, complete } = parseResults(readFileSync(json, "utf8"));
    expect(complete).toBe(true);
    expect(scenarios[0]?.cells.filter(({ failed }) => failed !== undefined)).toEqual([]);
    for (const name of ["select", "poll", "epoll"]) {
      const cell = scenarios[0]?.cells.find(({ contender }) => contender === name);
      expect(cell?.samples).toHaveLength(2);
    }
    expect(readFileSync(html, "utf8")).toContain("</html>");
  });

  it("holds a run against an earlier one", async () => {
    const json = join(directory, "earlier.json");
    const args = ["wait_one", "--quick", "--contenders", "epoll"];
    await pollux(...args, "--json", json).ended;
    const { code, stdout } = await pollux(...args, "--compare", json).ended;

    expect(code).toBe(0);
    expect(stdout).toContain("Since the earlier run");
  });

  it("keeps what was measured when Ctrl-C cuts it short", async () => {
    const json = join(directory, "cut.json");
    // So many rounds that most values are still to come.
    const args = ["wait_one", "--contenders", "epoll", "--sample-ms", "20", "--rounds", "20"];
    const program = pollux(...args, "--json", json);
    while (!(await program.nextLine()).includes("pollux epoll"));
    process.kill(program.pid, "SIGINT");
    const { code } = await program.ended;

    expect(code).toBe(130);
    const { complete, scenarios } = parseResults(readFileSync(json, "utf8"));
    expect(complete).toBe(false);
    expect(scenarios[0]?.cells.length).toBeGreaterThan(0);
  });

  it("names its scenarios", async () => {
    const { stdout } = await pollux("--list").ended;

    expect(stdout.trim().split("\n")).toContain("echo_connections");
  });

  it.each([
    [["no_such"], /no scenario no_such/],
    [["wait_one", "--rounds", "0"], /--rounds/],
    [["wait_one", "--compare", "/nonexistent"], /--compare \/nonexistent/],
  ])("refuses %j in one line", async (args, message) => {
    const { code, stderr } = await pollux(...args).ended;

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("refuses a file that is no results file", async () => {
    const file = join(directory, "other.json");
    writeFileSync(file, "{}");

    expect(await pollux("wait_one", "--compare", file).ended).toMatchObject({ code: 2 });
  });
});
