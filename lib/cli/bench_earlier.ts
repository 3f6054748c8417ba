import {
  type AnyScenario,
  type MeasureOptions,
  type Results,
  planOf,
} from "../../harness/index.ts";
import { readRun } from "./bench_file.ts";
import { UsageError } from "./report.ts";

/**
 * Reads the earlier run to compare with.
 *
 * @throws UsageError the file cannot be read, or has no cell in common with what will be measured
 */
export function readEarlier(
  file: string,
  scenarios: readonly AnyScenario[],
  options: MeasureOptions,
): Results {
  const earlier = readRun(file, "--compare");
  if (!scenarios.some((scenario) => hasCells(earlier, scenario, options))) {
    throw new UsageError(`--compare ${file}: it has no cell in common with this run`);
  }
  return earlier;
}

function hasCells(earlier: Results, scenario: AnyScenario, options: MeasureOptions): boolean {
  const { contenders, values } = planOf(scenario, options);
  const result = earlier.scenarios.find(({ name }) => name === scenario.name);
  return (result?.cells ?? []).some(
    ({ contender, value, samples }) =>
      samples.length > 0 && contenders.includes(contender) && values.includes(value),
  );
}
