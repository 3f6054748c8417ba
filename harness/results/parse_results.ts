import { type Check, WrongValue, list, map, maybe, ofType, oneOf, record } from "./checks.ts";
import { FORMAT, type Results } from "./results.ts";

// Its goals were baseline / contender, higher is better: see docs/decisions/0016-ratios.md.
const FORMAT_1 = "pollux-bench/1";
// It had no presets, no versions of contenders and no regimes; all of them are optional.
const FORMAT_2 = "pollux-bench/2";

/**
 * Reads a results file, of this or an earlier version.
 *
 * @param text - the content of the file
 * @throws TypeError it is not a results file, or something in it is missing or of the wrong type: the
 * message names the place
 */
export function parseResults(text: string): Results {
  const parsed = parseJson(text);
  const upgraded = upgrade(parsed);
  try {
    assertResults(upgraded);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    throw notResults(`${error.message}${nameOf(upgraded, error.path)}`);
  }
  return upgraded;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = / at position (\d+)/.exec(message)?.[1];
    // Node tells no position when the text ends too early.
    const before = position === undefined ? text : text.slice(0, Number(position));
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    const isKnown = position !== undefined || message.includes("end of JSON");
    const place = isKnown ? `, line ${String(line)}, column ${String(column)}` : "";
    throw notResults(`it is not JSON${place}`, error);
  }
}

/** The content of the file in the current format. */
function upgrade(parsed: unknown): unknown {
  const format = isObject(parsed) && "format" in parsed ? parsed.format : undefined;
  if (format === FORMAT) return parsed;
  if (format === FORMAT_1) return withCostRatios(parsed);
  if (format === FORMAT_2) return { ...(parsed as object), format: FORMAT };
  const reads = `this version reads ${FORMAT_1} to ${FORMAT}`;
  if (typeof format === "string" && /^pollux-bench\/\d+$/.test(format))
    throw new TypeError(`A newer version has written this file: its format is ${format}; ${reads}`);
  throw notResults(`it has no format that is known; ${reads}`);
}

/** Turns goals of the first format, `atLeast: 0.5`, into `atMost: 2`. The rest is as it was. */
function withCostRatios(parsed: unknown): unknown {
  const { scenarios, ...run } = parsed as { readonly scenarios?: unknown };
  const upgradeGoal = (goal: unknown): unknown => {
    if (!isObject(goal) || !("atLeast" in goal)) return goal;
    const { atLeast, ...rest } = goal;
    return { ...rest, atMost: typeof atLeast === "number" ? 1 / atLeast : atLeast };
  };
  const upgradeScenario = (scenario: unknown): unknown =>
    isObject(scenario) && "goals" in scenario && Array.isArray(scenario.goals)
      ? { ...scenario, goals: scenario.goals.map(upgradeGoal) }
      : scenario;
  return {
    ...run,
    format: FORMAT,
    scenarios: Array.isArray(scenarios) ? scenarios.map(upgradeScenario) : scenarios,
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function assertResults(value: unknown): asserts value is Results {
  RESULTS(value, "");
}

/** The scenario and the cell at this place, for people, because a path has only their indexes. */
function nameOf(results: unknown, path: string): string {
  const [, scenarioIndex, cellIndex] = /^scenarios\[(\d+)\](?:\.cells\[(\d+)\])?/.exec(path) ?? [];
  if (scenarioIndex === undefined) return "";
  const member = (of: unknown, key: string): unknown =>
    isObject(of) ? (of as Readonly<Record<string, unknown>>)[key] : undefined;
  const scenario = member(member(results, "scenarios"), scenarioIndex);
  const name = member(scenario, "name");
  if (typeof name !== "string") return "";
  const cell = cellIndex === undefined ? undefined : member(member(scenario, "cells"), cellIndex);
  const [contender, value] = [member(cell, "contender"), member(cell, "value")];
  const at = typeof value === "string" || typeof value === "number" ? ` at ${String(value)}` : "";
  return typeof contender === "string" ? ` (${name}: ${contender}${at})` : ` (${name})`;
}

function notResults(why: string, cause?: unknown): TypeError {
  return new TypeError(`This is not a results file: ${why}`, cause === undefined ? {} : { cause });
}

const text = ofType("string");
const number = ofType("number");
const flag = ofType("boolean");
const value: Check = (given, path) => {
  if (typeof given !== "number" && typeof given !== "string")
    throw new WrongValue(path, given, "a name or number");
};

// Whoever changes this changes results.schema.json as well: a test compares them.
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
      ...{ contender: text, value, times: number, starved: number },
      samples: list(map(number, { regime: text })),
      ...{ skipped: maybe(text), failed: maybe(text), starvedKept: maybe(number) },
    }),
  ),
});

const RESULTS = record({
  ...{ started: text, seconds: number, complete: flag, scenarios: list(SCENARIO) },
  options: record({ quick: flag, rounds: number, sampleMs: number, preset: maybe(text) }),
  machine: record({
    ...{ cpu: text, architecture: text, cores: number, pinned: list(number), memoryMiB: number },
    ...{ system: text, node: text, v8: text, uv: text, pollux: text, load: text },
  }),
});
