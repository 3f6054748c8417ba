import { type Command, InvalidArgumentError } from "commander";
import {
  type AnyScenario,
  type MeasureOptions,
  type SuiteProgress,
  type SweepValue,
  checkContenders,
  loadScenario,
  measureAll,
  parseValues,
  planOf,
} from "../../harness/index.ts";
import { BenchDisplay } from "./bench_display.ts";
import { readEarlier } from "./bench_earlier.ts";
import { BenchOutputs } from "./bench_outputs.ts";
import { UsageError, fail } from "./report.ts";

interface BenchOptions {
  readonly quick?: boolean;
  readonly list?: boolean;
  readonly rounds?: number;
  readonly sampleMs?: number;
  readonly limit?: number;
  readonly contenders?: readonly string[];
  readonly values?: readonly string[];
  readonly json?: string;
  readonly report?: string;
  readonly compare?: string;
}

const INTERRUPTED = 130;
const FAILURE = 1;

// Compiled from bench/, which stands beside lib/ and is built on it, not the other way round.
const SUITE = new URL("../../bench/index.js", import.meta.url);

export function addBench(program: Command): void {
  program
    .command("bench")
    .description(
      "measure select, poll and epoll beside C and node:net; Ctrl-C keeps what was measured",
    )
    .argument("[scenario...]", "questions to ask; all when none is named")
    .option("--quick", "few values and short samples: shows that all runs")
    .option("--list", "name the scenarios, and measure nothing")
    .option("--rounds <n>", "samples per cell (default: 7, with --quick 2)", parseCount)
    .option(
      "--sample-ms <ms>",
      "how long a sample takes (default: 200, with --quick 10)",
      parseCount,
    )
    .option(
      "--limit <s>",
      "how long a cell may take in all before it is stopped (default: 300 and more)",
      parseCount,
    )
    .option("--contenders <names>", "only these, separated by commas", parseNames)
    .option("--values <list>", "instead of the sweep: 10,500 or n=200 a=10 w=500", parseNames)
    .option("--json <file>", "write the results")
    .option("--report <file>", "write the results as one HTML file with charts")
    .option("--compare <file>", "hold the results against an earlier --json")
    .action(bench);
}

async function bench(names: readonly string[], options: BenchOptions): Promise<void> {
  const chosen = choose(await suite(), names);
  if (options.list) {
    for (const name of chosen.keys()) process.stdout.write(`${name}\n`);
    return;
  }
  const urls = [...chosen.values()];
  // Whatever cannot be asked, read or written is said before an hour is spent.
  const scenarios = await Promise.all(urls.map(({ href }) => loadScenario(href)));
  const settings = settingsOf(options, scenarios);
  const earlier =
    options.compare === undefined ? null : readEarlier(options.compare, scenarios, settings);
  const outputs = new BenchOutputs(options);

  const display = new BenchDisplay(process.stdout);
  const onProgress = (progress: SuiteProgress): void => display.update(progress);
  const results = await interruptibly(display, (signal) => {
    display.start(scenarios.map((scenario) => planOf(scenario, settings)));
    return measureAll(urls, { ...settings, signal, onProgress });
  });
  display.finish(results);
  const written = outputs.write(results);
  if (earlier) display.comparison(earlier, results);
  if (!written || display.failures > 0) process.exitCode = FAILURE;
  if (written && !results.complete) process.exitCode = INTERRUPTED;
}

function settingsOf(options: BenchOptions, scenarios: readonly AnyScenario[]): MeasureOptions {
  const { quick = false, rounds, sampleMs, limit, contenders, values } = options;
  const settings = {
    quick,
    ...(rounds !== undefined && { rounds }),
    ...(sampleMs !== undefined && { sampleMs }),
    ...(limit !== undefined && { limitMs: limit * 1000 }),
    ...(contenders !== undefined && { contenders }),
    ...(values !== undefined && { values: valuesOf(scenarios, values) }),
  };
  asked("--contenders", () => checkContenders(scenarios, settings));
  return settings;
}

/** The same of all scenarios: what is a number for one is no name for another. */
function valuesOf(
  scenarios: readonly AnyScenario[],
  texts: readonly string[],
): readonly SweepValue[] {
  const [first, ...others] = scenarios.map((scenario) =>
    asked("--values", () => parseValues(scenario, texts)),
  );
  const isOther = (values: readonly SweepValue[]): boolean =>
    values.some((value, index) => value !== first?.[index]);
  if (others.some(isOther)) throw new UsageError("--values: the scenarios do not have them alike");
  return first ?? [];
}

/** What is out of range was asked for by an option. */
function asked<T>(option: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`${option}: ${error.message}`) : error;
  }
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

/** The first Ctrl-C ends the measurement after its current sample; the second one ends everything. */
async function interruptibly<T>(
  display: BenchDisplay,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    display.interrupt();
    fail("the running sample is finished, then this ends; a second Ctrl-C ends it at once");
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function parseNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw new InvalidArgumentError("It must be a list, separated by commas.");
}

function parseCount(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 1e6) return number;
  throw new InvalidArgumentError("It must be a number from 1 to 1000000.");
}
