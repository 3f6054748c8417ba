import { describe, expect, it } from "vitest";
import { RATE, VALUES, falling, findingsOf, five, rising } from "./fixture.ts";
import { scenarioResult } from "../fixture.ts";

describe("a finding about the end of the sweep", () => {
  const cells = { a: [rising(1)], b: [rising(1)], c: [falling(10)], d: [falling(1000)] };

  it("says who is best, and by how much", () => {
    const sentence = findingsOf(scenarioResult({ a: cells.a, c: cells.c, d: cells.d }, [10]));

    expect(sentence).toContain("At 10 pipes, the a has the lowest time per wait (1 ns)");
    expect(sentence).toContain("1,000 times as good as the d (1,000 ns)");
  });

  it("is about the highest where more is better", () => {
    const sentence = findingsOf(scenarioResult(cells, [10], { metrics: [RATE] }), RATE);

    expect(sentence).toContain("At 10 pipes, the d has the highest messages (1,000 messages/s)");
  });

  it("names together those that the spread does not tell apart", () => {
    const sentence = findingsOf(
      scenarioResult({ a: [rising(100, 0.2)], b: [falling(104, 0.2)], c: [falling(900)] }, [10]),
    );

    expect(sentence).toContain("the a and the b have the lowest time per wait (100 ns to 104 ns");
    expect(sentence).toContain("no difference beyond the spread), 9.00 times as good as the c");
  });

  it("says so where the spread tells nobody apart", () => {
    const sentence = findingsOf(
      scenarioResult({ a: [rising(100, 0.2)], b: [falling(110, 0.2)] }, [10]),
    );

    expect(sentence).toBe(
      "At 10 pipes, there is no difference beyond the spread in time per wait (100 ns to 110 ns).",
    );
  });

  it("takes a difference of next to nothing for none, however small the spread", () => {
    const same = scenarioResult({ a: [rising(100, 0)], b: [rising(102, 0)] }, [10]);

    expect(findingsOf(same)).toContain("no difference beyond the spread");
  });

  it("makes no ratio of nothing", () => {
    const free = scenarioResult({ a: [rising(0)], b: [falling(5)] }, [10]);

    expect(findingsOf(free)).toBe(
      "At 10 pipes, the a has the lowest time per wait (0 ns), ahead of the b (5 ns).",
    );
  });

  it("tells nothing from a little only where that is more than nothing in all samples", () => {
    const [some, once] = [five(5), [...five(5).slice(1), 0]];

    expect(findingsOf(scenarioResult({ a: [five(0)], b: [some] }, [10]))).toContain("ahead of");
    expect(findingsOf(scenarioResult({ a: [five(0)], b: [once] }, [10]))).toContain(
      "no difference beyond the spread",
    );
  });

  it("is about each of a few names", () => {
    const named = scenarioResult({ a: [rising(1), rising(9)], b: [falling(2), falling(3)] }, [
      "wait",
      "waitSync",
    ] as never);

    expect(findingsOf(named)).toContain("With wait, the a has the lowest");
    expect(findingsOf(named)).toContain("With waitSync, the b has the lowest");
  });
});

describe("a finding about growth", () => {
  function growing(of: (value: number) => number, spread = 0.01): string {
    return findingsOf(scenarioResult({ a: VALUES.map((x) => falling(of(x), spread)) }, VALUES));
  }

  it("says how much each further one costs", () => {
    expect(growing((x) => 500 + 30 * x)).toContain(
      "From 300 pipes up, time per wait grows linearly; each further one costs: the a 30 ns (±0.8 %).",
    );
  });

  it("says nothing when one round of samples was otherwise", () => {
    const samples = VALUES.map((x) => [...five(500 + 30 * x).slice(1), 90_000]);

    expect(findingsOf(scenarioResult({ a: samples }, VALUES))).not.toContain("linearly");
  });

  it("looks at the larger half of what was measured", () => {
    const missing = scenarioResult({ a: VALUES.map((x) => falling(500 + 30 * x)) }, [
      ...VALUES,
      10_000,
      30_000,
    ]);

    expect(findingsOf(missing)).toContain("From 300 pipes up, time per wait grows linearly");
  });

  it("says beside it what does not grow", () => {
    const cells = { a: VALUES.map((x) => rising(30 * x)), b: VALUES.map(() => falling(900)) };

    expect(findingsOf(scenarioResult(cells, VALUES))).toContain("The b stays about the same.");
  });

  it.each([
    ["what stays the same", () => 900, 0.01],
    ["what grows as the square root", (x: number) => 100 * Math.sqrt(x), 0.01],
    ["what grows as the square", (x: number) => x * x, 0.01],
    ["what scatters too much to tell", (x: number) => 30 * x, 0.95],
  ])("says nothing about %s", (_, of, spread) => {
    const scattered = VALUES.map((x, index) =>
      index % 2 === 0 ? rising(of(x), spread) : falling(of(x), spread),
    );

    expect(findingsOf(scenarioResult({ a: scattered }, VALUES))).not.toContain("linearly");
  });
});

describe("a finding about baselines", () => {
  it("says how near each comes to its own, and where that is within the spread", () => {
    const cells = {
      c: [falling(100), falling(100)],
      a: [rising(200), rising(125)],
      b: [rising(100), rising(101)],
      d: [rising(100), rising(200)],
    };
    const baseline = { a: "c", b: "c", d: "b" };

    expect(findingsOf(scenarioResult(cells, [10, 30], { baseline }))).toContain(
      "With the c as 1.00: the a 0.50 to 0.80 and the b 0.99 to 1.00 (no difference beyond the spread); " +
        "with the b as 1.00: the d 0.51 to 1.00 (no difference beyond the spread at 1 of 2).",
    );
  });

  it("says what each of several calls costs more", () => {
    const cells = { c: [falling(100), falling(50)], a: [rising(130), rising(70)] };
    const named = scenarioResult(cells, ["recv", "send"] as never, { baseline: { a: "c" } });

    expect(findingsOf(named)).toContain("the a 0.71 to 0.77 (20 ns to 30 ns more).");
  });
});

describe("a finding", () => {
  it("is none where nothing was measured, or too little", () => {
    expect(findingsOf(scenarioResult({}, [10]))).toBe("Nothing was measured.");
    expect(findingsOf(scenarioResult({ a: [[1, 2]], b: [[3]] }, [10]))).toBe(
      "2 samples of each are too few to tell a difference from noise: 5 are needed.",
    );
  });

  it("says of a contender that is alone what it needs", () => {
    expect(findingsOf(scenarioResult({ a: [rising(1), rising(20)] }, [1, 10]))).toBe(
      "The a has a time per wait of 1 ns at 1 pipe, and of 20 ns at 10 pipes.",
    );
  });
});
