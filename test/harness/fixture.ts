import type { Metric, Results, Scenario, ScenarioResult } from "../../harness/index.ts";
import { FORMAT } from "../../harness/index.ts";

export const CPU: Metric = { name: "cpu", unit: "ns", better: "lower", title: "time per wait" };

/** A result with these samples: contender → a list of samples for each value. */
export function scenarioResult(
  cells: Readonly<Record<string, readonly (readonly number[])[]>>,
  values: readonly number[],
  more: Partial<ScenarioResult> = {},
): ScenarioResult {
  return {
    name: "waits",
    question: "What does <one> wait cost?",
    method: "",
    sweep: { name: "pipes", values },
    logX: true,
    contenders: Object.keys(cells).map((name) => ({ name, title: `the ${name}` })),
    metrics: [CPU],
    baseline: {},
    goals: [],
    cells: Object.entries(cells).flatMap(([contender, samples]) =>
      samples.map((numbers, index) => ({
        contender,
        value: values[index]!,
        times: 1,
        starved: 0,
        samples: numbers.map((cpu) => ({ cpu })),
      })),
    ),
    ...more,
  };
}

/** The result, with one contender starved. */
export function starve(result: ScenarioResult, contender: string): ScenarioResult {
  const cells = result.cells.map((cell) =>
    cell.contender === contender ? { ...cell, starvedKept: 2 } : cell,
  );
  return { ...result, cells };
}

/**
 * The result, with each sample twice: in the regime busy as it is, and in the regime woken at 4 times its cost. At every
 * second value, the woken ones were taken first.
 */
export function inTwoRegimes(result: ScenarioResult): ScenarioResult {
  const { values } = result.sweep;
  const cells = result.cells.map((cell) => {
    const busy = cell.samples.map((sample) => ({ ...sample, regime: "busy" }));
    const woken = cell.samples.map(({ cpu }) => ({ cpu: 4 * Number(cpu), regime: "woken" }));
    const samples =
      values.indexOf(cell.value) % 2 === 0 ? [...busy, ...woken] : [...woken, ...busy];
    return { ...cell, samples };
  });
  return { ...result, cells };
}

export function results(...scenarios: ScenarioResult[]): Results {
  return {
    format: FORMAT,
    started: "2026-01-02T03:04:05.000Z",
    seconds: 1,
    complete: true,
    options: { quick: false, rounds: 3, sampleMs: 1 },
    machine: {
      cpu: "a processor",
      architecture: "x64",
      cores: 2,
      pinned: [1, 0],
      memoryMiB: 1024,
      system: "Linux 6",
      node: "20.20.2",
      v8: "11",
      uv: "1",
      pollux: "0.1.0",
      load: "0.00 0.00 0.00",
    },
    scenarios,
  };
}

/** A scenario that takes hardly any time to measure. */
export function scenario(
  more: Partial<Scenario<"a" | "b", number>> = {},
): Scenario<"a" | "b", number> {
  return {
    name: "nothing",
    question: "What does nothing cost?",
    sweep: { name: "things", values: [1, 2], quick: [2] },
    contenders: ["a", "b"],
    prepare: () => ({ run: spin }),
    ...more,
  };
}

export function spin(times: number): void {
  for (let index = 0; index < times; index++) Math.sqrt(index);
}
