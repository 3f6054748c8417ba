import type { Metric } from "../scenario/scenario.ts";
import { type ScenarioResult, soundCellOf, summaryOf } from "../results/results.ts";
import { formatQuantity, listOf } from "../wording/format.ts";
import { type Comparison, type Line, comparisonsOf, rangeOf } from "./lines.ts";

/** How near each comes to what it is held against. */
export function besideBaseline(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
): string | undefined {
  const groups = new Map<string, string[]>();
  for (const { name, title } of lines) {
    const base = result.baseline[name];
    if (base === undefined || name.startsWith("c-")) continue;
    const points = comparisonsOf(result, metric, name, base);
    if (points.length === 0) continue;
    const remarks = [costs(result, metric, name, base), remarkOf(points)].filter(
      (remark) => remark !== "",
    );
    const told = remarks.length === 0 ? "" : ` (${remarks.join("; ")})`;
    const part = `${title} ${rangeOf(points.map(({ ratio }) => ratio.median))}${told}`;
    groups.set(base, [...(groups.get(base) ?? []), part]);
  }
  if (groups.size === 0) return undefined;
  const told = [...groups].map(([base, parts], index) => {
    const title = result.contenders.find(({ name }) => name === base)?.title ?? base;
    return `${index === 0 ? "With" : "with"} ${title} as 1.00: ${listOf(parts)}`;
  });
  return `${told.join("; ")}.`;
}

function remarkOf(points: readonly Comparison[]): string {
  const level = points.filter(({ order }) => order === 0).length;
  if (level === 0) return "";
  const where = level === points.length ? "" : ` at ${String(level)} of ${String(points.length)}`;
  return `no difference beyond the spread${where}`;
}

/** Of calls by name: what each costs more than the baseline's. */
function costs(result: ScenarioResult, metric: Metric, name: string, base: string): string {
  const { values } = result.sweep;
  if (metric.better === "higher" || values.some((value) => typeof value === "number")) return "";
  const more = values.flatMap((value) => {
    const [own, other] = [name, base].map((contender) =>
      summaryOf(soundCellOf(result, contender, value), metric.name),
    );
    return own && other ? [own.median - other.median] : [];
  });
  if (more.length === 0 || Math.min(...more) <= 0) return "";
  return `${rangeOf(more, (value) => formatQuantity(value, metric.unit))} more`;
}
