import { describe, expect, it } from "vitest";
import { cellLine, headLine } from "../../../../harness/report/terminal/cell_line.ts";
import { CPU, scenarioResult } from "../../fixture.ts";

describe("cellLine", () => {
  it("shows as many metrics as fit, at least one", () => {
    const metrics = ["cpu", "rate"].map((name) => ({ ...CPU, name, unit: name }));
    const samples = [{ cpu: 7, rate: 8 }];
    const result = scenarioResult({ a: [[7]] }, [10], { metrics });
    const cell = { ...result.cells[0]!, samples };

    expect(cellLine(result, cell)).toMatch(/7 cpu.*8 rate/);
    expect(cellLine(result, cell, 80)).toMatch(/7 cpu/);
    expect(cellLine(result, cell, 80)).not.toMatch(/rate/);
    expect(cellLine(result, cell, 10)).toMatch(/7 cpu/);
  });

  it("ends with the ratio to the baseline, under a heading that says of what", () => {
    const cells = { "c-epoll": [[100]], epoll: [[104]] };
    const result = scenarioResult(cells, [10], { baseline: { epoll: "c-epoll" } });

    expect(headLine(result)).toMatch(/cpu, ns +time per wait$/);
    expect(cellLine(result, result.cells[1]!)).toMatch(/104 ns ±0\.0 % +1\.04× the c-epoll$/);
    expect(cellLine(result, result.cells[0]!)).toMatch(/100 ns ±0\.0 %$/);
  });
});
