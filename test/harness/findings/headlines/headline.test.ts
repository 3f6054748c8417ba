import { describe, expect, it } from "vitest";
import { headlineOf } from "../../../../harness/findings/headlines/headline.ts";
import type { Metric, ScenarioResult } from "../../../../harness/index.ts";
import { inTwoRegimes, scenarioResult, starve } from "../../fixture.ts";
import { RATE, VALUES } from "../fixture.ts";
import { BASELINE, CPU, PAIRS, flat, half, linear, run, told } from "./fixture.ts";

describe("a headline about growth", () => {
  it("says what grows with each one, for both families at once", () => {
    const costs = { poll: linear, epoll: flat, "c-poll": half(linear), "c-epoll": half(flat) };
    const result = run(costs, { pairs: PAIRS, baseline: BASELINE });

    expect(told(result)).toBe("poll costs more with every pipe; epoll does not");
    expect(told(result, { each: "idle pipe" })).toContain("with every idle pipe");
    expect(headlineOf(result, CPU).nuance).toBe(
      "At 3,000 pipes, pollux poll costs over 100× pollux epoll.",
    );
  });

  it("is gone when the data says the opposite", () => {
    const costs = { poll: flat, epoll: linear, "c-poll": half(flat), "c-epoll": half(linear) };

    expect(told(run(costs, { pairs: PAIRS, baseline: BASELINE }))).toBe(
      "epoll costs more with every pipe; poll does not",
    );
  });

  it("does not name what grows in one family only", () => {
    const costs = { poll: linear, epoll: flat, "c-poll": half(flat), "c-epoll": half(flat) };

    expect(told(run(costs, { baseline: BASELINE }))).not.toContain("with every");
  });

  it("does not say that something stays constant which was not measured up to the end", () => {
    const result = run({ poll: linear, epoll: flat });
    const cells = result.cells.map((cell) =>
      cell.contender === "epoll" && Number(cell.value) > 1000 ? { ...cell, samples: [] } : cell,
    );

    expect(told(result)).toContain("pollux epoll does not");
    expect(told({ ...result, cells })).not.toContain("does not");
  });

  it("is about samples of one regime", () => {
    const result = inTwoRegimes(run({ poll: linear, epoll: flat }));

    expect(told(result)).toBe("pollux poll costs more with every pipe; pollux epoll does not");
  });

  it("takes a rate that falls for a cost that grows", () => {
    const costs = { poll: linear.map((cost) => 1e9 / cost), epoll: flat };

    expect(told(run(costs, { metrics: [RATE] }), {}, RATE)).toBe(
      "pollux poll slows down with every pipe; pollux epoll does not",
    );
  });
});

describe("a headline about a baseline", () => {
  const baseline = { epoll: "c-epoll", node: "c-epoll" };
  const focus = { about: "baseline", at: 100 } as const;

  it("is about all values where its own was not measured", () => {
    const result = run({ "c-epoll": flat, epoll: flat.map((cost) => cost * 1.2) }, { baseline });

    expect(told(result, { about: "baseline", at: 12_345 })).toBe(
      told(result, { about: "baseline" }),
    );
    expect(told(result, { about: "baseline", at: 12_345 })).toContain("costs under 1.5× C epoll");
  });

  it("names a bound that the next run keeps, and what the dearest other costs", () => {
    const costs = { "c-epoll": flat, epoll: flat, node: flat.map((cost) => cost * 3.4) };
    const result = run(costs, { baseline });

    expect(told(result, focus)).toBe("At 100 pipes, pollux epoll costs under 1.5× C epoll");
    expect(headlineOf(result, CPU, focus).nuance).toMatch(
      /^Eight in ten .* C epoll; node:net costs over 2× as much\.$/,
    );
  });

  it("names a bound if the subject costs more, and another contender that beats it", () => {
    const costs = { "c-epoll": flat, epoll: flat.map((cost) => cost * 1.7), node: half(flat) };

    const result = run(costs, { baseline });

    expect(told(result, focus)).toBe("At 100 pipes, pollux epoll costs under 2× C epoll");
    expect(headlineOf(result, CPU, focus).nuance).toMatch(/; node:net beats it\.$/);
  });

  it("does not say that the subject wins everywhere if it only ties somewhere", () => {
    const costs = { "c-epoll": flat, epoll: flat.map((cost, at) => (at === 0 ? cost / 3 : cost)) };

    expect(told(run(costs, { baseline: { epoll: "c-epoll" } }), { about: "baseline" })).toBe(
      "C epoll never beats pollux epoll",
    );
  });

  it("compares a rate by the time that each takes", () => {
    const costs = { "c-epoll": flat, epoll: flat.map((cost) => cost / 1.3) };
    const result = run(costs, { baseline: { epoll: "c-epoll" }, metrics: [RATE] });

    expect(told(result, focus, RATE)).toBe(
      "At 100 pipes, pollux epoll takes under 1.5× as long as C epoll",
    );
  });

  it("is about the baseline in fewer words where there are too many", () => {
    const costs = { "c-epoll": flat, epoll: flat.map((cost) => cost / 1.3) };
    const sweep = { name: "connections at a time", values: VALUES };
    const result = run(costs, { baseline: { epoll: "c-epoll" }, metrics: [RATE], sweep });

    expect(told(result, focus, RATE)).toBe(
      "At 100 connections at a time, pollux epoll takes under 1.5× C epoll's time",
    );
  });

  it("falls back to the others if the subject was not measured", () => {
    const costs = { "c-epoll": flat, node: flat.map((cost) => cost * 3.4) };

    expect(told(run(costs, { baseline: { node: "c-epoll" } }), { about: "standing" })).toBe(
      "At 3,000 pipes, C epoll costs least; node:net costs over 2× as much",
    );
  });
});

/** The run, with the samples of these contenders in the regime "woken", and all others in "busy". */
function woken(result: ScenarioResult, ...names: readonly string[]): ScenarioResult {
  const cells = result.cells.map((cell) => {
    const regime = names.includes(cell.contender) ? "woken" : "busy";
    return { ...cell, samples: cell.samples.map((sample) => ({ ...sample, regime })) };
  });
  return { ...result, cells };
}

describe("a headline about who leads", () => {
  const dear = flat.map((cost) => cost * 3);
  const costs = { poll: flat, epoll: dear, node: flat.map((c) => c * 6) };

  it("does not call a tie what has no regime in common", () => {
    const result = woken(run(costs), "epoll");

    expect(told(result)).toBe(
      "At 3,000 pipes, pollux poll costs least; node:net costs over 5× as much",
    );
    expect(headlineOf(result, CPU).nuance).toBe(
      "Processor time per wait: pollux poll 700 ns, node:net 4.2 µs. Not compared, in another regime: pollux epoll.",
    );
    expect(told(woken(run({ poll: flat, epoll: dear }), "epoll"))).toBe(
      "No contender can be compared with another one",
    );
  });

  it("does not call a tie what has too few samples of the same regime", () => {
    const result = woken(run({ poll: flat, epoll: dear }), "epoll");
    const cells = result.cells.map((cell) => ({
      ...cell,
      samples: cell.samples.map((sample, index) =>
        index > 2 ? { ...sample, regime: "busy" } : sample,
      ),
    }));

    expect(told({ ...result, cells })).toBe("No contender can be compared with another one");
  });
});

describe("a headline about who leads, and by how much", () => {
  const calls: Metric = { ...CPU, unit: "calls", title: "calls per message" };
  const about = { about: "standing" } as const;
  const many = flat.map((cost) => cost * 30);

  it("says of the worst only that it is far behind, not how far", () => {
    const near = run({ poll: flat, epoll: many }, { metrics: [calls] });
    const far = run({ poll: flat.map((cost) => cost / 100), epoll: many }, { metrics: [calls] });

    expect(told(near, about, calls)).toBe(
      "At 3,000 pipes, pollux poll makes fewest calls; pollux epoll makes over 10× as many",
    );
    expect(told(far, about, calls)).toBe(told(near, about, calls));
  });

  it("does not name a leader whose lead is not seen beside the worst", () => {
    const costs = { poll: [1, 1, 1, 1, 1, 1], epoll: [2, 2, 2, 2, 2, 2], node: many };

    expect(told(run(costs, { metrics: [calls] }), about, calls)).toBe(
      "At 3,000 pipes, node:net makes over 10× as many as the best",
    );
  });

  it("bounds a cost beside 0 by what nine in ten samples exceed", () => {
    const memory: Metric = { ...CPU, unit: "bytes", title: "memory per connection" };
    const of = (spread: number): string => {
      const costs = { poll: flat.map(() => 0), epoll: flat.map(() => 60 * 1024) };
      return told(run(costs, { metrics: [memory] }, spread), about, memory);
    };

    expect(of(0.01)).toBe("At 3,000 pipes, pollux epoll needs more than pollux poll: over 50 KiB");
    expect(of(0.5)).toBe("At 3,000 pipes, pollux epoll needs more than pollux poll: over 20 KiB");
  });
});

describe("a headline", () => {
  it("speaks of calls as calls, not as of times", () => {
    const metric: Metric = { ...CPU, unit: "calls", title: "waits per message" };
    const result = run(
      { poll: flat, epoll: flat.map((cost) => cost * 3.4) },
      { metrics: [metric] },
    );

    expect(told(result, { about: "standing" }, metric)).toBe(
      "At 3,000 pipes, pollux poll makes fewest calls; pollux epoll makes over 2× as many",
    );
  });

  it("does not call equal what only scatters too much", () => {
    const noisy = run({ poll: flat, epoll: flat, node: flat }, {}, 0.5);

    expect(told(noisy)).toBe("At 3,000 pipes, the 3 contenders cannot be told apart");
    const beside = run({ "c-epoll": flat, epoll: flat }, { baseline: { epoll: "c-epoll" } }, 0.5);
    expect(told(beside, { about: "baseline", at: 100 })).toMatch(
      /^At 100 pipes, pollux epoll costs under \d+× C epoll$/,
    );
  });

  it("names both if there are only two", () => {
    expect(told(run({ poll: flat, epoll: flat.map((cost) => cost * 1.3) }))).toBe(
      "At 3,000 pipes, pollux epoll costs more than pollux poll",
    );
  });

  it("says so if all tie, or if nothing can be said", () => {
    expect(told(run({ poll: flat, epoll: flat, node: flat }, {}, 0.1))).toBe(
      "At 3,000 pipes, all 3 contenders cost the same",
    );
    expect(told(run({}))).toBe("Not measured");
    expect(told(run({ poll: flat }))).toBe("No contender can be compared with another one");
  });

  it("does not judge from too few or starved samples", () => {
    const few = scenarioResult({ poll: [[1, 2]], epoll: [[5, 6]] }, [10]);
    const result = run({ poll: flat, epoll: linear }, { pairs: PAIRS.slice(0, 1) });
    const starved = ["poll", "epoll"].reduce(starve, result);

    expect(told(few)).toBe("Too few sound samples to tell a difference from noise");
    expect(told(starved)).toBe("Too few sound samples to tell a difference from noise");
  });
});
