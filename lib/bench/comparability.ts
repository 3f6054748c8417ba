import { LEAST_SAMPLES } from "./compare.ts";
import type { Machine } from "./machine.ts";
import type { Results, ScenarioResult } from "./results.ts";

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
