import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { Results } from "../../../harness/index.ts";
import { parseResults } from "../../../harness/results/parse_results.ts";
import { results, scenarioResult } from "../fixture.ts";

const PUBLISHED = new URL("../../../docs/benchmarks/results.json", import.meta.url);
const SCHEMA = new URL("../../../harness/results/results.schema.json", import.meta.url);

const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(SCHEMA, "utf8")) as object,
);

/** A run with every member that a results file can have. */
function fullResults(): Results {
  const scenario = scenarioResult({ epoll: [[1.5]] }, [10]);
  const run = results({
    ...scenario,
    contenders: [{ name: "epoll", title: "E", ...{ family: "pollux", version: "0.1.0" } }],
    metrics: [
      { name: "cpu", unit: "ns", better: "lower", title: "processor time", percentile: 50 },
    ],
    baseline: { epoll: "c" },
    goals: [{ contender: "epoll", versus: "c", value: "ten", metric: "cpu", atMost: 1.25 }],
    pairs: [{ contender: "epoll", versus: "c", trait: "which waits" }],
    cells: scenario.cells.map((cell) => ({
      ...cell,
      ...{ skipped: "why", failed: "how", starvedKept: 7 },
      samples: cell.samples.map((sample) => Object.assign({ regime: "busy" }, sample)),
    })),
  });
  return { ...run, options: { ...run.options, preset: "published" } };
}

/** Each place in a value, as a list of keys. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]))];
}

/** The value with something else at this place. `undefined` deletes it. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const entries = Object.entries(value as object).map(([name, item]: [string, unknown]) => [
    name,
    name === key ? replaced(item, rest, by) : item,
  ]);
  const present = entries.filter(([, item]) => item !== undefined);
  // Of a list, only the last items can be missing.
  return Array.isArray(value) ? present.map(([, item]) => item) : Object.fromEntries(present);
}

describe("parseResults", () => {
  it("reads what was written", () => {
    const written = results(scenarioResult({ epoll: [[1]] }, [10]));

    expect(parseResults(JSON.stringify(written))).toEqual(written);
  });

  it("reads samples with a regime", () => {
    const [cell] = scenarioResult({ epoll: [[1]] }, [10]).cells;
    const cells = [{ ...cell!, samples: [{ cpu: 1, regime: "busy" }] }];
    const written = results(scenarioResult({}, [10], { cells }));

    expect(parseResults(JSON.stringify(written))).toEqual(written);
    expect(() => parseResults(JSON.stringify(written).replace('"busy"', "1"))).toThrow(
      "This is not a results file: scenarios[0].cells[0].samples[0].regime is 1, not a string",
    );
  });

  it("reads the families and versions of contenders", () => {
    const contenders = [{ name: "epoll", title: "epoll", family: "pollux", version: "pollux 1.0" }];
    const written = results(scenarioResult({ epoll: [[1]] }, [10], { contenders }));

    expect(parseResults(JSON.stringify(written))).toEqual(written);
  });

  it("reads the run that docs/benchmarks.md is generated from", () => {
    expect(parseResults(readFileSync(PUBLISHED, "utf8")).scenarios).not.toEqual([]);
  });

  it("reads a file of the first version, whose goals said how many times as good", () => {
    const goal = { contender: "epoll", versus: "c", value: 10, metric: "cpu", atMost: 4 };
    const run = results(scenarioResult({ epoll: [[1]] }, [10], { goals: [goal] }));
    const old = JSON.stringify(run)
      .replace('"format":"pollux-bench/3"', '"format":"pollux-bench/1"')
      .replace('"atMost":4', '"atLeast":0.25');

    expect(old).toContain('"atLeast":0.25');
    expect(parseResults(old)).toEqual(run);
  });

  it("reads a file of the second version, which had fewer members", () => {
    const run = results(scenarioResult({ epoll: [[1]] }, [10]));
    const old = JSON.stringify(run).replace("pollux-bench/3", "pollux-bench/2");

    expect(old).toContain("pollux-bench/2");
    expect(parseResults(old)).toEqual(run);
  });

  it.each([
    ["machine.node is 20, not a string", '"node":"20.20.2"', '"node":20'],
    ["options.quick is missing, a boolean is expected", '"quick":false,', ""],
    ["scenarios[0].sweep.values is 10, not a list (waits)", '"values":[10]', '"values":10'],
    [
      'scenarios[0].metrics[0].better is "more", not lower or higher (waits)',
      '"better":"lower"',
      '"better":"more"',
    ],
    ["scenarios[0].cells[0] is null, not an object (waits)", '"cells":[{', '"cells":[null,{'],
    [
      "scenarios[0].cells[0].samples is null, not a list (waits: epoll at 10)",
      '"samples":[{"cpu":1}]',
      '"samples":null',
    ],
    [
      'scenarios[0].cells[0].samples[0].cpu is "1", not a number (waits: epoll at 10)',
      '{"cpu":1}',
      '{"cpu":"1"}',
    ],
    ["machine is a list, not an object", /"machine":\{[^}]*\}/, '"machine":[]'],
  ])("says that %s", (message, right, wrong) => {
    const text = JSON.stringify(results(scenarioResult({ epoll: [[1]] }, [10])));

    expect(text).toMatch(right);
    expect(() => parseResults(text.replace(right, wrong))).toThrow(
      new TypeError(`This is not a results file: ${message}`),
    );
  });

  it("refuses a file of a newer version, and says so", () => {
    expect(() => parseResults('{"format":"pollux-bench/9"}')).toThrow(
      new TypeError(
        "A newer version has written this file: its format is pollux-bench/9; this version reads pollux-bench/1 to pollux-bench/3",
      ),
    );
  });

  it.each([
    ["", "it is not JSON, line 1, column 1"],
    ['{\n"format":\n', "it is not JSON, line 3, column 1"],
    ["{}", "it has no format that is known; this version reads pollux-bench/1 to pollux-bench/3"],
    ["[]", "it has no format that is known"],
    ["null", "it has no format that is known"],
  ])("refuses %j: %s", (text, message) => {
    expect(() => parseResults(text)).toThrow(TypeError);
    expect(() => parseResults(text)).toThrow(`This is not a results file: ${message}`);
  });
});

describe("results.schema.json", () => {
  it("describes the run that docs/benchmarks.md is generated from", () => {
    const published = parseResults(readFileSync(PUBLISHED, "utf8"));

    expect(isValid(published), JSON.stringify(isValid.errors)).toBe(true);
  });

  // Each member of a file once missing, and once of each other type.
  it.each([undefined, null, "text", 12, true, [], {}])(
    "agrees with parseResults on every place with %j in it",
    (wrong) => {
      const full: unknown = fullResults();

      expect(isValid(full), JSON.stringify(isValid.errors)).toBe(true);
      for (const place of placesIn(full).filter(({ length }) => length > 0)) {
        const given = replaced(full, place, wrong);
        const text = JSON.stringify(given);
        const parses = ((): boolean => {
          try {
            parseResults(text);
            return true;
          } catch {
            return false;
          }
        })();
        expect([place.join("."), isValid(JSON.parse(text))]).toEqual([place.join("."), parses]);
      }
    },
  );
});
