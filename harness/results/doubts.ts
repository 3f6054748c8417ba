import { type Difference, LEAST_SAMPLES, compare } from "./compare.ts";
import type { Machine } from "../machine/machine.ts";
import { formatRatio } from "../wording/format.ts";
import type { Results, ScenarioResult } from "./results.ts";
import { quantile } from "../statistics/summary.ts";

// What makes numbers differ although the program is the same. Memory and load average do so least.
const MACHINE: readonly (readonly [keyof Machine, string])[] = [
  ["cpu", "processor"],
  ["architecture", "architecture"],
  ["cores", "number of processors"],
  ["system", "kernel"],
  ["node", "Node.js"],
];

/**
 * Why two runs may differ for other reasons than what was measured: another machine, another method.
 * One sentence each, none when they can be compared.
 */
export function doubtsOf(before: Results, now: Results): string[] {
  const machine = MACHINE.flatMap(([key, title]) =>
    changed(`another ${title}`, String(before.machine[key]), String(now.machine[key])),
  );
  return [
    ...baselinesMoved(before, now),
    ...machine,
    ...changed("pinned differently", pinning(before), pinning(now)),
    ...changed("not both with --quick", kind(before), kind(now)),
    ...changed("another number of samples", before.options.rounds, now.options.rounds),
    ...changed("another length of samples", lengthOf(before), lengthOf(now)),
    ...tooFew(before, now),
    ...(before.complete ? [] : ["the earlier run was cut short"]),
    ...(now.complete ? [] : ["this run was cut short"]),
    ...now.scenarios.flatMap((result) => {
      const old = before.scenarios.find(({ name }) => name === result.name);
      return old ? asksOtherwise(old, result) : [];
    }),
  ];
}

// So many of the cells in C have changed, which no change of ours can do.
const MOST_MOVED = 0.25;

/** What is beside C is compared with itself only where C is as fast as it was. */
function baselinesMoved(before: Results, now: Results): string[] {
  const judged = compare(before, now).filter(
    (difference) => difference.verdict !== "starved" && isBaseline(now, difference),
  );
  const moved = judged.filter(({ verdict }) => verdict !== "within noise");
  if (moved.length === 0 || moved.length < MOST_MOVED * judged.length) return [];
  const factor = formatRatio(
    quantile(
      judged.map(({ ratio }) => ratio),
      0.5,
    ),
  );
  const where = `${String(moved.length)} of ${String(judged.length)} values`;
  return [
    `the machine was not the same: C itself is ${factor} times as good as then, and has changed in ${where}`,
  ];
}

/** The first metric of what others are held against, which is the one that is charted. */
function isBaseline(run: Results, { scenario, contender, metric }: Difference): boolean {
  const result = run.scenarios.find(({ name }) => name === scenario);
  const isHeldAgainst = Object.values(result?.baseline ?? {}).includes(contender);
  const isFirst = result?.metrics[0]?.name === metric.name;
  return isHeldAgainst && isFirst && contender.startsWith("c-");
}

function changed(what: string, before: string | number, now: string | number): string[] {
  return before === now ? [] : [`${what}: ${String(before)} then, ${String(now)} now`];
}

function tooFew(before: Results, now: Results): string[] {
  const least = Math.min(before.options.rounds, now.options.rounds);
  if (least >= LEAST_SAMPLES) return [];
  return [`too few samples to tell a change: ${String(least)}, not ${String(LEAST_SAMPLES)}`];
}

function pinning({ machine: { pinned } }: Results): string {
  return pinned.length === 0 ? "not" : `on ${pinned.join(" and ")}`;
}

function kind({ options }: Results): string {
  return options.quick ? "quick" : "full";
}

function lengthOf({ options }: Results): string {
  return `${String(options.sampleMs)} ms`;
}

function asksOtherwise(old: ScenarioResult, result: ScenarioResult): string[] {
  const units = result.metrics.flatMap(({ name, unit }) => {
    const before = old.metrics.find((metric) => metric.name === name);
    return before ? changed(`another unit of ${name} in ${result.name}`, before.unit, unit) : [];
  });
  const same = old.question === result.question && old.method === result.method;
  return same
    ? units
    : [...units, `${result.name} is described in other words: it may measure something else`];
}
