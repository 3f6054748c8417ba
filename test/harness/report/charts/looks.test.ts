import { describe, expect, it } from "vitest";
import { looksOf } from "../../../../harness/report/charts/looks.ts";
import type { ScenarioResult } from "../../../../harness/index.ts";
import { scenarioResult } from "../../fixture.ts";

const TITLES: Readonly<Record<string, string>> = {
  "c-poll": "C poll",
  "c-poll-mt": "C poll (2 threads)",
  "c-epoll": "C epoll",
  poll: "pollux poll",
  epoll: "pollux epoll",
  "epoll-et": "pollux epoll (edge)",
  mio: "Rust mio",
};

function scenario(names: readonly string[], baseline = {}): ScenarioResult {
  const cells = Object.fromEntries(names.map((name) => [name, [[1]]]));
  const contenders = names.map((name) => ({ name, title: TITLES[name] ?? name }));
  return scenarioResult(cells, [10], { baseline, contenders });
}

describe("the look of a contender", () => {
  const first = scenario(["c-poll-mt", "c-poll", "poll", "epoll"], { poll: "c-poll-mt" });
  const second = scenario(["epoll-et", "epoll", "c-epoll", "mio"], { epoll: "c-epoll" });
  const looks = looksOf([first, second]);

  it("is the same on all charts, and no two of a chart are alike", () => {
    expect(looks(first, "epoll")).toEqual(looks(second, "epoll"));
    const hues = ["epoll-et", "epoll"].map((name) => looks(second, name).hue);
    expect(new Set(hues).size).toBe(2);
    expect(looks(first, "poll").hue).not.toBe(looks(first, "epoll").hue);
  });

  it("has the color of its counterpart if it is a baseline, dashed", () => {
    expect(looks(first, "c-poll-mt")).toEqual({ hue: looks(first, "poll").hue, line: "dashed" });
    expect(looks(first, "c-poll")).toEqual({ hue: looks(first, "poll").hue, line: "dotted" });
    expect(looks(second, "c-epoll")).toEqual({ hue: looks(second, "epoll").hue, line: "dashed" });
  });

  it("is gray for those that the run is not about", () => {
    expect(looks(second, "mio")).toEqual({ hue: 0, line: "solid" });
  });

  it("has a color for each contender of a run without baselines", () => {
    const plain = scenario(["mio", "poll"]);

    expect(["mio", "poll"].map((name) => looksOf([plain])(plain, name).hue)).toEqual([1, 2]);
  });

  it("goes by the family that results name", () => {
    const named = {
      ...second,
      contenders: second.contenders.map((one) => {
        return one.name === "mio" ? { ...one, family: "pollux" } : one;
      }),
    };

    expect(looksOf([first, named])(named, "mio").hue).toBeGreaterThan(0);
  });
});
