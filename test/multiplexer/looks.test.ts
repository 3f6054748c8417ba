import { describe, expect, it } from "vitest";
import { Looks } from "../../lib/multiplexer/looks.ts";

/** How many looks a turn has if each of them finds the next one of `found`, and then nothing. */
function looksOf(looks: Looks, ...found: readonly number[]): number {
  const rest = [...found];
  let count = 1;
  while (looks.again(rest.shift() ?? 0)) count++;
  return count;
}

describe("Looks", () => {
  it("are up to eight in a turn, for as long as a few events are found", () => {
    const looks = new Looks();
    expect(looksOf(looks, ...Array<number>(20).fill(1))).toBe(8);
    expect(looksOf(looks, 1, 1)).toBe(3);
    expect(looksOf(looks, 0)).toBe(1);
    expect(looksOf(looks, 33, 1)).toBe(1);
  });

  it("are fewer and fewer while the second ones find nothing", () => {
    const looks = new Looks();
    const turns = Array.from({ length: 400 }, () => looksOf(looks, 1));
    const second = turns.flatMap((count, turn) => (count > 1 ? [turn] : []));

    expect(second.slice(0, 7)).toEqual([0, 2, 6, 14, 30, 62, 126]);
    expect(second.slice(7)).toEqual([190, 254, 318, 382]);
  });

  it("are as many as at first once a second one has found something, also more than a few", () => {
    for (const found of [1, 100]) {
      const looks = new Looks();
      for (let turn = 0; turn < 3; turn++) looksOf(looks, 1);

      let turns = 1;
      while (looksOf(looks, 1, found) === 1) turns++;

      expect(turns).toBe(4);
      expect(looksOf(looks, 1, 1)).toBe(3);
    }
  });
});
