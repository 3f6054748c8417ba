import type { Command } from "commander";
import {
  type Claim,
  type ClaimCheck,
  type Results,
  type ScenarioResult,
  agreementLines,
  agreementOf,
  claimLines,
  claimSummary,
  claimsOf,
  doubtsOf,
} from "../../harness/index.ts";
import { BenchBar } from "./bench_bar.ts";
import { counted, parseCount } from "./bench_count.ts";
import { readRun } from "./bench_file.ts";
import { INTERRUPTED, interruptibly } from "./bench_interrupt.ts";
import { BenchOutputs } from "./bench_outputs.ts";
import { measureShort } from "./bench_short_run.ts";
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
    text: "Each line has the number of the file (there) and the number of this machine (here). With --against, here is\nthe other file, and the headlines of both stand side by side.",
    examples: [
      [
        "pollux bench verify results.json",
        "all findings; ten to twenty minutes with all contenders",
      ],
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
  const there = readRun(file);
  const results = there.scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  const unknown = names.find((name) => !results.some((result) => result.name === name));
  if (unknown !== undefined) throw new UsageError(`${file} has no scenario ${unknown}`);
  const verification = new Verification(results);
  if (verification.count === 0) {
    throw new UsageError(`${file} has no findings: they take ${String(ROUNDS)} samples per cell`);
  }
  const run = { ...there, scenarios: results };
  process.exitCode = await (options.against === undefined
    ? measureHere(run, verification, options)
    : lookUp(run, verification, options.against, options));
}

/** Looks the claims up in another file. */
async function lookUp(
  there: Results,
  verification: Verification,
  against: string,
  options: VerifyOptions,
): Promise<number> {
  const own = (["json", "rounds", "sampleMs"] as const).find((key) => options[key] !== undefined);
  if (own !== undefined) throw new UsageError("--against measures nothing: no other option fits");
  const here = readRun(against, "--against");
  const { REPORT } = await loadSuite();
  for (const result of there.scenarios) {
    verification.tell(
      result,
      here.scenarios.find(({ name }) => name === result.name),
    );
  }
  print("\nHeadlines", ...agreementLines(agreementOf(there, here, REPORT.views)));
  tellRuns(there, here);
  return verification.finish();
}

/** Measures a short form of the run. */
async function measureHere(
  there: Results,
  verification: Verification,
  { rounds = ROUNDS, sampleMs = SAMPLE_MS, ...files }: VerifyOptions,
): Promise<number> {
  const outputs = new BenchOutputs(files);
  const bar = new BenchBar(process.stdout);
  let isInterrupted = false;
  const here = await interruptibly({ interrupt: () => bar.clear() }, async (signal) => {
    verification.start();
    const run = await measureShort(there.scenarios, {
      ...{ rounds, sampleMs, signal },
      onStep: (step) => bar.draw(step),
      onResult: (result, own) => {
        bar.clear();
        verification.tell(result, own);
      },
    });
    isInterrupted = signal.aborted;
    return run;
  });
  bar.clear();
  if (here && verification.verified > 0) tellRuns(there, here);
  const code = verification.finish();
  const isWritten = !here || outputs.write(here);
  if (!isWritten) return FAILURE;
  return isInterrupted ? INTERRUPTED : code;
}

/** Checks the claims of each scenario, and counts. */
class Verification {
  readonly #claims: ReadonlyMap<string, readonly Claim[]>;
  readonly #checks: ClaimCheck[] = [];
  #scenarios = 0;

  constructor(results: readonly ScenarioResult[]) {
    this.#claims = new Map(results.map((result) => [result.name, claimsOf(result)]));
  }

  /** How many claims there are. */
  get count(): number {
    return [...this.#claims.values()].reduce((sum, claims) => sum + claims.length, 0);
  }

  /** How many claims were looked up. */
  get verified(): number {
    return this.#checks.length;
  }

  /** Prints how much there is to verify. */
  start(): void {
    const all = `${counted(this.count, "finding")} of ${counted(this.#claims.size, "scenario")}`;
    print(`${all}; Ctrl-C ends with what was verified`);
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
    print(`\n${result.question}`, ...claimLines(checks));
    this.#checks.push(...checks);
    this.#scenarios++;
  }

  /**
   * Prints the claims that do not hold once more, where they are far above, and the count.
   *
   * @returns the exit code
   */
  finish(): number {
    const differing = this.#checks.filter(({ checked }) => checked.answer === "differs");
    if (differing.length > 0 && this.#scenarios > 1)
      print("\nDo not hold", ...claimLines(differing));
    const left = this.count - this.verified;
    const rest = left === 0 ? "" : `; interrupted, ${counted(left, "finding")} not verified`;
    print(
      this.verified === 0
        ? "\ninterrupted, nothing verified"
        : `\n${claimSummary(this.#checks)}${rest}`,
    );
    if (differing.length > 0) return DIFFERS;
    return this.#checks.some(({ checked }) => checked.answer === "holds") ? 0 : FAILURE;
  }
}

function tellRuns(there: Results, here: Results): void {
  print("");
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
