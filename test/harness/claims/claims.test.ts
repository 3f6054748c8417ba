import { describe, expect, it } from "vitest";
import type { Claim, ScenarioResult } from "../../../harness/index.ts";
import { claimPlan, claimsOf } from "../../../harness/index.ts";
import { inTwoRegimes, scenarioResult, starve } from "../fixture.ts";

/** Five samples around a cost. */
function around(cost: number): readonly number[] {
  return [0.99, 1, 1.005, 1.01, 1.02].map((share) => cost * share);
}

function waits(costs: Readonly<Record<string, readonly number[]>>): ScenarioResult {
  const cells = Object.entries(costs).map(([name, list]) => [name, list.map(around)] as const);
  return scenarioResult(Object.fromEntries(cells), [1, 10, 100, 1000], {
    pairs: [{ contender: "poll", versus: "epoll" }],
    baseline: { epoll: "c" },
  });
}

const RESULT = waits({
  poll: [10, 30, 300, 3000],
  epoll: [20, 20, 20, 20],
  c: [19, 19, 19, 10],
});

function claim(kind: string, result = RESULT): Claim {
  const found = claimsOf(result).find(({ id }) => id.includes(`/${kind}/`));
  if (!found) throw new Error(`no claim ${kind}`);
  return found;
}

describe("claimsOf", () => {
  it("finds growth, the point where a pair changes places, and the cost beside the baseline", () => {
    expect(claimsOf(RESULT).map(({ id, text, number }) => [id, text, number])).toEqual([
      [
        "waits/cpu/crossing/poll/epoll",
        "the poll beats the epoll with few pipes and loses with many, in time per wait",
        "at 4.27",
      ],
      [
        "waits/cpu/growth/poll",
        "time per wait of the poll grows linearly from 100 to 1,000 pipes",
        "10×",
      ],
      [
        "waits/cpu/growth/epoll",
        "time per wait of the epoll stays constant from 100 to 1,000 pipes",
        "1.00×",
      ],
      [
        "waits/cpu/order/epoll/c/1000",
        "the epoll has a higher time per wait than the c at 1,000 pipes",
        "2.00×",
      ],
    ]);
  });

  it("claims nothing of starved cells, nor of few samples", () => {
    const few = scenarioResult({ epoll: [[2, 2]], c: [[1, 1]] }, [1], { baseline: { epoll: "c" } });

    expect(claimsOf(few)).toEqual([]);
    expect(claimsOf(starve(RESULT, "epoll")).map(({ id }) => id)).toEqual([
      "waits/cpu/growth/poll",
    ]);
  });

  it("names the cells that a run must measure to check them", () => {
    expect(claimPlan(RESULT, claimsOf(RESULT))).toEqual({
      contenders: ["poll", "epoll", "c"],
      values: [1, 10, 100, 1000],
    });
    expect(claimPlan(RESULT, [claim("crossing")])).toEqual({
      contenders: ["poll", "epoll"],
      values: [1, 10],
    });
  });
});

describe("a claim", () => {
  it("holds in the run that makes it", () => {
    for (const own of claimsOf(RESULT)) {
      expect([own.id, own.holdsIn(RESULT)]).toEqual([
        own.id,
        { answer: "holds", number: own.number },
      ]);
    }
  });

  it("of growth differs where the cost grows otherwise", () => {
    const flat = waits({ poll: [10, 10, 10, 10], epoll: [20, 20, 20, 20], c: [1, 1, 1, 1] });

    expect(claim("growth").holdsIn(flat)).toEqual({ answer: "differs", number: "1.00×" });
  });

  it("of growth is about samples of one regime", () => {
    const mixed = inTwoRegimes(RESULT);

    expect(claim("growth", mixed)).toMatchObject({ number: "10×" });
    expect(claim("growth").holdsIn(mixed)).toEqual({ answer: "holds", number: "10×" });
  });

  it("of growth is unknown where the samples of both kinds overlap", () => {
    const noisy = scenarioResult(
      { poll: [[10], [10], around(10), [8, 20, 30, 40, 90]] },
      [1, 10, 100, 1000],
    );

    expect(claim("growth").holdsIn(noisy)).toMatchObject({
      answer: "unknown",
      reason: "within the spread",
    });
  });

  it("of a crossing differs where one contender always wins", () => {
    const never = waits({ poll: [30, 30, 300, 3000], epoll: [20, 20, 20, 20], c: [1, 1, 1, 1] });

    expect(claim("crossing").holdsIn(never)).toEqual({ answer: "differs" });
  });

  it("of a crossing is unknown where the samples scatter around it, and differs where both cost the same", () => {
    const wide = (cost: number): number[] => [cost / 2, cost / 1.5, cost, cost * 1.5, cost * 2];
    const still = (cost: number): number[] => [1, 2, 3, 4, 5].map(() => cost);
    const noisy = scenarioResult(
      { poll: [wide(18), wide(25)], epoll: [still(20), still(20)] },
      [1, 10],
    );
    const equal = scenarioResult(
      { poll: [around(20), around(20)], epoll: [around(20), around(20)] },
      [1, 10],
    );

    expect(claim("crossing").holdsIn(noisy)).toMatchObject({
      answer: "unknown",
      reason: "within the spread",
    });
    expect(claim("crossing").holdsIn(equal)).toEqual({ answer: "differs" });
  });

  it("of growth is unknown where the cost almost grows so", () => {
    const bent = waits({ poll: [10, 10, 100, 3000], epoll: [20, 20, 20, 20], c: [1, 1, 1, 1] });

    expect(claim("growth").holdsIn(bent)).toEqual({
      ...{ answer: "unknown", number: "30×", reason: "almost" },
    });
  });

  it("of an order differs where the other one wins", () => {
    const reverse = waits({ poll: [1, 1, 1, 1], epoll: [20, 20, 20, 20], c: [1, 1, 1, 40] });

    expect(claim("order").holdsIn(reverse)).toEqual({ answer: "differs", number: "0.50×" });
  });

  it("of a large factor differs where little is left of it", () => {
    const large = waits({ poll: [1, 1, 1, 1], epoll: [1, 1, 1, 400], c: [1, 1, 1, 1] });
    const some = waits({ poll: [1, 1, 1, 1], epoll: [1, 1, 1, 25], c: [1, 1, 1, 1] });
    const little = waits({ poll: [1, 1, 1, 1], epoll: [1, 1, 1, 5], c: [1, 1, 1, 1] });

    expect(claim("order/epoll/c", large).number).toBe("400×");
    expect(claim("order/epoll/c", large).holdsIn(some)).toEqual({ answer: "holds", number: "25×" });
    expect(claim("order/epoll/c", large).holdsIn(little)).toEqual({
      answer: "differs",
      number: "5.00×",
    });
  });

  it("of a tie is unknown where a small difference is within the spread of both", () => {
    const tie = scenarioResult({ epoll: [[98, 99, 100, 101, 106]], c: [around(100)] }, [1], {
      baseline: { epoll: "c" },
    });
    const near = scenarioResult({ epoll: [around(103.5)], c: [around(100)] }, [1]);
    const far = scenarioResult({ epoll: [around(140)], c: [around(100)] }, [1]);

    expect(claim("order", tie).text).toBe("the epoll and the c tie in time per wait at 1 pipe");
    expect(claim("order", tie).holdsIn(near)).toMatchObject({ answer: "unknown" });
    expect(claim("order", tie).holdsIn(far)).toMatchObject({ answer: "differs" });
  });

  it("is unknown where a cell that it needs is missing, and says which", () => {
    const cells = RESULT.cells.map((cell) =>
      cell.contender === "c" ? { ...cell, samples: [], skipped: "needs a C compiler" } : cell,
    );

    expect(claim("order").holdsIn({ ...RESULT, cells })).toEqual({
      answer: "unknown",
      reason: "the c at 1000: needs a C compiler",
    });
    expect(claim("order").holdsIn({ ...RESULT, cells: [] })).toMatchObject({
      reason: "the epoll at 1000: not measured",
    });
    expect(claim("order").holdsIn(starve(RESULT, "c"))).toMatchObject({
      reason: "the c at 1000: starved",
    });
  });
});
