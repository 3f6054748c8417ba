import { describe, expect, it } from "vitest";
import { headlineOf } from "../../../../harness/findings/headlines/headline.ts";
import { scenarioResult } from "../../fixture.ts";
import { VALUES, falling, rising } from "../fixture.ts";
import { CPU, type Costs, PAIRS, flat, half, linear, run, scattered, told } from "./fixture.ts";

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
    expect(headlineOf(result, CPU).nuance).toContain(
      "They cannot be told apart at 10 pipes; elsewhere,",
    );
    // On which side of a tie the median is, is chance.
    const other = run({ poll: leaning, epoll: flat }, { pairs }, 0.2);
    expect(told(other)).toBe(told(result));
    // That eight in ten pairs are on the other side is not.
    const against = scattered(other, "poll", 10, [1.4, 1.4, 1.4, 1.4, 0.78]);
    expect(told(against)).toBe(
      "pollux poll beats pollux epoll at 30, 100, 300, 1,000 and 3,000 pipes",
    );
  });

  it("says that one never wins if the other one wins somewhere, and nobody elsewhere", () => {
    const pairs = PAIRS.slice(0, 1);
    const mostly = flat.map((cost, index) => (index === 0 ? cost / 3 : cost));
    const result = run({ poll: mostly, epoll: flat }, { pairs }, 0.1);
    // One pair of samples more or less contradicts the difference.
    const less = scattered(result, "poll", 10, [1, 1, 1, 1, 2.8]);

    expect(told(result)).toBe("pollux epoll never beats pollux poll");
    expect(headlineOf(result, CPU).nuance).toContain("pollux poll beats pollux epoll at 10 pipes;");
    expect(told(less)).toBe(told(result));
    expect(headlineOf(less, CPU).nuance).toContain("Eight in ten samples put");
  });

  describe("that several families answer", () => {
    const pairs = [...PAIRS, { contender: "c-poll-mt", versus: "c-epoll-mt" }];
    const result = run(
      {
        ...{ poll: linear, epoll: flat, "c-poll": linear, "c-epoll": flat },
        ...{ "c-poll-mt": linear, "c-epoll-mt": flat },
      },
      { pairs },
    );
    const about = { about: "pairs" } as const;

    it("says the same where one of them cannot tell what all others tell", () => {
      const unsure = scattered(result, "poll", 10, [1, 1, 1, 1, 3]);

      expect(told(unsure, about)).toBe("poll beats epoll at 10 pipes; from 100 on, epoll wins");
      expect(told(unsure, about)).toBe(told(result, about));
      expect(headlineOf(unsure, CPU, about).nuance).toMatch(
        /pollux poll costs .*; pollux poll and pollux epoll cannot be told apart at 10 pipes\.$/,
      );
    });

    it("is about the first one where they contradict each other", () => {
      const other = scattered(result, "c-poll-mt", 10, [9, 9, 9, 9, 9]);

      expect(told(other, about)).toMatch(/^pollux poll beats pollux epoll at 10 pipes/);
    });

    it("is about the first one where another one wins what they cannot tell", () => {
      const tie = run(
        { poll: half(flat), epoll: flat, "c-poll": half(flat), "c-epoll": flat },
        { pairs: PAIRS },
      );
      const unsure = scattered(tie, "poll", 10, [1, 1, 1, 1, 3]);
      const unlike = scattered(unsure, "c-poll", 10, [3, 3, 3, 3, 3]);

      expect(told(unsure)).toBe("poll beats epoll");
      expect(told(unlike)).toBe("pollux poll beats pollux epoll");
    });

    it("is about all where they differ only in where the order changes", () => {
      const later = scattered(result, "c-poll-mt", 30, [0.5, 0.5, 0.5, 0.5, 0.5]);

      expect(told(later, about)).toBe(told(result, about));
    });
  });

  it("says neither up to a value nor from one on where ties are among the values meant", () => {
    const pairs = PAIRS.slice(0, 1);
    const of = (poll: readonly number[]): string => told(run({ poll, epoll: flat }, { pairs }));

    expect(of([350, 350, 350, 1400, 1400, 1400])).toBe(
      "pollux poll beats pollux epoll up to 100 pipes; from 1,000 on, pollux epoll wins",
    );
    expect(of([700, 350, 350, 1400, 1400, 1400])).toBe(
      "pollux poll beats pollux epoll at 30 and 100 pipes; from 1,000 on, it loses",
    );
    expect(of([350, 350, 350, 1400, 700, 1400])).toBe(
      "pollux poll beats pollux epoll up to 100 pipes; at 300 and 3,000, it loses",
    );
  });
});
