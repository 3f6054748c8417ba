import { describe, expect, it } from "vitest";
import { RATE, VALUES, falling, findingsOf, five, numbersOf, rising } from "./fixture.ts";
import { inTwoRegimes, scenarioResult } from "../fixture.ts";

describe("a finding about the end of the sweep", () => {
  const cells = { a: [rising(1)], b: [rising(1)], c: [falling(10)], d: [falling(1000)] };

  it("says who is best, and how much the worst costs beside it", () => {
    const result = scenarioResult({ a: cells.a, c: cells.c, d: cells.d }, [10]);

    expect(findingsOf(result)).toBe(
      "At 10 pipes, the a has the lowest time per wait (1 ns); the d is at 1,000 ns, 1,000× the a.",
    );
    expect(numbersOf(result)).toBe(
      "the a: 1 ns ±0.8 %\nthe c: 10 ns ±0.8 %\nthe d: 1,000 ns ±0.8 %",
    );
  });

  it("is about the highest where more is better", () => {
    const sentence = findingsOf(scenarioResult(cells, [10], { metrics: [RATE] }), RATE);

    expect(sentence).toContain("At 10 pipes, the d has the highest messages (1,000 messages/s)");
    expect(sentence).toContain("is at 1 messages/s, 1,000× the time per message of the d.");
  });

  it("names together those that tie", () => {
    const sentence = findingsOf(
      scenarioResult({ a: [rising(100, 0.2)], b: [falling(104, 0.2)], c: [falling(900)] }, [10]),
    );

    expect(sentence).toBe(
      "At 10 pipes, the a and the b tie for the lowest time per wait; the c is at 900 ns, 9.00× the a.",
    );
  });

  it("says so if all tie, with the numbers behind the sentence", () => {
    const two = { a: [rising(100, 0.2)], b: [falling(110, 0.2)] };
    const three = scenarioResult({ ...two, c: [falling(105, 0.2)] }, [10]);

    expect(findingsOf(scenarioResult(two, [10]))).toBe(
      "At 10 pipes, the a and the b tie in time per wait.",
    );
    expect(numbersOf(scenarioResult(two, [10]))).toBe("the a: 100 ns ±16 %\nthe b: 110 ns ±16 %");
    expect(findingsOf(three)).toBe("At 10 pipes, all 3 contenders tie in time per wait.");
  });

  it("takes a tiny difference for a tie, however small the spread", () => {
    const same = scenarioResult({ a: [rising(100, 0)], b: [rising(102, 0)] }, [10]);

    expect(findingsOf(same)).toContain("the a and the b tie");
  });

  it("makes no ratio to 0", () => {
    const free = scenarioResult({ a: [rising(0)], b: [falling(5)] }, [10]);

    expect(findingsOf(free)).toBe(
      "At 10 pipes, the a has the lowest time per wait (0 ns); the b is at 5 ns.",
    );
  });

  it("tells 0 from a little only if no sample of that is 0", () => {
    const [some, once] = [five(5), [...five(5).slice(1), 0]];

    expect(findingsOf(scenarioResult({ a: [five(0)], b: [some] }, [10]))).toContain("the b is at");
    expect(findingsOf(scenarioResult({ a: [five(0)], b: [once] }, [10]))).toContain("tie");
  });

  it("is about each of a few names", () => {
    const named = scenarioResult({ a: [rising(1), rising(9)], b: [falling(2), falling(3)] }, [
      "wait",
      "waitSync",
    ] as never);

    expect(findingsOf(named)).toContain("For wait, the a has the lowest");
    expect(findingsOf(named)).toContain("For waitSync, the b has the lowest");
  });
});

describe("a finding about growth", () => {
  function growing(of: (value: number) => number, spread = 0.01): string {
    return findingsOf(scenarioResult({ a: VALUES.map((x) => falling(of(x), spread)) }, VALUES));
  }

  it("says how much each additional one adds", () => {
    expect(growing((x) => 500 + 30 * x)).toContain(
      "From 300 pipes up, time per wait grows linearly. Each additional pipe adds: the a 30 ns.",
    );
    const cells = { a: VALUES.map((x) => falling(500 + 30 * x, 0.01)) };
    expect(numbersOf(scenarioResult(cells, VALUES))).toContain("the a: 30 ns ±0.8 %");
  });

  it("says nothing if one round of samples contradicts it", () => {
    const samples = VALUES.map((x) => [...five(500 + 30 * x).slice(1), 90_000]);

    expect(findingsOf(scenarioResult({ a: samples }, VALUES))).not.toContain("linearly");
  });

  it("is about samples of one regime", () => {
    const result = scenarioResult({ a: VALUES.map((x) => falling(500 + 30 * x)) }, VALUES);

    expect(findingsOf(inTwoRegimes(result))).toContain("Each additional pipe adds: the a 30 ns.");
  });

  it("looks at the larger half of what was measured", () => {
    const missing = scenarioResult({ a: VALUES.map((x) => falling(500 + 30 * x)) }, [
      ...VALUES,
      10_000,
      30_000,
    ]);

    expect(findingsOf(missing)).toContain("From 300 pipes up, time per wait grows linearly");
  });

  it("says what stays constant", () => {
    const cells = { a: VALUES.map((x) => rising(30 * x)), b: VALUES.map(() => falling(900)) };

    expect(findingsOf(scenarioResult(cells, VALUES))).toContain("The b stays constant.");
  });

  it.each([
    ["what is constant", () => 900, 0.01],
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
  it("says what each costs beside its baseline, and what ties with it", () => {
    const cells = {
      c: [falling(100), falling(100)],
      a: [rising(200), rising(125)],
      b: [rising(100), rising(101)],
      d: [rising(100), rising(200)],
    };
    const baseline = { a: "c", b: "c", d: "b" };

    expect(findingsOf(scenarioResult(cells, [10, 30], { baseline }))).toContain(
      "Time per wait: with the c as 1.00×, the a 1.25× to 2.00× and the b a tie; " +
        "the d 1.00× to 1.98× the b.",
    );
    const numbers = numbersOf(scenarioResult(cells, [10, 30], { baseline }));
    expect(numbers).toContain(
      "the b / the c, time per wait: 10: 1.00× (0.98× – 1.02×, a tie); 30:",
    );
    expect(numbers).toContain(
      "the d / the b, time per wait: 10: 1.00× (1.00× – 1.00×, a tie); 30: 1.98×",
    );
  });

  it("says so if a contender ties with its baseline", () => {
    const cells = { c: [falling(100)], a: [rising(100)] };

    expect(findingsOf(scenarioResult(cells, [10], { baseline: { a: "c" } }))).toContain(
      "Time per wait: the a ties with the c.",
    );
  });

  it("says how much more each of several calls costs", () => {
    const cells = { c: [falling(100), falling(50)], a: [rising(130), rising(70)] };
    const named = scenarioResult(cells, ["recv", "send"] as never, { baseline: { a: "c" } });

    expect(findingsOf(named)).toContain("the a 1.30× to 1.40× the c (20 ns to 30 ns more).");
  });
});

describe("a finding", () => {
  it("is a reason if nothing was measured, or too little", () => {
    expect(findingsOf(scenarioResult({}, [10]))).toBe("Nothing was measured.");
    expect(findingsOf(scenarioResult({ a: [[1, 2]], b: [[3]] }, [10]))).toBe(
      "2 samples per cell are too few to tell a difference from noise: it takes 5.",
    );
  });

  it("says what a contender costs that is alone", () => {
    expect(findingsOf(scenarioResult({ a: [rising(1), rising(20)] }, [1, 10]))).toBe(
      "The a has a time per wait of 1 ns at 1 pipe and 20 ns at 10 pipes.",
    );
  });
});
