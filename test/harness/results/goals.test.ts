import { describe, expect, it } from "vitest";
import {
  goalsOf,
  starvedGoalsOf,
  unmeasuredGoalsOf,
  verdictOf,
} from "../../../harness/results/goals.ts";
import { scenarioResult, starve } from "../fixture.ts";

describe("goalsOf", () => {
  const goal = { contender: "epoll", versus: "c", value: 10, metric: "cpu", atMost: 1 };

  it("compares the cost ratio with the goal", () => {
    const cells = { c: [[10, 10]], epoll: [[8, 8]] };
    const [reached] = goalsOf(scenarioResult(cells, [10], { goals: [goal] }));

    expect(reached).toMatchObject({ reached: true, ratio: { median: 0.8 } });
  });

  it("leaves out a goal if one of its cells was not measured", () => {
    const result = scenarioResult({ c: [[10]] }, [10], { goals: [goal] });

    expect(goalsOf(result)).toEqual([]);
    expect(starvedGoalsOf(result)).toEqual([]);
  });

  it.each(["c", "epoll"])("leaves a goal open if %s is starved", (contender) => {
    const measured = scenarioResult({ c: [[10]], epoll: [[8]] }, [10], { goals: [goal] });
    const result = starve(measured, contender);

    expect(goalsOf(result)).toEqual([]);
    expect(starvedGoalsOf(result)).toEqual([goal]);
  });
});

describe("unmeasuredGoalsOf", () => {
  it("has the goals of which a cell has no samples", () => {
    const goal = { contender: "epoll", versus: "c", value: 10, metric: "cpu", atMost: 1 };
    const cells = { c: [[10]], epoll: [[]] };

    expect(unmeasuredGoalsOf(scenarioResult(cells, [10], { goals: [goal] }))).toEqual([goal]);
  });
});

describe("verdictOf", () => {
  it.each([
    [[8, 8, 8], "reached"],
    [[20, 20, 20], "missed"],
    [[11, 11, 11, 8, 8], "missed, within the spread"],
  ])("says of %j beside 10 that the goal is %s", (own, verdict) => {
    const goals = [{ contender: "epoll", versus: "c", value: 10, metric: "cpu", atMost: 1 }];
    const [goal] = goalsOf(
      scenarioResult({ c: [own.map(() => 10)], epoll: [own] }, [10], { goals }),
    );

    expect(verdictOf(goal!)).toBe(verdict);
  });
});
