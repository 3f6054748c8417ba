import { expect } from "vitest";
import {
  type Focus,
  MAX_WORDS,
  headlineOf,
} from "../../../../harness/findings/headlines/headline.ts";
import type { Metric, ScenarioResult } from "../../../../harness/index.ts";
import { wordsIn } from "../../../../harness/wording/coarse.ts";
import { CPU as TIME, scenarioResult } from "../../fixture.ts";
import { VALUES, falling, rising } from "../fixture.ts";

export const CPU: Metric = { ...TIME, title: "processor time per wait" };

export type Costs = Readonly<Record<string, readonly number[]>>;

const TITLES: Readonly<Record<string, string>> = {
  poll: "pollux poll",
  epoll: "pollux epoll",
  "c-poll": "C poll",
  "c-epoll": "C epoll",
  "c-poll-mt": "C poll (2 threads)",
  "c-epoll-mt": "C epoll (2 threads)",
  node: "node:net",
};

/** A run with these medians; each other contender is sampled in the reverse order, so that ratios scatter. */
export function run(
  costs: Costs,
  more: Partial<ScenarioResult> = {},
  spread = 0.01,
): ScenarioResult {
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

/** The run, with other samples of one contender at one value: these shares of the median. */
export function scattered(
  result: ScenarioResult,
  contender: string,
  value: number,
  shares: readonly number[],
): ScenarioResult {
  const cells = result.cells.map((cell) => {
    if (cell.contender !== contender || cell.value !== value) return cell;
    const median = Number(cell.samples[2]!["cpu"]);
    return { ...cell, samples: shares.map((share) => ({ cpu: median * share })) };
  });
  return { ...result, cells };
}

export function told(result: ScenarioResult, focus?: Focus, metric: Metric = CPU): string {
  const { text } = headlineOf(result, metric, focus);
  expect(wordsIn(text)).toBeLessThanOrEqual(MAX_WORDS);
  return text;
}

export const PAIRS = [
  { contender: "poll", versus: "epoll" },
  { contender: "c-poll", versus: "c-epoll" },
];
export const BASELINE = { poll: "c-poll", epoll: "c-epoll" };
export const linear = VALUES.map((x) => 30 * x);
export const flat = VALUES.map(() => 700);
export const half = (costs: readonly number[]): number[] => costs.map((cost) => cost / 2);
