import { regimeText } from "../results/regimes.ts";
import { type ScenarioResult, cellOf } from "../results/results.ts";
import type { Metric, SweepValue } from "../scenario/scenario.ts";
import { type Summary, spreadOf } from "../statistics/summary.ts";
import { formatQuantity, formatRatio, formatSpread, listOf } from "../wording/format.ts";
import { atValues, costOf } from "../wording/sweep.ts";
import { areComparable, comparisonOf } from "./comparisons.ts";
import type { Finding } from "./finding.ts";
import { type Line, at } from "./lines.ts";

// Up to so many names, each has a sentence; of more names, and of numbers, only the last one.
const FEW_NAMES = 3;

interface Standing {
  readonly name: string;
  readonly title: string;
  readonly summary: Summary;
}

/** The best and the worst contender at the end of the sweep, or at each of a few names. */
export function extremes(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
): Finding[] {
  const values = result.sweep.values.filter(
    (value) => lines.filter((line) => at(line, value)).length >= 2,
  );
  const named = values.every((value) => typeof value === "string");
  if (named && values.length > FEW_NAMES && lines.some(({ name }) => name in result.baseline)) {
    return []; // the finding about baselines is about all of them
  }
  const told = named && values.length <= FEW_NAMES ? values : values.slice(-1);
  return told.map((value) => extremesAt(result, metric, lines, value));
}

function extremesAt(
  result: ScenarioResult,
  metric: Metric,
  lines: readonly Line[],
  value: SweepValue,
): Finding {
  const all = standingsAt(metric, lines, value);
  const best = all[0]!;
  const isUnlike = ({ name }: Standing): boolean =>
    name !== best.name && !areComparable(result, value, name, best.name);
  const unlike = all.filter(isUnlike);
  const standings = all.filter((one) => !isUnlike(one));
  const beside = ({ name }: Standing) => comparisonOf(result, metric, value, name, best.name);
  const isBehind = (one: Standing): boolean => {
    const order = beside(one)?.order;
    if (order !== undefined) return order === "behind";
    return one !== best && areApart(best.summary, one.summary);
  };
  const first = standings.filter((one) => !isBehind(one));
  const worst = standings.filter(isBehind).at(-1);
  const where = atValues(result, [value]);
  const numbers = all.map(({ name, title, summary }) => {
    const cell = cellOf(result, name, value);
    const regimes = cell ? regimeText(cell) : "";
    const told = `${formatSpread(spreadOf(summary))}${regimes === "" ? "" : `, ${regimes}`}`;
    return `${title}: ${formatQuantity(summary.median, metric.unit)} ${told}`;
  });
  const apart = unlike.length === 0 ? "" : `; not compared: ${namesOf(unlike)}, in another regime`;
  if (standings.length === 1) {
    const whom = namesOf([best, ...unlike]);
    return { sentence: `${where}, ${whom} have no regime in common to compare.`, numbers };
  }
  if (!worst) {
    const tied = standings.length === 2 ? namesOf(first) : `all ${String(first.length)} contenders`;
    return { sentence: `${where}, ${tied} tie in ${metric.title}${apart}.`, numbers };
  }
  const ratio = beside(worst)?.ratio.median;
  const last = `${worst.title} is at ${quantity(worst, metric)}${besideBest(metric, best, ratio)}`;
  return { sentence: `${where}, ${firstOnes(first, metric)}; ${last}${apart}.`, numbers };
}

function firstOnes(first: readonly Standing[], metric: Metric): string {
  const what = `the ${metric.better === "lower" ? "lowest" : "highest"} ${metric.title}`;
  const [one] = first;
  if (one && first.length === 1) return `${one.title} has ${what} (${quantity(one, metric)})`;
  return `${namesOf(first)} tie for ${what}`;
}

/** ", 9.00× C epoll"; nothing beside a 0. */
function besideBest(metric: Metric, best: Standing, ratio: number | undefined): string {
  if (ratio === undefined) return "";
  const cost = metric.better === "lower" ? "" : `the ${costOf(metric)} of `;
  return `, ${formatRatio(ratio)} ${cost}${best.title}`;
}

/** Whether all samples of one are below all of the other. It counts beside a 0, where there is no ratio. */
function areApart(one: Summary, other: Summary): boolean {
  return one.max < other.min || other.max < one.min;
}

/** Best first. */
function standingsAt(metric: Metric, lines: readonly Line[], value: SweepValue): Standing[] {
  const sign = metric.better === "lower" ? 1 : -1;
  return lines
    .flatMap((line) => {
      const summary = at(line, value);
      return summary ? [{ name: line.name, title: line.title, summary }] : [];
    })
    .sort((a, b) => sign * (a.summary.median - b.summary.median));
}

function namesOf(standings: readonly Standing[]): string {
  return listOf(standings.map(({ title }) => title));
}

function quantity({ summary }: Standing, metric: Metric): string {
  return formatQuantity(summary.median, metric.unit);
}
