import { describe, expect, it } from "vitest";
import { commonRegime, inRegime, regimeText, regimesOf } from "../../../harness/results/regimes.ts";
import { type ScenarioResult, likeCells, ratioBetween } from "../../../harness/results/results.ts";
import { compare, goalLines } from "../../../harness/index.ts";
import { goalsOf, unlikeGoalsOf } from "../../../harness/results/goals.ts";
import { findingsOf, numbersOf } from "../findings/fixture.ts";
import { CPU, results, scenarioResult } from "../fixture.ts";

/** "b8" is a sample of 8 in the regime busy, "w14" one of 14 in the regime woken. */
function cell(...samples: string[]) {
  const regimes: Record<string, string> = { b: "busy", w: "woken" };
  return {
    samples: samples.map((text) => ({ cpu: Number(text.slice(1)), regime: regimes[text[0]!]! })),
  };
}

function withRegimes(c: string[], epoll: string[]): ScenarioResult {
  const goals = [{ contender: "epoll", versus: "c", value: 10, metric: "cpu", atMost: 1 }];
  const result = scenarioResult({ c: [[0]], epoll: [[0]] }, [10], {
    goals,
    baseline: { epoll: "c" },
  });
  const all: Record<string, ReturnType<typeof cell>> = { c: cell(...c), epoll: cell(...epoll) };
  return { ...result, cells: result.cells.map((one) => ({ ...one, ...all[one.contender] })) };
}

describe("regimes", () => {
  it("are counted, the most frequent one first", () => {
    expect([...regimesOf(cell("w1", "b1", "b1"))]).toEqual([
      ["busy", 2],
      ["woken", 1],
    ]);
  });

  it("are told with their counts if there are several", () => {
    expect(regimeText(cell("w1", "b1", "b1"))).toBe("busy 2, woken 1");
    expect(regimeText(cell("w1"))).toBe("woken");
    expect(regimeText({ samples: [{ cpu: 1 }] })).toBe("");
  });

  it("have one in common: that of which both have the most samples", () => {
    const one = cell("b1", "b1", "b1", "b1", "w1", "w1", "w1");
    expect(commonRegime(one, cell("b1", "w1", "w1"))).toBe("woken");
    expect(commonRegime(one, cell("b1", "b1", "w1"))).toBe("busy");
    expect(inRegime(one, "woken").samples).toHaveLength(3);
  });

  it("have the same one in common from both sides, where two are equally frequent", () => {
    const one = cell("b1", "b1", "b1", "b1", "w1", "w1", "w1");
    const other = cell("w1", "w1", "w1", "w1", "b1", "b1", "b1");
    expect(commonRegime(one, other)).toBe(commonRegime(other, one));
  });

  it("have none in common where one is busy and the other woken", () => {
    expect(commonRegime(cell("b1"), cell("w1"))).toBeUndefined();
  });

  it("are the same where the trials name none", () => {
    expect(commonRegime({ samples: [{ cpu: 1 }] }, { samples: [{ cpu: 2 }] })).toBe("");
  });
});

describe("ratioBetween", () => {
  it("compares samples of the same regime, in their order", () => {
    const result = withRegimes(["b8", "w15", "b8", "b10"], ["w30", "b8", "b16", "w30"]);

    expect(ratioBetween(result, CPU, 10, "epoll", "c")).toMatchObject({ count: 2, min: 1, max: 2 });
    expect(likeCells(result, 10, "epoll", "c")).toMatchObject({ regime: "busy" });
  });

  it("gives no number without a regime in common", () => {
    const result = withRegimes(["b8", "b8"], ["w8", "w8"]);

    expect(ratioBetween(result, CPU, 10, "epoll", "c")).toBeUndefined();
    expect(likeCells(result, 10, "epoll", "c")).toBe("unlike");
  });
});

describe("a comparison of unlike samples", () => {
  const unlike = withRegimes(["b8", "b8", "b8", "b8", "b8"], ["w8", "w8", "w8", "w8", "w8"]);

  it("is no goal reached or missed, but an open one", () => {
    expect(goalsOf(unlike)).toEqual([]);
    expect(unlikeGoalsOf(unlike)).toEqual(unlike.goals);
    expect(goalLines(results(unlike)).join("\n")).toContain("no regime in common");
  });

  it("is neither a tie nor a number in the findings", () => {
    expect(findingsOf(unlike)).toContain("the c and the epoll have no regime in common");
    expect(findingsOf(unlike)).not.toMatch(/tie|×/);
    expect(numbersOf(unlike)).toContain("the c: 8 ns ±0.0 %, busy");
  });

  it("is no tie where too few samples are in the same regime", () => {
    const few = withRegimes(
      ["b8", "b8", "b8", "b8", "w8", "w8", "w8"],
      ["w90", "w90", "w90", "w90", "b90", "b90", "b90"],
    );

    expect(findingsOf(few)).not.toMatch(/tie|×/);
  });

  it("is not judged between two runs", () => {
    const [difference] = compare(
      withRegimes(["b8", "b8", "b8", "b8", "b8"], []),
      withRegimes(["w20", "w20", "w20", "w20", "w20"], []),
    );

    expect(difference?.verdict).toBe("unlike");
  });
});

describe("a comparison of samples in two regimes", () => {
  it("says how many samples were in the one that is compared", () => {
    const result = withRegimes(
      ["b8", "b8", "b8", "b8", "b8", "b8", "w20"],
      ["b16", "b16", "b16", "b16", "b16", "w20", "w20"],
    );

    expect(numbersOf(result)).toContain("10: 2.00× (2.00× – 2.00×, busy: 5 and 6 samples)");
  });
});
