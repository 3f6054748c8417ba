import { describe, expect, it } from "vitest";
import {
  type Focus,
  MAX_WORDS,
  headlineOf,
} from "../../../../harness/findings/headlines/headline.ts";
import type { Metric, ScenarioResult } from "../../../../harness/index.ts";
import { wordsIn } from "../../../../harness/wording/coarse.ts";
import { CPU as TIME, scenarioResult, starve } from "../../fixture.ts";
import { RATE, VALUES, falling, rising } from "../fixture.ts";

const CPU: Metric = { ...TIME, title: "processor time per wait" };

type Costs = Readonly<Record<string, readonly number[]>>;

const TITLES: Readonly<Record<string, string>> = {
  poll: "pollux poll",
  epoll: "pollux epoll",
  "c-poll": "C poll",
  "c-epoll": "C epoll",
  node: "node:net",
};

/** A run with these medians; each other contender is sampled in the reverse order, so that ratios scatter. */
function run(costs: Costs, more: Partial<ScenarioResult> = {}, spread = 0.01): ScenarioResult {
  const cells = Object.fromEntries(
    Object.entries(costs).map(([name, medians], index) => [
      name,
      medians.map((median) => (index % 2 === 0 ? rising : falling)(median, spread)),
    ]),
  );
  const values = VALUES.slice(0, Object.values(costs)[0]?.length ?? VALUES.length);
  const result = scenarioResult(cells, values, more);
  return {
    ...result,
    contenders: result.contenders.map(({ name }) => ({ name, title: TITLES[name] ?? name })),
  };
}

function told(result: ScenarioResult, focus?: Focus, metric: Metric = CPU): string {
  const { text } = headlineOf(result, metric, focus);
  expect(wordsIn(text)).toBeLessThanOrEqual(MAX_WORDS);
  return text;
}

const PAIRS = [
  { contender: "poll", versus: "epoll" },
  { contender: "c-poll", versus: "c-epoll" },
];
const BASELINE = { poll: "c-poll", epoll: "c-epoll" };
const linear = VALUES.map((x) => 30 * x);
const flat = VALUES.map(() => 700);
const half = (costs: readonly number[]): number[] => costs.map((cost) => cost / 2);

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

  it("takes a rate that falls for a cost that grows", () => {
    const costs = { poll: linear.map((cost) => 1e9 / cost), epoll: flat };

    expect(told(run(costs, { metrics: [RATE] }), {}, RATE)).toBe(
      "pollux poll slows down with every pipe; pollux epoll does not",
    );
  });
});

describe("a headline about a pair", () => {
  it("has a short name if all families agree, and says that one wins everywhere", () => {
    const costs = { poll: half(linear), epoll: linear, "c-poll": half(linear), "c-epoll": linear };
    const sweep = { name: "pipes, all ready", values: VALUES };

    expect(told(run(costs, { pairs: PAIRS, sweep }))).toBe("With all ready, poll beats epoll");
    expect(headlineOf(run(costs, { pairs: PAIRS }), CPU).nuance).toBe(
      "pollux epoll costs 2× as much as pollux poll.",
    );
  });

  it("is the same for samples of another day", () => {
    const costs = { poll: half(linear), epoll: linear };
    const later = { poll: half(linear).map((cost) => cost * 1.07), epoll: linear };
    const of = (all: Costs): string => told(run(all, { pairs: PAIRS.slice(0, 1) }));

    expect(of(later)).toBe(of(costs));
  });

  it("says between which powers of ten the order changes, and how much it matters at the end", () => {
    const pairs = PAIRS.slice(0, 1);
    const result = run({ poll: linear, epoll: flat }, { pairs });

    expect(told(result, { about: "pairs" })).toBe(
      "pollux poll beats pollux epoll at 10 pipes; from 100 on, pollux epoll wins",
    );
    expect(headlineOf(result, CPU, { about: "pairs" }).nuance).toBe(
      "They change places near 20 pipes; at 3,000, pollux poll costs over 100× as much as pollux epoll.",
    );
    const swapped = run({ poll: flat, epoll: linear }, { pairs });
    expect(told(swapped, { about: "pairs" })).toBe(
      "pollux epoll beats pollux poll at 10 pipes; from 100 on, pollux poll wins",
    );
  });

  it("is the same where another run cannot tell a value next to the change", () => {
    const pairs = PAIRS.slice(0, 1);
    const wide = run({ poll: linear, epoll: VALUES.map((x) => (x === 30 ? 900 : 700)) }, { pairs });

    expect(told(wide, { about: "pairs" })).toBe(
      told(run({ poll: linear, epoll: flat }, { pairs }), { about: "pairs" }),
    );
  });

  it("does not say where the order changes between values that are far apart", () => {
    const far = { sweep: { name: "pipes", values: [10, 30, 1000] } };
    const result = scenarioResult(
      { poll: [5, 5, 50].map((x) => rising(x)), epoll: [9, 9, 9].map((x) => falling(x)) },
      [10, 30, 1000],
      { pairs: PAIRS.slice(0, 1), ...far },
    );

    expect(told(result, { about: "pairs" })).toContain("at 10 pipes; at 1,000");
    expect(headlineOf(result, CPU, { about: "pairs" }).nuance).not.toContain("near");
  });

  it("calls a tie a tie", () => {
    const result = run({ poll: flat, epoll: flat }, { pairs: PAIRS.slice(0, 1) }, 0.1);

    const noisy = run({ poll: flat, epoll: flat }, { pairs: PAIRS.slice(0, 1) }, 0.5);

    expect(told(result)).toBe("pollux poll and pollux epoll cannot be told apart");
    expect(told(noisy)).toBe(told(result));
    expect(headlineOf(result, CPU).nuance).toContain("Eight in ten samples put");
  });

  it("says that one wins which ties in few cells, and is not the dearer one there", () => {
    const pairs = PAIRS.slice(0, 1);
    const winner = flat.map((cost, index) => (index === 0 ? cost * 0.99 : cost / 3));
    const leaning = flat.map((cost, index) => (index === 0 ? cost * 1.01 : cost / 3));

    const result = run({ poll: winner, epoll: flat }, { pairs }, 0.2);
    expect(told(result)).toBe("pollux poll beats pollux epoll");
    expect(headlineOf(result, CPU).nuance).toContain("They tie at 10 pipes; elsewhere,");
    const other = run({ poll: leaning, epoll: flat }, { pairs }, 0.2);
    expect(told(other)).toBe(
      "pollux poll beats pollux epoll at 30, 100, 300, 1,000 and 3,000 pipes",
    );
    expect(headlineOf(other, CPU).nuance).toBe("They cannot be told apart at 10 pipes.");
  });

  it("says never if one wins somewhere and ties elsewhere", () => {
    const mostly = flat.map((cost, index) => (index === 0 ? cost / 3 : cost));

    expect(told(run({ poll: mostly, epoll: flat }, { pairs: PAIRS.slice(0, 1) }))).toBe(
      "pollux poll never costs more than pollux epoll",
    );
  });
});

describe("a headline about a baseline", () => {
  const baseline = { epoll: "c-epoll", node: "c-epoll" };
  const focus = { about: "baseline", at: 100 } as const;

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
      "pollux epoll never costs more than C epoll",
    );
  });

  it("compares a rate by the time that each takes", () => {
    const costs = { "c-epoll": flat, epoll: flat.map((cost) => cost / 1.3) };
    const result = run(costs, { baseline: { epoll: "c-epoll" }, metrics: [RATE] });

    expect(told(result, focus, RATE)).toBe(
      "At 100 pipes, pollux epoll takes under 1.5× as long as C epoll",
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

describe("a headline about the ends of the sweep", () => {
  const focus = { about: "ends" } as const;
  const falling3 = flat.map((cost, index) => (index === 0 ? cost * 3 : cost));

  it("says how much dearer one end is, if all contenders agree", () => {
    const result = run({ poll: falling3, epoll: falling3.map((cost) => 2 * cost) });

    expect(told(result, focus)).toBe("10 pipes cost over 2× as much as 3,000");
    expect(headlineOf(result, CPU, focus).nuance).toBe(
      "pollux poll: 2.1 µs at 10, 700 ns at 3,000; pollux epoll: 4.2 µs at 10, 1.4 µs at 3,000.",
    );
  });

  it("takes the other end if that one is dearer, and says no ratio if it is small", () => {
    const slightly = flat.map((cost, index) => cost * (1 + index / 20));

    expect(told(run({ poll: slightly, epoll: slightly }), focus)).toBe(
      "3,000 pipes cost more than 10",
    );
  });

  it("says nothing where contenders disagree, or where it is a tie", () => {
    const opposite = [...falling3].reverse();

    expect(told(run({ poll: falling3, epoll: opposite }), focus)).not.toMatch(/as 3,000|than 10/);
    expect(told(run({ poll: flat, epoll: flat }), focus)).not.toMatch(/as 3,000|than 10/);
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
