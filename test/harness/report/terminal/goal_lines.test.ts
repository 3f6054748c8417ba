import { describe, expect, it } from "vitest";
import { goalLines } from "../../../../harness/report/terminal/goal_lines.ts";
import { results, scenarioResult, starve } from "../../fixture.ts";

function five(value: number): number[] {
  return Array.from({ length: 5 }, () => value);
}

describe("goalLines", () => {
  const goal = { contender: "epoll", versus: "c", value: 10, metric: "cpu", atMost: 1 };
  const lineOf = (own: readonly number[]) => {
    const cells = { c: [own.map(() => 10)], epoll: [own] };
    return goalLines(results(scenarioResult(cells, [10], { goals: [goal] }))).join();
  };

  it("says whether a missed goal is within the spread", () => {
    expect(lineOf(five(8))).toMatch(/^ {2}yes .* 0\.80× \(0\.80× – 0\.80×\), goal ≤ 1\.00×$/);
    expect(lineOf(five(20))).toMatch(/^ {2}NO .*, goal ≤ 1\.00×, missed$/);
    expect(lineOf([11, 11, 11, 8, 8])).toMatch(/^ {2}NO .*, missed, within the spread$/);
  });

  it("judges nothing from fewer than five samples", () => {
    expect(lineOf([8, 8, 8, 8])).toMatch(/^ {2}\? .*too few samples, goal ≤ 1\.00×$/);
  });

  it("leaves a goal open if a cell is starved", () => {
    const cells = { c: [[10]], epoll: [[8]] };
    const result = starve(scenarioResult(cells, [10], { goals: [goal] }), "epoll");

    expect(goalLines(results(result)).join()).toMatch(/^ {2}\? .* starved, goal ≤ 1\.00×$/);
  });

  it("names the cost that is compared: of a rate, the time of each unit", () => {
    const metrics = [{ name: "cpu", unit: "messages/s", better: "higher", title: "rate" } as const];
    const cells = { c: [five(10)], epoll: [five(5)] };
    const result = scenarioResult(cells, [10], { goals: [goal], metrics });

    expect(goalLines(results(result)).join()).toMatch(
      /^ {2}NO {3}waits at 10: epoll \/ c, time per message +2\.00×/,
    );
  });
});
