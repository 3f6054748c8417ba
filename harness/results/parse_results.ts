import { FORMAT, type Results } from "./results.ts";

type Check = (value: unknown, path: string) => void;

/**
 * Reads a results file.
 *
 * @throws TypeError: it is not one, or one of another version, or something in it is missing
 */
export function parseResults(text: string): Results {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new TypeError("This is not a results file: it is no JSON", { cause: error });
  }
  if ((parsed as { format?: unknown } | null)?.format !== FORMAT) {
    throw new TypeError(`This is not a results file of format ${FORMAT}`);
  }
  assertResults(parsed);
  return parsed;
}

function assertResults(value: unknown): asserts value is Results {
  RESULTS(value, "");
}

const text = ofType("string");
const number = ofType("number");
const flag = ofType("boolean");
const value: Check = (given, path) => {
  if (typeof given !== "number" && typeof given !== "string") throw wrong(path, "name or number");
};

const SCENARIO = record({
  ...{ name: text, question: text, method: text, logX: flag },
  sweep: record({ name: text, values: list(value) }),
  contenders: list(record({ name: text, title: text })),
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
  goals: list(record({ contender: text, versus: text, value, metric: text, atLeast: number })),
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
    if (typeof given !== type) throw wrong(path, type);
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
    if (!Array.isArray(given)) throw wrong(path, "list");
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
  if (typeof given !== "object" || given === null) throw wrong(path, "object");
  return { ...given };
}

function wrong(path: string, wanted: string): TypeError {
  return new TypeError(`This is not a results file: ${path.slice(1)} is no ${wanted}`);
}
