import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadLabels } from "../../../../harness/report/charts/labels.ts";

const DISTANCE = 15;
const HEIGHT = 340;

describe("spreadLabels", () => {
  it("leaves labels beside their lines where there is room", () => {
    expect(spreadLabels([300, 20], DISTANCE, HEIGHT)).toEqual([
      { from: 300, y: 300 },
      { from: 20, y: 20 },
    ]);
  });

  it("spreads a bundle around its middle, and keeps it in the plot", () => {
    const middle = spreadLabels([100, 101, 102], DISTANCE, HEIGHT).map(({ y }) => y);
    const top = spreadLabels([1, 0], DISTANCE, HEIGHT).map(({ y }) => y);

    expect(middle).toEqual([86, 101, 116]);
    expect(top).toEqual([DISTANCE, 0]);
  });

  it("never lets two labels overlap, nor leave the plot, nor change their order", () => {
    const ends = fc.array(fc.double({ min: 0, max: HEIGHT, noNaN: true }), { maxLength: 22 });
    fc.assert(
      fc.property(ends, (lines) => {
        const labels = spreadLabels(lines, DISTANCE, HEIGHT);
        const sorted = [...labels].sort((a, b) => a.y - b.y);
        for (const [index, { y, from }] of sorted.entries()) {
          expect(y).toBeGreaterThanOrEqual(-1e-6);
          expect(y).toBeLessThanOrEqual(HEIGHT + 1e-6);
          const before = sorted[index - 1];
          if (!before) continue;
          expect(y - before.y).toBeGreaterThanOrEqual(DISTANCE - 1e-3);
          expect(from).toBeGreaterThanOrEqual(before.from);
        }
      }),
    );
  });
});
