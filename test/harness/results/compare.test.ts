import { describe, expect, it } from "vitest";
import { compare, unmatched } from "../../../harness/results/compare.ts";
import { results, scenarioResult, starve } from "../fixture.ts";

function verdict(before: readonly number[], now: readonly number[], better: "lower" | "higher") {
  const metrics = [{ name: "cpu", unit: "ns", better, title: "time" }];
  const [difference] = compare(
    scenarioResult({ epoll: [before] }, [10], { metrics }),
    results(scenarioResult({ epoll: [now] }, [10], { metrics })),
  );
  return difference?.verdict;
}

function five(value: number): number[] {
  return Array.from({ length: 5 }, () => value);
}

describe("compare", () => {
  it("says better or worse if the spreads do not overlap", () => {
    expect(verdict([100, 100, 101, 101, 102], [50, 50, 51, 51, 52], "lower")).toBe("better");
    expect(verdict([100, 100, 101, 101, 102], [50, 50, 51, 51, 52], "higher")).toBe("worse");
    expect(verdict([50, 50, 51, 51, 52], [100, 100, 101, 101, 102], "lower")).toBe("worse");
    // Few samples are apart by chance.
    expect(verdict([100, 101, 102], [50, 51, 52], "lower")).toBe("within noise");
  });

  it("calls a difference noise that lies within the spread, or is tiny", () => {
    expect(verdict([100, 150, 200], [90, 120, 180], "lower")).toBe("within noise");
    expect(verdict([100, 100, 100], [101, 101, 101], "lower")).toBe("within noise");
  });

  it("leaves out the cells that only one run has, and lists them", () => {
    const before = scenarioResult({ poll: [[1]] }, [10]);
    const now = scenarioResult({ epoll: [[1]] }, [10]);

    expect(compare(before, now)).toEqual([]);
    expect(unmatched(before, now)).toEqual([{ scenario: "waits", contender: "poll", value: 10 }]);
    expect(unmatched(now, before)).toEqual([{ scenario: "waits", contender: "epoll", value: 10 }]);
  });

  it("does not judge a cell that is starved in one of the runs", () => {
    const before = scenarioResult({ epoll: [five(100)], poll: [five(100)] }, [10]);
    const now = starve(scenarioResult({ epoll: [five(50)], poll: [five(50)] }, [10]), "epoll");
    const differences = compare(before, now);

    expect(differences.map(({ verdict }) => verdict)).toEqual(["starved", "better"]);
    expect(compare(now, before)[0]).toMatchObject({ verdict: "starved" });
  });

  it("judges 0 like any other value", () => {
    const zeros = scenarioResult({ epoll: [five(0)] }, [10]);

    expect(compare(zeros, zeros)).toMatchObject([{ ratio: 1, verdict: "within noise" }]);
    expect(verdict(five(10), five(0), "lower")).toBe("better");
    expect(verdict(five(0), five(10), "lower")).toBe("worse");
    expect(verdict(five(0), five(10), "higher")).toBe("better");
  });

  it("has the cost ratio now / before, which is below 1 for the better", () => {
    const [run, half] = [[five(100)], [five(50)]].map((epoll) => scenarioResult({ epoll }, [10]));

    expect(compare(run!, half!)).toMatchObject([{ ratio: 0.5, verdict: "better" }]);
    expect(compare(half!, run!)).toMatchObject([{ ratio: 2, verdict: "worse" }]);
  });
});
