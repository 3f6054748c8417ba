import { FORMAT, type Results } from "./results.ts";

type Check = (value: unknown, path: string) => void;

// Its goals were baseline / contender, higher is better: see docs/decisions/0016-ratios.md.
const FORMAT_1 = "pollux-bench/1";

/**
 * Reads a results file, of this or an earlier version.
 *
 * @param text - the content of the file
 * @throws TypeError it is not a results file, or something in it is missing or of the wrong type
 */
export function parseResults(text: string): Results {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new TypeError("This is not a results file: it is not JSON", { cause: error });
  }
  const format = (parsed as { format?: unknown } | null)?.format;
  if (format !== FORMAT && format !== FORMAT_1) {
    throw new TypeError(`This is not a results file of the format ${FORMAT}`);
  }
  const upgraded = format === FORMAT_1 ? withCostRatios(parsed) : parsed;
  assertResults(upgraded);
  return upgraded;
}

/** Turns goals of the first format, `atLeast: 0.5`, into `atMost: 2`. The rest is as it was. */
function withCostRatios(parsed: unknown): unknown {
  const { scenarios, ...run } = parsed as { readonly scenarios?: unknown };
  const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
  const upgradeGoal = (goal: unknown): unknown => {
    if (!isObject(goal) || !("atLeast" in goal)) return goal;
    const { atLeast, ...rest } = goal;
    return { ...rest, atMost: typeof atLeast === "number" ? 1 / atLeast : atLeast };
  };
  const upgrade = (scenario: unknown): unknown =>
    isObject(scenario) && "goals" in scenario && Array.isArray(scenario.goals)
      ? { ...scenario, goals: scenario.goals.map(upgradeGoal) }
      : scenario;
  return {
    ...run,
    format: FORMAT,
    scenarios: Array.isArray(scenarios) ? scenarios.map(upgrade) : scenarios,
  };
}

function assertResults(value: unknown): asserts value is Results {
  RESULTS(value, "");
}

const text = ofType("string");
const number = ofType("number");
const flag = ofType("boolean");
const value: Check = (given, path) => {
  if (typeof given !== "number" && typeof given !== "string") throw wrong(path, "a name or number");
};

const SCENARIO = record({
  ...{ name: text, question: text, method: text, logX: flag },
  sweep: record({ name: text, values: list(value) }),
  contenders: list(record({ name: text, title: text, family: maybe(text), version: maybe(text) })),
  metrics: list(
    record({
      name: text,
      unit: text,
      title: text,
      better: oneOf("lower", "higher"),
      percentile: maybe(number),
    }),
  ),
  baseline: map(text),
  goals: list(record({ contender: text, versus: text, value, metric: text, atMost: number })),
  pairs: maybe(list(record({ contender: text, versus: text, trait: maybe(text) }))),
  cells: list(
    record({
      ...{ contender: text, value, times: number, starved: number, samples: list(map(number)) },
      ...{ skipped: maybe(text), failed: maybe(text), starvedKept: maybe(number) },
    }),
  ),
});

const RESULTS = record({
  ...{ started: text, seconds: number, complete: flag, scenarios: list(SCENARIO) },
  options: record({ quick: flag, rounds: number, sampleMs: number }),
  machine: record({
    ...{ cpu: text, architecture: text, cores: number, pinned: list(number), memoryMiB: number },
    ...{ system: text, node: text, v8: text, uv: text, pollux: text, load: text },
  }),
});

function ofType(type: "string" | "number" | "boolean"): Check {
  return (given, path) => {
    if (typeof given !== type) throw wrong(path, `a ${type}`);
  };
}

function oneOf(...words: readonly unknown[]): Check {
  return (given, path) => {
    if (!words.includes(given)) throw wrong(path, words.join(" or "));
  };
}

function maybe(check: Check): Check {
  return (given, path) => {
    if (given !== undefined) check(given, path);
  };
}

function list(check: Check): Check {
  return (given, path) => {
    if (!Array.isArray(given)) throw wrong(path, "a list");
    for (const [index, item] of given.entries()) check(item, `${path}[${String(index)}]`);
  };
}

function record(fields: Readonly<Record<string, Check>>): Check {
  return (given, path) => {
    const members = membersOf(given, path);
    for (const [name, check] of Object.entries(fields)) check(members[name], `${path}.${name}`);
  };
}

function map(check: Check): Check {
  return (given, path) => {
    for (const [name, item] of Object.entries(membersOf(given, path)))
      check(item, `${path}.${name}`);
  };
}

function membersOf(given: unknown, path: string): Record<string, unknown> {
  if (typeof given !== "object" || given === null) throw wrong(path, "an object");
  return { ...given };
}

function wrong(path: string, wanted: string): TypeError {
  return new TypeError(`This is not a results file: ${path.slice(1)} is not ${wanted}`);
}
