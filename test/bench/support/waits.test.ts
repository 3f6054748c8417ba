import { measure } from "pollux/bench";
import { describe, expect, it } from "vitest";

const BOTH = ["select", "c-select", "poll", "c-poll", "epoll", "c-epoll"];

// A cell fails where not as many were ready in each wait as are to be.
describe("the waits of the suite", () => {
  it.each([
    ["wait_all", 10_000],
    ["wait_ten", 10_000],
    ["wait_sockets", 30],
    ["ring", "n=100 a=1 w=100"],
  ])(
    "find in %s, with %s, what is ready, in JavaScript and in C",
    async (name, value) => {
      const options = { contenders: BOTH, values: [value], rounds: 1, sampleMs: 1 };
      // As the suite runs: compiled.
      const module = new URL(`../../../dist/bench/scenarios/${name}.js`, import.meta.url);
      const { cells } = await measure(module, options);

      expect(cells).toHaveLength(BOTH.length);
      for (const cell of cells) {
        expect(cell.failed).toBeUndefined();
        // Without a compiler, or so many descriptors, there is nothing to find.
        expect(cell.samples).toHaveLength(cell.skipped === undefined ? 1 : 0);
      }
    },
    120_000,
  );
});
