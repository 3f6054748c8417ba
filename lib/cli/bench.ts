import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type AnyScenario,
  type MeasureOptions,
  type Results,
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
import { parseCount } from "./bench_count.ts";
import { INTERRUPTED, interruptibly } from "./bench_interrupt.ts";
import { PRESET_NAMES, type PresetName, withPreset } from "./bench_preset.ts";
import { chooseScenarios, loadSuite } from "./bench_suite.ts";
import { addVerify } from "./bench_verify.ts";
import { helpMore } from "./help.ts";
import { UsageError } from "./report.ts";

interface BenchOptions {
  readonly preset?: PresetName;
  readonly quick?: boolean;
  readonly list?: boolean;
  readonly rounds?: number;
  readonly sampleMs?: number;
  readonly limit?: number;
  readonly contenders?: readonly string[] | "all";
  readonly installHint?: boolean;
  readonly values?: readonly string[];
  readonly json?: string;
  readonly report?: string;
  readonly compare?: string;
}

const FAILURE = 1;

export function addBench(program: Command): void {
  const command = program
    .command("bench")
    .description(
      "compare select, poll and epoll with C and node:net; Ctrl-C keeps what was measured",
    )
    .argument("[scenario...]", "scenarios to measure (default: all)")
    .option("--quick", "few values and short samples: shows that everything works, not how fast")
    .addOption(
      new Option(
        "--preset <name>",
        "a whole run as it was published: its scenarios, samples and contenders",
      ).choices(PRESET_NAMES),
    )
    .option("--list", "list the scenarios, and measure nothing")
    .option("--rounds <n>", "samples per cell (default: 7, or 2 with --quick)", parseCount)
    .option("--sample-ms <ms>", "length of a sample (default: 200, or 10 with --quick)", parseCount)
    .option(
      "--limit <s>",
      "time limit for a cell (default: 300 plus ten times the length of its samples)",
      parseCount,
    )
    .option(
      "--contenders <names>",
      "measure only these, separated by commas, or all (default: those that need only Node.js and a C compiler)",
      parseContenders,
    )
    .option("--install-hint", "tell how to get each contender, and measure nothing")
    .option("--values <list>", "values to measure instead of the sweep, such as 10,500", parseNames)
    .option("--json <file>", "write the results as JSON")
    .option("--report <file>", "write the results as one HTML file with charts")
    .option("--compare <file>", "compare the results with an earlier --json file")
    .action(bench);
  helpMore(command, {
    examples: [
      ["pollux bench --list", "the names of the scenarios"],
      [
        "pollux bench --contenders all --install-hint",
        "who can be measured here, and what is missing",
      ],
      ["pollux bench wait_one --quick --report wait.html", "one scenario, as charts"],
      ["pollux bench --preset published --json run.json", "the run behind docs/benchmarks.md"],
    ],
    exitCodes: { 1: "a cell has failed, or a file was not written", 130: "interrupted" },
  });
  addVerify(command);
}

async function bench(given: readonly string[], told: BenchOptions): Promise<void> {
  const suite = await loadSuite();
  const { names, options } = withPreset(suite.PRESETS, given, told);
  const chosen = chooseScenarios(suite.SCENARIOS, names);
  if (options.list) {
    for (const name of chosen.keys()) process.stdout.write(`${name}\n`);
    return;
  }
  const urls = [...chosen.values()];
  // Mistakes on the command line are reported before the first measurement.
  const scenarios = await Promise.all(urls.map(({ href }) => loadScenario(href)));
  const settings = settingsOf(options, scenarios);
  if (options.installHint) {
    const measured = scenarios.flatMap((scenario) => planOf(scenario, settings).contenders);
    process.stdout.write(suite.installHints(measured));
    return;
  }
  const earlier =
    options.compare === undefined ? null : readEarlier(options.compare, scenarios, settings);
  const outputs = new BenchOutputs(options, suite.REPORT);

  const display = new BenchDisplay(process.stdout);
  const onProgress = (progress: SuiteProgress): void => display.update(progress);
  const results = await interruptibly(display, (signal) => {
    display.start(scenarios.map((scenario) => planOf(scenario, settings)));
    return measureAll(urls, { ...settings, signal, onProgress });
  }).then((measured) => withPresetName(measured, options.preset));
  display.finish(results);
  const written = outputs.write(results);
  if (earlier) display.comparison(earlier, results);
  if (!written || display.failures > 0) process.exitCode = FAILURE;
  if (written && !results.complete) process.exitCode = INTERRUPTED;
}

/** The results, which say which preset they are of. */
function withPresetName(results: Results, preset: string | undefined): Results {
  if (preset === undefined) return results;
  return { ...results, options: { ...results.options, preset } };
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

function parseContenders(text: string): string[] | "all" {
  return text === "all" ? text : parseNames(text);
}

function parseNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw new InvalidArgumentError("It must be a list separated by commas.");
}
