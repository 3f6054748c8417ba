import type { Machine } from "../machine/machine.ts";
import { quantile } from "../statistics/summary.ts";
import { formatRatio } from "../wording/format.ts";
import { type Difference, MIN_SAMPLES, compare } from "./compare.ts";
import type { Results, ScenarioResult } from "./results.ts";

// What changes the numbers of one and the same program. Memory and load average hardly do.
const MACHINE: readonly (readonly [keyof Machine, string])[] = [
  ["cpu", "processor"],
  ["architecture", "architecture"],
  ["cores", "number of processors"],
  ["system", "kernel"],
  ["node", "version of Node.js"],
];

/**
 * The reasons why two runs may differ although the measured programs do not: another machine, another
 * method. One sentence each; none if the runs can be compared.
 */
export function doubtsOf(before: Results, now: Results): string[] {
  const machine = MACHINE.flatMap(([key, title]) =>
    changed(`different ${title}`, String(before.machine[key]), String(now.machine[key])),
  );
  return [
    ...baselinesMoved(before, now),
    ...machine,
    ...changed("different pinning", pinning(before), pinning(now)),
    ...changed("only one run with --quick", kind(before), kind(now)),
    ...changed("different number of samples", before.options.rounds, now.options.rounds),
    ...changed("different length of samples", lengthOf(before), lengthOf(now)),
    ...tooFew(before, now),
    ...(before.complete ? [] : ["the earlier run was interrupted"]),
    ...(now.complete ? [] : ["this run was interrupted"]),
    ...now.scenarios.flatMap((result) => {
      const old = before.scenarios.find(({ name }) => name === result.name);
      return old ? asksDifferently(old, result) : [];
    }),
  ];
}

// No change of ours can make C faster or slower. If this share of C's cells has changed, the machine has.
const MAX_MOVED = 0.25;

function baselinesMoved(before: Results, now: Results): string[] {
  const judged = compare(before, now).filter(
    (difference) =>
      difference.verdict !== "starved" &&
      difference.verdict !== "unlike" &&
      isBaseline(now, difference),
  );
  const moved = judged.filter(({ verdict }) => verdict !== "within noise");
  if (moved.length === 0 || moved.length < MAX_MOVED * judged.length) return [];
  const ratio = formatRatio(
    quantile(
      judged.map((difference) => difference.ratio),
      0.5,
    ),
  );
  const where = `${String(moved.length)} of ${String(judged.length)} cells`;
  return [
    `the machine has changed: C itself costs ${ratio} as much as in the earlier run, and differs in ${where}`,
  ];
}

/** Whether it is the first metric, which is the one that is charted, of a C program that others are compared with. */
function isBaseline(run: Results, { scenario, contender, metric }: Difference): boolean {
  const result = run.scenarios.find(({ name }) => name === scenario);
  const isComparedWith = Object.values(result?.baseline ?? {}).includes(contender);
  const isFirst = result?.metrics[0]?.name === metric.name;
  return isComparedWith && isFirst && contender.startsWith("c-");
}

function changed(what: string, before: string | number, now: string | number): string[] {
  return before === now ? [] : [`${what}: ${String(before)} then, ${String(now)} now`];
}

function tooFew(before: Results, now: Results): string[] {
  const min = Math.min(before.options.rounds, now.options.rounds);
  if (min >= MIN_SAMPLES) return [];
  return [`too few samples to tell a change: ${String(min)}, not ${String(MIN_SAMPLES)}`];
}

function pinning({ machine: { pinned } }: Results): string {
  return pinned.length === 0 ? "none" : `on ${pinned.join(" and ")}`;
}

function kind({ options }: Results): string {
  return options.quick ? "quick" : "full";
}

function lengthOf({ options }: Results): string {
  return `${String(options.sampleMs)} ms`;
}

function asksDifferently(old: ScenarioResult, result: ScenarioResult): string[] {
  const units = result.metrics.flatMap(({ name, unit }) => {
    const before = old.metrics.find((metric) => metric.name === name);
    return before ? changed(`different unit of ${name} in ${result.name}`, before.unit, unit) : [];
  });
  const isSame = old.question === result.question && old.method === result.method;
  return isSame
    ? units
    : [...units, `the description of ${result.name} has changed: it may measure something else`];
}
