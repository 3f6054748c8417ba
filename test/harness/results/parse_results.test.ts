import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseResults } from "../../../harness/results/parse_results.ts";
import { results, scenarioResult } from "../fixture.ts";

describe("parseResults", () => {
  it("reads what was written", () => {
    const written = results(scenarioResult({ epoll: [[1]] }, [10]));

    expect(parseResults(JSON.stringify(written))).toEqual(written);
  });

  it("reads the families and versions of contenders", () => {
    const contenders = [{ name: "epoll", title: "epoll", family: "pollux", version: "pollux 1.0" }];
    const written = results(scenarioResult({ epoll: [[1]] }, [10], { contenders }));

    expect(parseResults(JSON.stringify(written))).toEqual(written);
  });

  it("reads the run that docs/benchmarks.md is generated from", () => {
    const file = new URL("../../../docs/benchmarks/results.json", import.meta.url);

    expect(parseResults(readFileSync(file, "utf8")).scenarios).not.toEqual([]);
  });

  it("reads a file of the first version, whose goals said how many times as good", () => {
    const goal = { contender: "epoll", versus: "c", value: 10, metric: "cpu", atMost: 4 };
    const run = results(scenarioResult({ epoll: [[1]] }, [10], { goals: [goal] }));
    const old = JSON.stringify(run)
      .replace('"format":"pollux-bench/2"', '"format":"pollux-bench/1"')
      .replace('"atMost":4', '"atLeast":0.25');

    expect(old).toContain('"atLeast":0.25');
    expect(parseResults(old)).toEqual(run);
  });

  it.each([
    ["machine.node", '"node":"20.20.2"', '"node":20'],
    ["options.quick", '"quick":false,', ""],
    ["scenarios[0].contenders[0].version", '"title":"the epoll"', '"title":"","version":1'],
    ["scenarios[0].sweep.values", '"values":[10]', '"values":10'],
    ["scenarios[0].metrics[0].better", '"better":"lower"', '"better":"more"'],
    ["scenarios[0].cells[0]", '"cells":[{', '"cells":[null,{'],
    ["scenarios[0].cells[0].samples", '"samples":[{"cpu":1}]', '"samples":null'],
    ["scenarios[0].cells[0].samples[0].cpu", '{"cpu":1}', '{"cpu":"1"}'],
  ])("refuses a wrong %s, and names it", (path, right, wrong) => {
    const text = JSON.stringify(results(scenarioResult({ epoll: [[1]] }, [10])));

    expect(text).toContain(right);
    expect(() => parseResults(text.replace(right, wrong))).toThrow(
      `This is not a results file: ${path} is not`,
    );
  });

  it.each(["", "{}", "[]", "null", '{"format":"pollux-bench/0","scenarios":[],"machine":{}}'])(
    "refuses %j",
    (text) => {
      expect(() => parseResults(text)).toThrow(TypeError);
    },
  );
});
