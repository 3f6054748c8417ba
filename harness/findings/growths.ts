import { MIN_SAMPLES } from "../results/compare.ts";
import { type ScenarioResult, likeCosts } from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { growth, slope } from "../statistics/growth.ts";
import { type Summary, spreadOf, summarize } from "../statistics/summary.ts";
import {
  capitalized,
  formatSpread,
  formatQuantity,
  formatValue,
  listOf,
} from "../wording/format.ts";
import { nounOf, singularOf } from "../wording/sweep.ts";
import type { Finding } from "./finding.ts";
import { type Line, at } from "./lines.ts";

// Exponents: from -FLAT to FLAT is constant, from MIN_LINEAR to MAX_LINEAR is linear.
const FLAT = 0.2;
const MIN_LINEAR = 0.75;
const MAX_LINEAR = 1.35;
// A slope that scatters more says nothing.
const MAX_SPREAD = 0.25;
const MIN_VALUES = 4;

interface Growth {
  readonly title: string;
  readonly exponent: Summary;
  /** How much one more costs. */
  readonly each: Summary;
}

/** What grows in proportion to the sweep, and by how much; and what stays constant. */
export function growths(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
): Finding | undefined {
  const numbers = result.sweep.values
    .filter((value) => typeof value === "number")
    .filter((value) => lines.some((line) => at(line, value)));
  if (metric.better === "higher" || numbers.length < MIN_VALUES) return undefined;
  // At small values the fixed cost of a call hides how it grows: the larger half shows it.
  const first = numbers[Math.floor(numbers.length / 2)]!;
  const all = lines
    .map((line) => growthOf(result, metric, line, first))
    .filter((one) => one !== undefined);
  const linear = all.filter(isLinear);
  const flat = all.filter(({ exponent }) => exponent.min >= -FLAT && exponent.max <= FLAT);
  if (linear.length === 0) return undefined;
  const steps = linear.map(
    ({ title, each }) => `${title} ${formatQuantity(each.median, metric.unit)}`,
  );
  const from = `from ${formatValue(first)} ${nounOf(result)} up, ${metric.title} grows linearly`;
  const grown = `${from}. Each additional ${singularOf(result)} adds: ${listOf(steps)}.`;
  return {
    sentence: flat.length === 0 ? grown : `${grown} ${constantSentence(flat)}`,
    numbers: linear.map(({ title, each }) => {
      const spread = formatSpread(spreadOf(each));
      return `${title}: ${formatQuantity(each.median, metric.unit)} ${spread}`;
    }),
  };
}

function constantSentence(flat: readonly Growth[]): string {
  const titles = listOf(flat.map(({ title }) => title));
  return `${capitalized(titles)} ${flat.length === 1 ? "stays" : "stay"} constant.`;
}

/** Whether all samples say so, not only their median. */
function isLinear({ exponent, each }: Growth): boolean {
  const isInStep = exponent.min >= MIN_LINEAR && exponent.max <= MAX_LINEAR;
  return isInStep && spreadOf(each) <= MAX_SPREAD;
}

/** A fit for each sample: the first one at each value, the second one, and so on. They were measured close to each other. */
function growthOf(
  result: ScenarioResult,
  metric: Metric,
  { name, title, points }: Line,
  first: number,
): Growth | undefined {
  const xs = points
    .map(([x]) => x)
    .filter((x) => typeof x === "number")
    .filter((x) => x >= first);
  if (xs.length < 2) return undefined;
  const columns = likeCosts(result, metric, name, xs);
  if (!columns) return undefined;
  const rounds = Math.min(...columns.map((column) => column.length));
  const fits = Array.from({ length: rounds }, (_, round) => {
    const own = xs.map((x, index) => [x, columns[index]![round]!] as const);
    return { exponent: growth(own), each: slope(own) };
  });
  const exponents = fits.map(({ exponent }) => exponent).filter((one) => one !== undefined);
  const slopes = fits.map(({ each }) => each).filter((one) => one !== undefined);
  if (exponents.length < MIN_SAMPLES || slopes.length === 0) return undefined;
  return { title, exponent: summarize(exponents), each: summarize(slopes) };
}
