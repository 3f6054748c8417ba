import { describe, expect, it, vi } from "vitest";
import { cellOf, isStarved, measure, measureAll } from "../../../harness/index.ts";
import { scenario, spin } from "../fixture.ts";

const OPTIONS = { rounds: 3, sampleMs: 0.01 };
// Shorter than any run, so that one run is enough of a warm-up.
const SHORTEST_MS = 1e-9;

describe("measure", () => {
  it("takes as many samples of each cell as there are rounds", async () => {
    const { cells } = await measure(scenario(), OPTIONS);

    expect(cells.map(({ contender, value }) => `${contender}${value}`)).toEqual([
      ...["a1", "b1", "a2", "b2"],
    ]);
    for (const cell of cells) {
      expect(cell).toMatchObject({ times: expect.any(Number) });
      expect(cell.samples).toHaveLength(3);
    }
  });

  it("takes contenders in turn", async () => {
    const order: string[] = [];
    const prepare = (contender: string) => ({
      run: () => {
        order.push(contender);
        return { time: 1 };
      },
    });

    await measure(scenario({ prepare, times: 1, sweep: { name: "x", values: [1] } }), OPTIONS);

    // The warm-up comes first.
    expect(order.join("")).toMatch(/^a+b+ababab$/);
  });

  it("fails a cell that has measured nothing", async () => {
    const prepare = () => ({ run: () => ({ time: NaN }) });
    const { cells } = await measure(scenario({ prepare, times: 1 }), OPTIONS);

    expect(cells[0]).toMatchObject({ failed: expect.stringContaining("Nothing was measured") });
    expect(cells[0]?.samples).toEqual([]);
  });

  it("fails a cell whose teardown throws", async () => {
    const teardown = (): void => {
      throw new Error("nobody came");
    };
    const { cells } = await measure(
      scenario({ prepare: () => ({ run: spin, teardown }) }),
      OPTIONS,
    );

    expect(cells[0]).toMatchObject({ failed: "nobody came", samples: [] });
  });

  it("fails one cell and no other if it cannot be prepared", async () => {
    const teardown = vi.fn();
    const prepare = (contender: string) => {
      if (contender === "a") throw new Error("no such thing");
      return { run: spin, teardown };
    };
    const result = await measure(scenario({ prepare }), OPTIONS);

    expect(cellOf(result, "a", 1)).toMatchObject({ failed: "no such thing" });
    expect(cellOf(result, "b", 1)?.samples).toHaveLength(3);
    expect(teardown).toHaveBeenCalledTimes(2);
  });

  it("lists skipped cells with their reason, and does not prepare them", async () => {
    const prepare = vi.fn(() => ({ run: spin }));
    const skip = (contender: string) => (contender === "a" ? "not today" : undefined);
    const result = await measure(scenario({ prepare, skip }), OPTIONS);

    expect(cellOf(result, "a", 1)).toMatchObject({ skipped: "not today", samples: [] });
    expect(prepare).toHaveBeenCalledTimes(2);
  });

  it("takes a starved sample again, and counts it", async () => {
    // The first one is the warm-up.
    const busy = [1, 0, 0, 1, 1, 1];
    const run = () => ({ time: 1, busy: busy.shift() ?? 1 });
    const result = await measure(
      scenario({ prepare: () => ({ run }), times: 1, contenders: ["a"] }),
      { rounds: 3, sampleMs: SHORTEST_MS, values: [1] },
    );

    expect(cellOf(result, "a", 1)).toMatchObject({ starved: 2 });
    expect(cellOf(result, "a", 1)?.samples).toHaveLength(3);
  });

  it("marks a cell whose samples are starved in each attempt", async () => {
    const run = () => ({ time: 1, busy: 0 });
    const result = await measure(
      scenario({ prepare: (name) => ({ run: name === "a" ? run : spin }), times: 1 }),
      { ...OPTIONS, values: [1] },
    );
    const cell = cellOf(result, "a", 1);

    expect(cell).toMatchObject({ starved: 9, starvedKept: 3 });
    expect(cell?.samples).toHaveLength(3);
    expect(isStarved(cell)).toBe(true);
  });

  it.each([
    [1, 5, false],
    [2, 5, true],
    [1, 3, true],
    [0, 1, false],
  ])("calls a cell starved with %d starved samples of %d: %s", (kept, count, starved) => {
    const samples = Array.from({ length: count }, () => ({ time: 1 }));
    const cell = { contender: "a", value: 1, times: 1, starved: 0, starvedKept: kept, samples };

    expect(isStarved(cell)).toBe(starved);
  });

  it("takes a starved sample again only once in a quick run", async () => {
    const prepare = () => ({ run: () => ({ time: 1, busy: 0 }) });
    const { cells } = await measure(scenario({ prepare, times: 1 }), { quick: true });

    expect(cells[0]).toMatchObject({ starved: 2, starvedKept: 2 });
  });

  it("does not fail a cell that was interrupted before its first sample", async () => {
    const controller = new AbortController();
    const teardown = (): never => {
      throw new Error("nobody came");
    };
    const prepare = () => {
      controller.abort();
      return { run: spin, teardown };
    };
    const { cells } = await measure(scenario({ prepare }), {
      ...OPTIONS,
      signal: controller.signal,
    });

    expect(cells).toEqual([]);
  });

  it("measures the default contenders if none are named, and all of them when asked to", async () => {
    const some = scenario({ defaultContenders: ["b"] });
    const measured = async (contenders?: readonly string[] | "all") => {
      const { cells } = await measure(some, { ...OPTIONS, ...(contenders && { contenders }) });
      return [...new Set(cells.map(({ contender }) => contender))];
    };

    expect(await measured()).toEqual(["b"]);
    expect(await measured("all")).toEqual(["a", "b"]);
    expect(await measured(["a"])).toEqual(["a"]);
  });

  it("sets up the contenders of the run, and then asks for their families and versions", async () => {
    const setup = vi.fn();
    const versionOf = (contender: string): string | undefined =>
      contender === "a" && setup.mock.calls.length === 1 ? "A 1.2" : undefined;
    const { contenders } = await measure(
      scenario({ setup, versionOf, families: { a: "the first" } }),
      OPTIONS,
    );

    expect(setup.mock.calls).toEqual([[["a", "b"]]]);
    expect(contenders).toEqual([
      { name: "a", title: "a", family: "the first", version: "A 1.2" },
      { name: "b", title: "b" },
    ]);
  });

  it("reports a cell once all cells of its value are in the result, its baseline among them", async () => {
    const known: number[] = [];
    await measure(scenario({ baseline: { a: "b" } }), {
      ...{ ...OPTIONS, values: [1] },
      onProgress: ({ cell, result }) => cell && known.push(result.cells.length),
    });

    expect(known).toEqual([2, 2]);
  });

  it("measures contenders whose versions cannot be told", async () => {
    const versionOf = (): never => {
      throw new Error("no such file");
    };
    const { cells, contenders } = await measure(scenario({ versionOf }), OPTIONS);

    expect(cells.map(({ samples }) => samples.length)).toEqual([3, 3, 3, 3]);
    expect(contenders[0]).toEqual({ name: "a", title: "a" });
  });

  it("fails the cells of a scenario whose setup or skip throws", async () => {
    const broken = (): never => {
      throw new Error("no such place");
    };
    const failed = { failed: "no such place" };

    expect((await measure(scenario({ setup: broken }), OPTIONS)).cells[0]).toMatchObject(failed);
    expect((await measure(scenario({ skip: broken }), OPTIONS)).cells[0]).toMatchObject(failed);
  });

  it("gives up a setup that hangs, and names the scenario", async () => {
    const setup = (): Promise<void> => new Promise(() => undefined);
    const run = { ...OPTIONS, setupLimitMs: 5 };

    expect((await measure(scenario({ setup }), run)).cells[0]).toMatchObject({
      failed: "setup of nothing was given up after 0.005 s, the limit for a setup",
    });
  });

  it("does not wait for a setup that hangs when it is aborted", async () => {
    const controller = new AbortController();
    const setup = (): Promise<void> => {
      controller.abort();
      return new Promise(() => undefined);
    };

    expect(
      (await measure(scenario({ setup }), { ...OPTIONS, signal: controller.signal })).cells,
    ).toEqual([]);
  });

  it.each([0, NaN, 2 ** 31])("refuses setupLimitMs %d", async (setupLimitMs) => {
    await expect(measure(scenario(), { ...OPTIONS, setupLimitMs })).rejects.toThrow(
      /setupLimitMs must be above 0/,
    );
  });

  it("measures the quick values of the sweep in a quick run", async () => {
    const { cells } = await measure(scenario(), { ...OPTIONS, quick: true });

    expect(cells.map(({ value }) => value)).toEqual([2, 2]);
  });

  it("keeps what was measured when it is aborted, and tears down", async () => {
    const controller = new AbortController();
    const teardown = vi.fn();
    const run = () => ({ time: 1 });
    const { cells } = await measure(scenario({ prepare: () => ({ run, teardown }), times: 1 }), {
      ...OPTIONS,
      signal: controller.signal,
      onProgress: ({ cell }) => cell && controller.abort(),
    });

    expect(cells.map(({ value }) => value)).toEqual([1, 1]);
    expect(teardown).toHaveBeenCalledTimes(2);
  });

  it("refuses a contender that the scenario does not have, and names it", async () => {
    await expect(measure(scenario(), { contenders: ["a", "typo"] })).rejects.toThrow(
      new RangeError("no contender typo; there are a, b"),
    );
  });

  it("measures a cell once that is named twice", async () => {
    const twice = { contenders: ["b", "b"], values: [1, 1] };
    const { cells, contenders } = await measure(scenario(), { ...OPTIONS, ...twice });

    expect(cells.map(({ contender, value }) => [contender, value])).toEqual([["b", 1]]);
    expect(contenders).toHaveLength(1);
  });

  it("refuses 0 rounds", async () => {
    await expect(measure(scenario(), { rounds: 0 })).rejects.toThrow(
      new RangeError("rounds must be a whole number of at least 1, not 0"),
    );
  });
});

describe("measureAll", () => {
  it("measures contenders in the scenarios that have them, and refuses unknown ones", async () => {
    const other = scenario({ name: "other", contenders: ["b"] });
    const asking = (name: string) =>
      measureAll([scenario(), other], { ...OPTIONS, contenders: [name] });

    expect((await asking("a")).scenarios.map(({ name }) => name)).toEqual(["nothing"]);
    expect((await asking("b")).scenarios.map(({ name }) => name)).toEqual(["nothing", "other"]);
    await expect(asking("typo")).rejects.toThrow(RangeError);
  });

  it("reports progress up to the end, and describes the machine", async () => {
    const shares: number[] = [];
    const results = await measureAll([scenario(), scenario({ name: "other" })], {
      ...OPTIONS,
      onProgress: ({ share }) => shares.push(share),
    });

    expect(shares.at(-1)).toBeCloseTo(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(results).toMatchObject({ complete: true, machine: { node: process.versions.node } });
    expect(results.scenarios.map(({ name }) => name)).toEqual(["nothing", "other"]);
  });
});
