import { type ScenarioResult, soundCellOf, summaryOf, titleOf } from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { formatQuantity, listOf } from "../wording/format.ts";
import { costOf } from "../wording/sweep.ts";
import { comparisonsOf, fromTo, numbersOf, rangeOf } from "./comparisons.ts";
import type { Finding } from "./finding.ts";
import type { Line } from "./lines.ts";

/** The cost of each contender beside its baseline. */
export function besideBaseline(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
): Finding | undefined {
  const groups = new Map<string, Beside[]>();
  const numbers: string[] = [];
  for (const { name, title } of lines) {
    const base = result.baseline[name];
    if (base === undefined || name.startsWith("c-")) continue;
    const points = comparisonsOf(result, metric, name, base);
    if (points.length === 0) continue;
    const isTie = points.every(({ order }) => order === "tie");
    const ratio = isTie ? undefined : rangeOf(points);
    const extra = isTie ? "" : extraCost(result, metric, name, base);
    groups.set(base, [...(groups.get(base) ?? []), { title, ratio, extra }]);
    numbers.push(numbersOf(result, metric, name, base));
  }
  if (groups.size === 0) return undefined;
  const told = [...groups].map(([base, group]) => groupText(titleOf(result, base), group));
  return { sentence: `${costOf(metric)}: ${told.join("; ")}.`, numbers };
}

/** A contender beside its baseline. */
interface Beside {
  readonly title: string;
  /** "1.02× to 1.05×"; `undefined` for a tie. */
  readonly ratio: string | undefined;
  /** How much more each call costs, or nothing. */
  readonly extra: string;
}

/** "pollux epoll 1.02× to 1.05× C epoll"; of several, "with C epoll as 1.00×, …". */
function groupText(base: string, group: readonly Beside[]): string {
  const [first] = group;
  if (first && group.length === 1) {
    const { title, ratio, extra } = first;
    return ratio === undefined ? `${title} ties with ${base}` : `${title} ${ratio} ${base}${extra}`;
  }
  const parts = group.map(({ title, ratio, extra }) => `${title} ${ratio ?? "a tie"}${extra}`);
  return `with ${base} as 1.00×, ${listOf(parts)}`;
}

/** For calls by name: how much more each costs than its baseline. */
function extraCost(result: ScenarioResult, metric: Metric, name: string, base: string): string {
  const { values } = result.sweep;
  if (metric.better === "higher" || values.some((value) => typeof value === "number")) return "";
  const extra = values.flatMap((value) => {
    const [own, other] = [name, base].map((contender) =>
      summaryOf(soundCellOf(result, contender, value), metric.name),
    );
    return own && other ? [own.median - other.median] : [];
  });
  if (extra.length === 0 || Math.min(...extra) <= 0) return "";
  return ` (${fromTo(extra, (value) => formatQuantity(value, metric.unit))} more)`;
}
