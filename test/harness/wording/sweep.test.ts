import { describe, expect, it } from "vitest";
import { singularOf, spanOf } from "../../../harness/wording/sweep.ts";

describe("spanOf", () => {
  it("names both ends of the sweep, and what it counts", () => {
    const pipes = { sweep: { name: "pipes, all ready", values: [1, 10, 5_000] } };
    const share = { sweep: { name: "% of the server's capacity", values: [30, 90] } };

    expect(spanOf(pipes)).toBe("From 1 to 5,000 pipes");
    expect(spanOf(share)).toBe("From 30 to 90 % of the server's capacity");
  });
});

describe("singularOf", () => {
  it.each([
    ["pipes, all ready", "pipe"],
    ["events per wait, at most", "event per wait"],
    ["% of the server's capacity", "% of the server's capacity"],
  ])("of %s is %s", (name, singular) => {
    expect(singularOf({ sweep: { name } })).toBe(singular);
  });
});
