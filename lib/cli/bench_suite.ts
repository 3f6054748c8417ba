import type { ReportOptions } from "../../harness/index.ts";
import type { Presets } from "./bench_preset.ts";
import { UsageError } from "./report.ts";

/** What bench/index.ts exports. */
export interface Suite {
  /** The module of each scenario, by the name of the scenario. */
  readonly SCENARIOS: ReadonlyMap<string, URL>;
  /** The settings of whole runs, by name. */
  readonly PRESETS: Presets;
  /** What reports say besides the results. */
  readonly REPORT: ReportOptions;
  /** Which of the contenders are there, with their versions, and how to get the others: a table. */
  readonly installHints: (contenders: readonly string[]) => string;
}

// Loaded when it runs, because bench/ is built on lib/ and not the other way round.
const SUITE = new URL("../../bench/index.js", import.meta.url);

export async function loadSuite(): Promise<Suite> {
  return (await import(SUITE.href)) as Suite;
}

/**
 * The named scenarios, or all of them without a name.
 *
 * @throws UsageError there is no scenario of a name
 */
export function chooseScenarios(
  all: ReadonlyMap<string, URL>,
  names: readonly string[],
): ReadonlyMap<string, URL> {
  const unknown = names.find((name) => !all.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`no scenario ${unknown}; there are ${[...all.keys()].join(", ")}`);
  }
  return names.length === 0 ? all : new Map([...all].filter(([name]) => names.includes(name)));
}
