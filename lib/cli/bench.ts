import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import {
  type Difference,
  type Results,
  compare,
  measureAll,
  parseResults,
  reportHtml,
} from "../bench/index.ts";
import { BenchDisplay, type Output } from "./bench_display.ts";
import { UsageError } from "./report.ts";

interface BenchOptions {
  readonly quick: boolean;
  readonly list: boolean;
  readonly rounds?: number;
  readonly sampleMs?: number;
  readonly contenders?: readonly string[];
  readonly json?: string;
  readonly report?: string;
  readonly compare?: string;
}

const INTERRUPTED = 130;
const FAILURE = 1;

// Compiled from bench/, which stands beside lib/ and is built on it, not the other way round.
const SUITE = new URL("../suite/index.js", import.meta.url);

export function addBench(program: Command): void {
  program
    .command("bench")
    .description(
      "measure select, poll and epoll beside C and node:net; Ctrl-C keeps what was measured",
    )
    .argument("[scenario...]", "questions to ask; all when none is named")
    .option("--quick", "few values and short samples: shows that all runs", false)
    .option("--list", "name the scenarios, and measure nothing", false)
    .option("--rounds <n>", "samples per cell", parseCount)
    .option("--sample-ms <ms>", "how long a sample takes", parseCount)
    .option("--contenders <names>", "only these, separated by commas", (names) => names.split(","))
    .option("--json <file>", "write the results")
    .option("--report <file>", "write the results as one HTML file with charts")
    .option("--compare <file>", "hold the results against an earlier --json")
    .action(bench);
}

async function bench(names: readonly string[], options: BenchOptions): Promise<void> {
  const scenarios = await suite();
  const chosen = choose(scenarios, names);
  const output: Output = process.stdout;
  if (options.list) {
    for (const name of chosen.keys()) output.write(`${name}\n`);
    return;
  }
  // Whatever cannot be read or written is said before an hour is spent.
  const old = options.compare === undefined ? null : readResults(options.compare);
  for (const file of [options.json, options.report])
    if (file !== undefined) closeSync(openSync(file, "a"));

  const display = new BenchDisplay(output);
  const results = await interruptibly((signal) =>
    measureAll([...chosen.values()], {
      ...settings(options),
      signal,
      onProgress: (progress) => display.update(progress),
    }),
  );
  display.finish(results);
  if (results.complete && results.scenarios.every(({ contenders }) => contenders.length === 0)) {
    throw new UsageError("no scenario has such contenders");
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results)}\n`);
  if (options.report !== undefined) writeFileSync(options.report, reportHtml(results));
  if (old) display.differences(checkComparable(compare(old, results)));
  if (!results.complete) process.exitCode = INTERRUPTED;
  else if (display.failures > 0) process.exitCode = FAILURE;
}

function settings({ quick, rounds, sampleMs, contenders }: BenchOptions) {
  return {
    quick,
    ...(rounds !== undefined && { rounds }),
    ...(sampleMs !== undefined && { sampleMs }),
    ...(contenders !== undefined && { contenders }),
  };
}

async function suite(): Promise<ReadonlyMap<string, URL>> {
  const { SCENARIOS } = (await import(SUITE.href)) as { SCENARIOS: ReadonlyMap<string, URL> };
  return SCENARIOS;
}

function choose(all: ReadonlyMap<string, URL>, names: readonly string[]): ReadonlyMap<string, URL> {
  const unknown = names.find((name) => !all.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`no scenario ${unknown}; there are ${[...all.keys()].join(", ")}`);
  }
  return names.length === 0 ? all : new Map([...all].filter(([name]) => names.includes(name)));
}

function readResults(file: string): Results {
  try {
    return parseResults(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`--compare ${file}: ${error instanceof Error ? error.message : ""}`);
  }
}

function checkComparable(differences: readonly Difference[]): readonly Difference[] {
  if (differences.length === 0)
    throw new UsageError("--compare: the two runs have no cell in common");
  return differences;
}

/** The first Ctrl-C ends the measurement after its current sample; the second one ends everything. */
async function interruptibly<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function parseCount(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 1e6) return number;
  throw new InvalidArgumentError("It must be a number from 1 to 1000000.");
}
