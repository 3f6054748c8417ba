import type { Metric } from "../scenario/scenario.ts";
import { type ScenarioResult, cellOf, valuesOf } from "../results/results.ts";
import { type Summary, growth, slope, spreadOf, summarize } from "../statistics/summary.ts";
import { formatQuantity, formatValue, listOf } from "../wording/format.ts";
import { type Line, at, capitalized, nounOf } from "./lines.ts";

// Exponents: what is below stays about the same, what is above grows in step.
const FLAT = 0.2;
const LINEAR = 0.75;
const MORE_THAN_LINEAR = 1.35;
// What scatters more is no fit.
const MOST_SPREAD = 0.25;
const LEAST_VALUES = 4;

interface Growth {
  readonly title: string;
  readonly exponent: Summary;
  /** How much more each further one costs. */
  readonly each: Summary;
}

/** What grows in step with the sweep, by how much, and what does not. */
export function growths(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
): string | undefined {
  const numbers = result.sweep.values
    .filter((value) => typeof value === "number")
    .filter((value) => lines.some((line) => at(line, value)));
  if (metric.better === "higher" || numbers.length < LEAST_VALUES) return undefined;
  // What a call costs at all hides how it grows: the larger half shows it.
  const first = numbers[Math.floor(numbers.length / 2)]!;
  const all = lines
    .map((line) => growthOf(result, metric, line, first))
    .filter((one) => one !== undefined);
  const linear = all.filter(isLinear);
  const flat = all.filter(({ exponent }) => exponent.least >= -FLAT && exponent.most <= FLAT);
  if (linear.length === 0) return undefined;
  const steps = linear.map(({ title, each }) => {
    const median = formatQuantity(each.median, metric.unit);
    return `${title} ${median} (±${(spreadOf(each) * 100).toFixed(1)} %)`;
  });
  const grown = `From ${formatValue(first)} ${nounOf(result)} up, ${metric.title} grows linearly; each further one costs: ${listOf(steps)}.`;
  if (flat.length === 0) return grown;
  const titles = listOf(flat.map(({ title }) => title));
  return `${grown} ${capitalized(titles)} ${flat.length === 1 ? "stays" : "stay"} about the same.`;
}

// All samples say so, not only their median.
function isLinear({ exponent, each }: Growth): boolean {
  const inStep = exponent.least >= LINEAR && exponent.most <= MORE_THAN_LINEAR;
  return inStep && spreadOf(each) <= MOST_SPREAD;
}

/** A fit for each round of samples, which were measured one after the other. */
function growthOf(
  result: ScenarioResult,
  metric: Metric,
  { name, title, points }: Line,
  first: number,
) {
  const xs = points
    .map(([x]) => x)
    .filter((x) => typeof x === "number")
    .filter((x) => x >= first);
  if (xs.length < 2) return undefined;
  const columns = xs.map((x) => valuesOf(cellOf(result, name, x), metric.name));
  const rounds = Math.min(...columns.map((column) => column.length));
  const fits = Array.from({ length: rounds }, (_, round) => {
    const own = xs.map((x, index) => [x, columns[index]![round]!] as const);
    return { exponent: growth(own), each: slope(own) };
  });
  const exponents = fits.map(({ exponent }) => exponent).filter((one) => one !== undefined);
  const slopes = fits.map(({ each }) => each).filter((one) => one !== undefined);
  if (exponents.length === 0 || slopes.length === 0) return undefined;
  return { title, exponent: summarize(exponents), each: summarize(slopes) } satisfies Growth;
}
