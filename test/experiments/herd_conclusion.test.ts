import { describe, expect, it } from "vitest";
import { conclude, type Measured } from "../../lib/experiments/herd_conclusion.ts";
import { type Counters, sumOf } from "../../lib/experiments/herd_counters.ts";

const NOTHING: Counters = sumOf([]);

function measured(
  share: Measured["share"],
  workers: readonly Partial<Counters>[],
  served: Partial<Measured["served"]> = {},
): Measured {
  const all = workers.map((one) => ({ ...NOTHING, ...one }));
  const sum = sumOf(all);
  const seen = {
    echoed: sum.connections,
    broken: 0,
    elapsedMs: 1,
    p50Us: 1,
    p99Us: 200,
    ...served,
  };
  return { share, workers: all, sum, served: seen, cpuUs: 0 };
}

describe("conclude", () => {
  it("names the shares with the least and the most of each figure", () => {
    const sentence = conclude([
      measured("reuseport", [{ connections: 50, voluntary: 100 }, { connections: 50 }]),
      measured("shared", [
        { connections: 10, voluntary: 300, empty: 40 },
        { connections: 90, voluntary: 300, empty: 60 },
      ]),
      measured("mutex", [{ connections: 50, voluntary: 200 }, { connections: 50 }], {
        p99Us: 1500,
      }),
    ]);

    expect(sentence).toBe(
      "Per connection, workers woke 1.00 times with reuseport and 6.00 times with shared; " +
        "accept4 answered EAGAIN 0.00 times with reuseport and 1.00 times with shared; " +
        "99 in 100 had their echo within 200 us with reuseport and 1500 us with mutex; " +
        "the spread, as a Gini coefficient, was 0.00 with reuseport and 0.40 with shared.",
    );
  });

  it("tells which workers got no connection, and which connections were lost", () => {
    const sentence = conclude([
      measured("steered", [{ connections: 9 }, {}, {}]),
      measured("shared", [{ connections: 5 }], { echoed: 4, broken: 1 }),
    ]);

    expect(sentence).toMatch(
      /; workers without a connection were 2 of 3 with steered; with shared 5 were accepted, and 4 had an echo\.$/,
    );
  });
});
