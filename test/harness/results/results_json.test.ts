import { describe, expect, it } from "vitest";
import { parseResults } from "../../../harness/results/parse_results.ts";
import { resultsJson } from "../../../harness/results/results_json.ts";
import { results, scenarioResult } from "../fixture.ts";

describe("resultsJson", () => {
  it("rounds fractions to four digits, keeps whole numbers, and can be read again", () => {
    const run = results(scenarioResult({ epoll: [[1234.5678, 0.000012345678, 123456789]] }, [10]));

    const [cell] = parseResults(resultsJson(run)).scenarios[0]!.cells;

    expect(cell!.samples.map(({ cpu }) => cpu)).toEqual([1235, 0.00001235, 123456789]);
  });
});
