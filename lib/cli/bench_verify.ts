import { readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  type Claim,
  type ClaimCheck,
  type Results,
  type Scenario,
  type ScenarioResult,
  claimLines,
  claimPlan,
  claimSummary,
  claimsOf,
  doubtsOf,
  loadScenario,
  measureAll,
  parseResults,
} from "../../harness/index.ts";
import { counted, parseCount } from "./bench_count.ts";
import { INTERRUPTED, interruptibly } from "./bench_interrupt.ts";
import { BenchOutputs } from "./bench_outputs.ts";
import { loadSuite } from "./bench_suite.ts";
import { helpMore } from "./help.ts";
import { print } from "./output.ts";
import { UsageError } from "./report.ts";

interface VerifyOptions {
  readonly against?: string;
  readonly json?: string;
  readonly rounds?: number;
  readonly sampleMs?: number;
}

const FAILURE = 1;
const DIFFERS = 3;
// The fewest samples that tell a difference, and short ones: which of two costs less, not by how much.
const ROUNDS = 5;
const SAMPLE_MS = 20;

export function addVerify(bench: Command): void {
  // Options after the name of a command are its own, and not those of the commands around it.
  bench.parent?.enablePositionalOptions();
  bench.enablePositionalOptions().helpCommand(false);
  const command = bench
    .command("verify")
    .description("measure a short form of an earlier run, and say which of its findings hold here")
    .argument("<file>", "an earlier --json file")
    .argument("[scenario...]", "scenarios to verify (default: all in the file)")
    .option("--against <file>", "measure nothing: look the findings up in this --json file")
    .option("--rounds <n>", "samples per cell (default: 5)", parseCount)
    .option("--sample-ms <ms>", "length of a sample (default: 20)", parseCount)
    .option("--json <file>", "write the results of the short form as JSON")
    .action(verify);
  helpMore(command, {
    text: "Each line has the number of the file (there) and the number of this machine (here).",
    examples: [
      ["pollux bench verify results.json", "all findings; takes some minutes"],
      ["pollux bench verify results.json wait_one", "those of one scenario"],
      ["pollux bench verify monday.json --against friday.json", "whether two runs agree"],
    ],
    exitCodes: {
      0: "all findings that could be told hold",
      1: "none could be told, or a file was not written",
      [DIFFERS]: "a finding does not hold",
      [INTERRUPTED]: "interrupted",
    },
  });
}

async function verify(
  file: string,
  names: readonly string[],
  options: VerifyOptions,
): Promise<void> {
  const there = read("", file);
  const results = there.scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  const unknown = names.find((name) => !results.some((result) => result.name === name));
  if (unknown !== undefined) throw new UsageError(`${file} has no scenario ${unknown}`);
  const verification = new Verification(results);
  if (verification.count === 0) {
    throw new UsageError(`${file} has no findings: they take ${String(ROUNDS)} samples per cell`);
  }
  if (options.against !== undefined) {
    const own = (["json", "rounds", "sampleMs"] as const).find((key) => options[key] !== undefined);
    if (own !== undefined) throw new UsageError("--against measures nothing: no other option fits");
    const here = read("--against ", options.against);
    tellRuns(there, here);
    for (const result of results) {
      const same = here.scenarios.find(({ name }) => name === result.name);
      verification.tell(result, same);
    }
    process.exitCode = verification.finish();
    return;
  }
  const outputs = new BenchOutputs(options);
  verification.start();
  const runs = await interruptibly({ interrupt: () => undefined }, (signal) =>
    measureShort(results, options, signal, (result, run) => verification.tell(result, run)),
  );
  process.exitCode = verification.finish();
  const [first] = runs;
  if (!first) return;
  const whole: Results = {
    ...first,
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    complete: runs.every(({ complete }) => complete),
    scenarios: runs.flatMap(({ scenarios }) => scenarios),
  };
  tellRuns(there, whole);
  if (!outputs.write(whole)) process.exitCode = FAILURE;
  else if (!whole.complete) process.exitCode = INTERRUPTED;
}

/** Checks the claims of each scenario, and counts. */
class Verification {
  readonly #claims: ReadonlyMap<string, readonly Claim[]>;
  readonly #checks: ClaimCheck[] = [];

  constructor(results: readonly ScenarioResult[]) {
    this.#claims = new Map(results.map((result) => [result.name, claimsOf(result)]));
  }

  /** How many claims there are. */
  get count(): number {
    return [...this.#claims.values()].reduce((sum, claims) => sum + claims.length, 0);
  }

  /** Prints how much there is to verify. */
  start(): void {
    print(`${counted(this.count, "finding")} of ${counted(this.#claims.size, "scenario")}`);
  }

  /** Prints the claims of a scenario, and what the other run says. */
  tell(result: ScenarioResult, other: ScenarioResult | undefined): void {
    const claims = this.#claims.get(result.name) ?? [];
    const checks = claims.map((claim): ClaimCheck => ({
      claim,
      checked: other
        ? claim.holdsIn(other)
        : { answer: "unknown", reason: `no scenario ${result.name} here` },
    }));
    if (checks.length === 0) return;
    print([`\n${result.question}`, ...claimLines(checks)].join("\n"));
    this.#checks.push(...checks);
  }

  /**
   * Prints the count.
   *
   * @returns the exit code
   */
  finish(): number {
    print(`\n${claimSummary(this.#checks)}`);
    const answers = new Set(this.#checks.map(({ checked }) => checked.answer));
    if (answers.has("differs")) return DIFFERS;
    return answers.has("holds") ? 0 : FAILURE;
  }
}

/** Measures of each scenario what its claims need. */
async function measureShort(
  results: readonly ScenarioResult[],
  { rounds = ROUNDS, sampleMs = SAMPLE_MS }: VerifyOptions,
  signal: AbortSignal,
  onResult: (result: ScenarioResult, run: ScenarioResult | undefined) => void,
): Promise<Results[]> {
  const { SCENARIOS } = await loadSuite();
  const runs: Results[] = [];
  for (const result of results) {
    if (signal.aborted) break;
    const { contenders, values } = claimPlan(result, claimsOf(result));
    const url = SCENARIOS.get(result.name);
    const known = url ? ((await loadScenario(url.href)) as Scenario).contenders : [];
    const own = contenders.filter((name) => known.includes(name));
    if (!url || own.length === 0) {
      onResult(result, undefined);
      continue;
    }
    const run = await measureAll([url], { contenders: own, values, rounds, sampleMs, signal });
    if (run.complete) onResult(result, run.scenarios[0]);
    runs.push(run);
  }
  return runs;
}

function tellRuns(there: Results, here: Results): void {
  for (const [word, { started, machine }] of [
    ["there", there],
    ["here", here],
  ] as const) {
    const { cpu, cores, system, node, pollux } = machine;
    print(
      `${word.padEnd(5)} ${started}: ${cpu}, ${String(cores)} processors, ${system}, Node.js ${node}, pollux ${pollux}`,
    );
  }
  for (const doubt of doubtsOf(there, here)) if (doubt.startsWith("the machine")) print(doubt);
}

function read(option: string, file: string): Results {
  try {
    return parseResults(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${option}${file}: ${error instanceof Error ? error.message : ""}`);
  }
}
