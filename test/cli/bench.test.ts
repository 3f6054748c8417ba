import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parseResults } from "../../harness/results/parse_results.ts";
import { results, scenarioResult } from "../harness/fixture.ts";
import { Program } from "../support/program.ts";

const MAIN = fileURLToPath(new URL("../../dist/lib/cli/main.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "pollux-bench-test-"));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function pollux(...args: string[]): Program {
  return new Program(process.execPath, [MAIN, "bench", ...args]);
}

describe("pollux bench", () => {
  it("measures one scenario, and writes its results and its report", async () => {
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

  it("has the latencies of a server, and its user and system time", async () => {
    const json = join(directory, "latencies.json");
    await pollux("churn", "--quick", "--contenders", "epoll", "--json", json).ended;
    const [result] = parseResults(readFileSync(json, "utf8")).scenarios;
    const samples = (result?.cells[0]?.samples ?? []) as readonly Record<string, number>[];

    expect(samples).toHaveLength(2);
    for (const { p50 = NaN, p90 = NaN, p99 = NaN, p999 = NaN } of samples) {
      expect([p50, p90, p99, p999].every((latency) => latency > 0)).toBe(true);
      expect([p50, p90, p99, p999]).toEqual([p50, p90, p99, p999].sort((a, b) => a - b));
    }
    for (const { cpu = NaN, user = NaN, system = NaN } of samples) {
      expect(user).toBeGreaterThanOrEqual(0);
      expect(system).toBeGreaterThanOrEqual(0);
      expect(cpu).toBeGreaterThan(0);
    }
    expect(samples.some(({ user = 0, system = 0 }) => user + system > 0)).toBe(true);
  });

  it("compares a run with an earlier one", async () => {
    const json = join(directory, "earlier.json");
    const args = ["wait_one", "--quick", "--contenders", "epoll"];
    await pollux(...args, "--json", json).ended;
    const { code, stdout } = await pollux(...args, "--compare", json).ended;

    expect(code).toBe(0);
    expect(stdout).toContain("Since the earlier run");
  });

  it("keeps what was measured when Ctrl-C interrupts it", async () => {
    const json = join(directory, "cut.json");
    // So many rounds that most values are still to come.
    const args = ["wait_one", "--contenders", "epoll", "--sample-ms", "20", "--rounds", "20"];
    const program = pollux(...args, "--json", json);
    while (!(await program.nextLine()).includes("pollux epoll"));
    process.kill(program.pid, "SIGINT");
    const { code, stderr } = await program.ended;

    expect(code).toBe(130);
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("a second Ctrl-C")]);
    const { complete, scenarios } = parseResults(readFileSync(json, "utf8"));
    expect(complete).toBe(false);
    expect(scenarios[0]?.cells.length).toBeGreaterThan(0);
  });

  it("ends at once with a second Ctrl-C, and leaves the files as they were", async () => {
    const [json, html] = [join(directory, "kept.json"), join(directory, "none.html")];
    writeFileSync(json, "as it was");
    // One sample takes a quarter of an hour.
    const args = ["wait_one", "--contenders", "epoll", "--sample-ms", "1000000"];
    const program = pollux(...args, "--json", json, "--report", html);
    await program.nextLine();
    program.kill("SIGINT");
    await program.nextError(/a second Ctrl-C/);
    program.kill("SIGINT");
    const { code } = await program.ended;

    expect(code).toBe(130);
    expect(readFileSync(json, "utf8")).toBe("as it was");
    expect(readdirSync(directory).filter((name) => /none|\.kept/.test(name))).toEqual([]);
  });

  it.each([
    ["ring", "n=20 a=3 w=7,n=020 a=3 w=7", ["n=20 a=3 w=7"]],
    ["wait_one", "3,5,3", [3, 5]],
  ])("measures %s at %s instead of its sweep, each once", async (name, values, wanted) => {
    const json = join(directory, "values.json");
    const args = [name, "--quick", "--values", values, "--contenders", "epoll,epoll"];
    const { code } = await pollux(...args, "--json", json).ended;
    const [result] = parseResults(readFileSync(json, "utf8")).scenarios;

    expect(code).toBe(0);
    expect(result?.sweep.values).toEqual(wanted);
    expect(result?.cells.map(({ contender, value }) => [contender, value])).toEqual(
      wanted.map((value) => ["epoll", value]),
    );
    for (const { samples } of result?.cells ?? []) expect(samples).toHaveLength(2);
  });

  it("replaces no file when Ctrl-C comes before the first sample", async () => {
    const json = join(directory, "before.json");
    writeFileSync(json, "as it was");
    // Its calibration is over after two samples' time, which no test waits for.
    const args = ["echo_connections", "--contenders", "epoll", "--values", "1,2,3"];
    const program = pollux(...args, "--sample-ms", "3000", "--json", json);
    await program.nextLine();
    program.kill("SIGINT");
    const { code, stdout, stderr } = await program.ended;

    expect(code).toBe(130);
    expect(stderr).toMatch(/nothing was measured, so nothing is written: --json/);
    expect(stdout).toContain("0 cells measured, 0 skipped, 0 failed");
    expect(readFileSync(json, "utf8")).toBe("as it was");
  });

  it("fails a cell that takes longer than --limit, and goes on", async () => {
    const args = ["wait_one", "--quick", "--contenders", "epoll", "--sample-ms", "1000000"];
    const { code, stdout } = await pollux(...args, "--limit", "1").ended;

    expect(code).toBe(1);
    expect(stdout).toMatch(/pollux epoll +FAILED: stopped after 1 s, the limit for a cell/);
    expect(stdout).toContain("0 cells measured, 0 skipped, 1 failed");
  });

  it("warns of an earlier run that was measured differently", async () => {
    const json = join(directory, "otherwise.json");
    const args = ["wait_one", "--quick", "--contenders", "epoll"];
    await pollux(...args, "--json", json).ended;
    const { stdout } = await pollux(...args, "--rounds", "3", "--compare", json).ended;

    expect(stdout).toContain("WARNING: different number of samples: 2 then, 3 now");
  });

  it("lists its scenarios", async () => {
    const { stdout } = await pollux("--list").ended;

    expect(stdout.trim().split("\n")).toContain("echo_connections");
  });

  it.each([
    [["--contenders", "all", "--install-hint"], ["rust-mio", "python-asyncio", "c-poll-mt"], []],
    [["--contenders", "epoll,deno", "--install-hint"], ["epoll", "deno"], ["node-net"]],
    [["echo_edge", "--install-hint"], ["c-epoll-et"], ["node-net", "deno"]],
    [
      ["churn", "--install-hint"],
      ["c-select", "node-net"],
      ["libuv", "c-poll-mt"],
    ],
  ])("tells how to get contenders, and measures nothing: %j", async (args, told, untold) => {
    const { code, stdout } = await pollux(...args).ended;
    const [header = "", ...rows] = stdout.trimEnd().split("\n");
    const names = rows.map((row) => row.split(" ")[0]);

    expect(code).toBe(0);
    expect(header).toMatch(/^contender +here +how to get it$/);
    expect(names).toEqual(expect.arrayContaining(told));
    for (const name of untold) expect(names).not.toContain(name);
    for (const row of rows) expect(row).toMatch(/^\S+ {2,}\S.* {2,}(apt-get|npm|nothing:) /);
  });

  it.each([
    [["no_such"], /no scenario no_such/],
    [["wait_one", "--rounds", "0"], /--rounds/],
    [["wait_one", "--limit", "0"], /--limit/],
    [["wait_one", "--contenders", "epoll,nobody"], /no contender nobody/],
    [["wait_one", "--contenders", "epoll,"], /--contenders/],
    [
      ["wait_one", "--values", "10,many"],
      /--values: wait_one takes whole numbers from 1 up, not many/,
    ],
    [["wait_one", "--values", "0"], /--values: .* not 0$/m],
    [["system_calls", "--values", "10"], /--values: system_calls has no value 10; there are recv/],
    [
      ["ring", "--values", "n=10 a=20 w=1"],
      /--values: ring takes values such as n=200 .* not n=10 a=20/,
    ],
    [["ring", "--values", "10"], /--values: ring takes values such as n=200 a=10 w=500/],
    [["wait_one", "ring", "--values", "10"], /--values: ring/],
    [["wait_one", "--json", ""], /--json needs the name of a file/],
    [["wait_one", "--report", ""], /--report needs the name of a file/],
    [["wait_one", "--json", "r", "--report", "./r"], /name the same file, r/],
    [["wait_one", "--compare", "/nonexistent"], /--compare \/nonexistent: ENOENT/],
    [["wait_one", "--json", "/nonexistent/file"], /--json \/nonexistent\/file: ENOENT/],
    [["wait_one", "--report", "/dev"], /--report \/dev: EISDIR/],
    [["wait_one", "--report", "/a", "--json", "/a"], /name the same file, \/a/],
  ])("refuses %j in one line", async (args, message) => {
    const { code, stderr } = await pollux(...args).ended;

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    ["empty", "", /it is not JSON/],
    ["foreign", "{}", /no results file|not a results file/],
    [
      "broken",
      '{"format":"pollux-bench/1","scenarios":[{}],"machine":{}}',
      /started is missing, a string is expected/,
    ],
    [
      "about others",
      JSON.stringify(results(scenarioResult({ x: [[1]] }, [1]))),
      /it has no cell in common/,
    ],
  ])("refuses an earlier run that is %s, before it measures", async (_, text, message) => {
    const file = join(directory, "other.json");
    writeFileSync(file, text);
    const { code, stdout, stderr } = await pollux("wait_one", "--compare", file).ended;

    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
