import { type Command, InvalidArgumentError } from "commander";
import {
  type AnyScenario,
  type MeasureOptions,
  type ReportOptions,
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
import { helpMore } from "./help.ts";
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

// Loaded when it runs, because bench/ is built on lib/ and not the other way round.
const SUITE = new URL("../../bench/index.js", import.meta.url);

export function addBench(program: Command): void {
  const command = program
    .command("bench")
    .description(
      "compare select, poll and epoll with C and node:net; Ctrl-C keeps what was measured",
    )
    .argument("[scenario...]", "scenarios to measure (default: all)")
    .option("--quick", "few values and short samples: shows that everything works, not how fast")
    .option("--list", "list the scenarios, and measure nothing")
    .option("--rounds <n>", "samples per cell (default: 7, or 2 with --quick)", parseCount)
    .option("--sample-ms <ms>", "length of a sample (default: 200, or 10 with --quick)", parseCount)
    .option(
      "--limit <s>",
      "time limit for a cell (default: 300 plus ten times the length of its samples)",
      parseCount,
    )
    .option("--contenders <names>", "measure only these, separated by commas", parseNames)
    .option("--values <list>", "values to measure instead of the sweep, such as 10,500", parseNames)
    .option("--json <file>", "write the results as JSON")
    .option("--report <file>", "write the results as one HTML file with charts")
    .option("--compare <file>", "compare the results with an earlier --json file")
    .action(bench);
  helpMore(command, {
    examples: [
      ["pollux bench --list", "the names of the scenarios"],
      ["pollux bench wait_one --quick --report wait.html", "one scenario, as charts"],
    ],
    exitCodes: { 1: "a cell has failed, or a file was not written", 130: "interrupted" },
  });
}

async function bench(names: readonly string[], options: BenchOptions): Promise<void> {
  const { SCENARIOS, REPORT } = await suite();
  const chosen = choose(SCENARIOS, names);
  if (options.list) {
    for (const name of chosen.keys()) process.stdout.write(`${name}\n`);
    return;
  }
  const urls = [...chosen.values()];
  // Mistakes on the command line are reported before the first measurement.
  const scenarios = await Promise.all(urls.map(({ href }) => loadScenario(href)));
  const settings = settingsOf(options, scenarios);
  const earlier =
    options.compare === undefined ? null : readEarlier(options.compare, scenarios, settings);
  const outputs = new BenchOutputs(options, REPORT);

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
  parsed("--contenders", () => checkContenders(scenarios, settings));
  return settings;
}

/** Values that all scenarios have in common. */
function valuesOf(
  scenarios: readonly AnyScenario[],
  texts: readonly string[],
): readonly SweepValue[] {
  const [first, ...others] = scenarios.map((scenario) =>
    parsed("--values", () => parseValues(scenario, texts)),
  );
  const isOther = (values: readonly SweepValue[]): boolean =>
    values.some((value, index) => value !== first?.[index]);
  if (others.some(isOther))
    throw new UsageError("--values: the scenarios do not have these values in common");
  return first ?? [];
}

/** Turns a RangeError into a usage error that names the option. */
function parsed<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`${option}: ${error.message}`) : error;
  }
}

interface Suite {
  readonly SCENARIOS: ReadonlyMap<string, URL>;
  readonly REPORT: ReportOptions;
}

async function suite(): Promise<Suite> {
  return (await import(SUITE.href)) as Suite;
}

function choose(all: ReadonlyMap<string, URL>, names: readonly string[]): ReadonlyMap<string, URL> {
  const unknown = names.find((name) => !all.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`no scenario ${unknown}; there are ${[...all.keys()].join(", ")}`);
  }
  return names.length === 0 ? all : new Map([...all].filter(([name]) => names.includes(name)));
}

/** The first Ctrl-C ends the measurement after the current sample; the second one ends the process. */
async function interruptibly<T>(
  display: BenchDisplay,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    display.interrupt();
    fail("stopping after the current sample; a second Ctrl-C stops at once");
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
  throw new InvalidArgumentError("It must be a list separated by commas.");
}

function parseCount(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 1e6) return number;
  throw new InvalidArgumentError("It must be a whole number from 1 to 1000000.");
}
