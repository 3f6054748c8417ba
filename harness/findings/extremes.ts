import type { Metric, SweepValue } from "../scenario/scenario.ts";
import type { ScenarioResult } from "../results/results.ts";
import type { Summary } from "../statistics/summary.ts";
import { formatQuantity, formatRatio, listOf } from "../wording/format.ts";
import { type Line, at, atValues, capitalized, comparisonOf } from "./lines.ts";

// Of so few names each one is told, of more the last one, as of numbers.
const FEW_NAMES = 3;

interface Standing {
  readonly name: string;
  readonly title: string;
  readonly summary: Summary;
}

/** Who is best and worst: at the end of the sweep, or at each of a few names. */
export function extremes(result: ScenarioResult, metric: Metric, lines: readonly Line[]): string[] {
  const values = result.sweep.values.filter(
    (value) => lines.filter((line) => at(line, value)).length >= 2,
  );
  const named = values.every((value) => typeof value === "string");
  if (named && values.length > FEW_NAMES && lines.some(({ name }) => name in result.baseline)) {
    return []; // what is said of the baselines is about all of them
  }
  const told = named && values.length <= FEW_NAMES ? values : values.slice(-1);
  return told.map((value) => extremesAt(result, metric, lines, value));
}

function extremesAt(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
  value: SweepValue,
): string {
  const there = standings(metric, lines, value);
  const [best, last] = [there[0]!, there.at(-1)!];
  const ratioTo = ({ name }: Standing) => comparisonOf(result, metric, value, best.name, name);
  const isBehind = (one: Standing): boolean =>
    one !== best && (ratioTo(one)?.order === 1 || areApart(best.summary, one.summary));
  const worst = there.filter(isBehind).at(-1);
  const where = capitalized(atValues(result, [value]));
  if (!worst) {
    const span = `${quantity(best, metric)} to ${quantity(last, metric)}`;
    return `${where}, there is no difference beyond the spread in ${metric.title} (${span}).`;
  }
  const first = there.filter((one) => !isBehind(one));
  const factor = ratioTo(worst)?.ratio.median;
  // Nothing is so many times as good as 0.
  const ahead = factor === undefined ? "ahead of" : `${formatRatio(factor)} times as good as`;
  return `${where}, ${firstOnes(first, metric)}, ${ahead} ${worst.title} (${quantity(worst, metric)}).`;
}

function firstOnes(first: readonly Standing[], metric: Metric): string {
  const most = `the ${metric.better === "lower" ? "lowest" : "highest"} ${metric.title}`;
  const titles = listOf(first.map(({ title }) => title));
  const [one] = first;
  if (one && first.length === 1) return `${titles} has ${most} (${quantity(one, metric)})`;
  const span = [first[0]!, first.at(-1)!].map((each) => quantity(each, metric)).join(" to ");
  return `${titles} have ${most} (${span}, no difference beyond the spread)`;
}

function areApart(one: Summary, other: Summary): boolean {
  // Where one is 0 there is no ratio.
  return (
    (one.median === 0) !== (other.median === 0) &&
    (one.most < other.least || other.most < one.least)
  );
}

function standings(metric: Metric, lines: readonly Line[], value: SweepValue): Standing[] {
  const sign = metric.better === "lower" ? 1 : -1;
  return lines
    .flatMap((line) => {
      const summary = at(line, value);
      return summary ? [{ name: line.name, title: line.title, summary }] : [];
    })
    .sort((a, b) => sign * (a.summary.median - b.summary.median));
}

function quantity({ summary }: Standing, metric: Metric): string {
  return formatQuantity(summary.median, metric.unit);
}
