import { describe, expect, it } from "vitest";
import { headlineOf } from "../../../../harness/findings/headlines/headline.ts";
import { CPU, flat, run, scattered, told } from "./fixture.ts";

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

  it("takes the other end if that one is dearer", () => {
    const slightly = flat.map((cost, index) => cost * (1 + index / 20));
    const wide = flat.map((cost, index) => cost * (1 + index / 4));

    expect(told(run({ poll: slightly, epoll: slightly }), focus)).toBe(
      "3,000 pipes cost under 2× as much as 10",
    );
    expect(told(run({ poll: wide, epoll: slightly }), focus)).toBe("3,000 pipes cost more than 10");
  });

  it("says the same of a small difference that another run just cannot tell", () => {
    const small = flat.map((cost, index) => (index === 0 ? cost * 1.3 : cost));
    const result = run({ poll: small, epoll: small }, {}, 0.02);
    const unsure = scattered(result, "epoll", 10, [1, 1.02, 1, 0.98, 0.7]);

    expect(told(result, focus)).toBe("10 pipes cost under 2× as much as 3,000");
    expect(told(unsure, focus)).toBe(told(result, focus));
  });

  it("says nothing where contenders disagree, or where samples scatter too much", () => {
    const opposite = [...falling3].reverse();

    const none = "10 pipes and 3,000 cannot be told apart";
    expect(told(run({ poll: falling3, epoll: opposite }), focus)).toBe(none);
    const noisy = scattered(run({ poll: flat }), "poll", 10, [0.2, 3, 1, 3, 0.3]);
    expect(told(noisy, focus)).toBe(none);
    expect(told(run({ poll: flat, epoll: flat }), focus)).toBe("10 pipes and 3,000 cost the same");
  });
});
