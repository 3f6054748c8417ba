import type { Metric, SweepValue } from "../contract.ts";
import { type ScenarioResult, cellOf, ratioBetween, summaryOf } from "../results.ts";
import { growth } from "../statistics.ts";
import { formatQuantity, formatRatio, listOf } from "./format.ts";

interface Line {
  readonly name: string;
  readonly title: string;
  readonly points: readonly (readonly [x: SweepValue, y: number])[];
}

// Exponents: what is below stays about the same, what is above grows in step.
const FLAT = 0.2;
const LINEAR = 0.75;
// Nearer to each other than 10 % they are not ahead of each other.
const CLEAR = 0.1;

/** What a chart shows, in sentences that are made from its numbers. */
export function findingOf(result: ScenarioResult, metric: Metric): string {
  const lines = result.contenders
    .map(({ name, title }) => ({ name, title, points: pointsOf(result, metric, name) }))
    .filter(({ points }) => points.length > 0);
  if (lines.length === 0) return "Nothing was measured.";
  const sentences = [
    extremes(result, metric, lines),
    ...(metric.better === "lower" ? [growths(result, lines), crossover(result, lines)] : []),
    besideBaseline(result, metric, lines),
  ].filter((sentence) => sentence !== undefined);
  return sentences.length > 0 ? sentences.join(" ") : overall(metric, lines);
}

/** Best and worst of all cells, where there is neither an order nor a baseline. */
function overall(metric: Metric, lines: readonly Line[]): string {
  const cells = lines
    .flatMap(({ title, points }) => points.map(([x, y]) => ({ title, x, y })))
    .sort((a, b) => (metric.better === "lower" ? a.y - b.y : b.y - a.y));
  const told = [cells[0], cells.at(-1)].map((cell) =>
    cell ? `${cell.title} with ${String(cell.x)} (${formatQuantity(cell.y, metric.unit)})` : "",
  );
  const [best, worst] = metric.better === "lower" ? ["Lowest", "highest"] : ["Highest", "lowest"];
  return `${best} ${metric.title}: ${told[0]!}; ${worst}: ${told[1]!}.`;
}

function pointsOf(result: ScenarioResult, metric: Metric, contender: string): Line["points"] {
  return result.sweep.values.flatMap((value) => {
    const summary = summaryOf(cellOf(result, contender, value), metric.name);
    return summary ? [[value, summary.median] as const] : [];
  });
}

/** Who is best and worst at the end of the sweep. */
function extremes(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
): string | undefined {
  const last = result.sweep.values.filter((value) => lines.some((line) => at(line, value))).at(-1);
  if (typeof last !== "number" || lines.length < 2) return undefined;
  const there = lines
    .flatMap((line) => {
      const y = at(line, last);
      return y === undefined ? [] : [{ title: line.title, y }];
    })
    .sort((a, b) => (metric.better === "lower" ? a.y - b.y : b.y - a.y));
  const [best, worst] = [there[0], there.at(-1)];
  if (!best || !worst || best === worst) return undefined;
  const most = metric.better === "lower" ? "lowest" : "highest";
  const factor = metric.better === "lower" ? worst.y / best.y : best.y / worst.y;
  return (
    `At ${last.toLocaleString("en-US")} ${result.sweep.name}, ${best.title} has the ${most} ${metric.title} ` +
    `(${formatQuantity(best.y, metric.unit)}), ${formatRatio(factor)} times as good as ` +
    `${worst.title} (${formatQuantity(worst.y, metric.unit)}).`
  );
}

function growths(result: ScenarioResult, lines: readonly Line[]): string | undefined {
  const exponents = lines.map((line) => {
    const numeric = line.points.filter((point): point is [number, number] => {
      return typeof point[0] === "number";
    });
    // What a call costs at all hides how it grows: the upper half shows it.
    return { title: line.title, exponent: growth(numeric.slice(Math.floor(numeric.length / 2))) };
  });
  const titles = (fits: (exponent: number) => boolean): string[] =>
    exponents
      .filter(({ exponent }) => exponent !== undefined && fits(exponent))
      .map(({ title }) => title);
  const linear = titles((exponent) => exponent >= LINEAR);
  const flat = titles((exponent) => Math.abs(exponent) <= FLAT);
  if (linear.length === 0 || result.sweep.values.length < 4) return undefined;
  const who = linear.length === exponents.length ? "All" : listOf(linear);
  const grow = `${who} ${linear.length === 1 ? "grows" : "grow"} in step with the number of ${result.sweep.name}`;
  if (flat.length === 0) return `${grow}.`;
  return `${grow}; ${listOf(flat)} ${flat.length === 1 ? "stays" : "stay"} about the same.`;
}

/** Where the one that is best at the beginning is overtaken by the one that is best at the end. */
function crossover(result: ScenarioResult, all: readonly Line[]): string | undefined {
  const baselines = Object.values(result.baseline);
  const own = all.filter(({ name }) => !baselines.includes(name) && !/^c(-|$)/.test(name));
  const numeric = result.sweep.values.filter((value) => typeof value === "number");
  const bestAt = (value: number | undefined): Line | undefined =>
    value === undefined
      ? undefined
      : own
          .filter((line) => at(line, value) !== undefined)
          .sort((a, b) => at(a, value)! - at(b, value)!)[0];
  const [first, last] = [bestAt(numeric[0]), bestAt(numeric.at(-1))];
  if (!first || !last || first === last) return undefined;
  const ends = [numeric[0], numeric.at(-1)].map((x) => Math.abs(gap(first, last, x ?? 0) ?? 0));
  if (Math.min(...ends) < CLEAR) return undefined;
  for (const [index, right] of numeric.entries()) {
    const left = numeric[index - 1];
    const now = gap(first, last, right);
    const before = left === undefined ? undefined : gap(first, last, left);
    if (left === undefined || before === undefined || now === undefined) continue;
    if (before >= 0 || now < 0) continue;
    const share = before / (before - now);
    const x = left > 0 ? left * (right / left) ** share : left + (right - left) * share;
    return `${first.title} is ahead of ${last.title} below about ${Number(x.toPrecision(2)).toLocaleString("en-US")} ${result.sweep.name}.`;
  }
  return undefined;
}

/** Below 0 where `one` is better. */
function gap(one: Line, other: Line, x: number): number | undefined {
  const [a, b] = [at(one, x), at(other, x)];
  return a === undefined || b === undefined ? undefined : Math.log(a / b);
}

function besideBaseline(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
): string | undefined {
  const parts = lines
    .filter(({ name }) => result.baseline[name] !== undefined && !name.startsWith("c-"))
    .flatMap(({ name, title, points }) => {
      const ratios = points.flatMap(([value]) => {
        const base = result.baseline[name]!;
        return ratioBetween(result, metric, value, name, base)?.median ?? [];
      });
      if (ratios.length === 0) return [];
      const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map(formatRatio);
      return low === high ? `${title} ${low!}` : `${title} ${low!} to ${high!}`;
    });
  return parts.length === 0 ? undefined : `With the baseline in C as 1.00: ${listOf(parts)}.`;
}

function at(line: Line, value: SweepValue): number | undefined {
  return line.points.find(([x]) => x === value)?.[1];
}
