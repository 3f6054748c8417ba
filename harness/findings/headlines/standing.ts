import type { ScenarioResult } from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import type { Summary } from "../../statistics/summary.ts";
import { formatRound, ratioOver } from "../../wording/coarse.ts";
import { capitalized, formatQuantity, listOf } from "../../wording/format.ts";
import { atValues } from "../../wording/sweep.ts";
import { NOT_TOLD, verbsOf } from "../../wording/verbs.ts";
import { type Order, areClose, areComparable, comparisonOf } from "../comparisons.ts";
import { type Line, at as pointAt, linesOf } from "../lines.ts";
import type { Draft, Focus } from "./headline.ts";

const MAX_NAMES = 2;
// Who leads by less may follow in another run.
const MIN_LEAD = 1.2;
// Who is ahead by a smaller share of what the worst one costs is not seen to be ahead on a chart.
const MIN_SEEN = 0.03;
// How many times more than this depends on the least cost: of the smallest numbers, noise is the largest part.
const MAX_OVER = 10;

/** The best and the worst contender at one value of the sweep: the last one, unless the focus names it. */
export function standingHeadline(
  result: ScenarioResult,
  metric: Metric,
  { at }: Focus,
): Draft | undefined {
  const lines = linesOf(result, metric);
  const value =
    at ??
    result.sweep.values.filter((x) => lines.filter((line) => pointAt(line, x)).length >= 2).at(-1);
  if (value === undefined) return undefined;
  const sign = metric.better === "lower" ? 1 : -1;
  const medianOf = (line: Line): number => pointAt(line, value)?.median ?? 0;
  const all = lines
    .filter((line) => pointAt(line, value))
    .sort((a, b) => sign * (medianOf(a) - medianOf(b)));
  const ranked = comparableOf(result, value, all);
  const [best] = ranked;
  if (!best || ranked.length < 2) return undefined;
  const apart = all.filter((line) => !ranked.includes(line));
  const beside = (line: Line) => comparisonOf(result, metric, value, line.name, best.name);
  const isBehind = (line: Line): boolean =>
    line !== best && (beside(line)?.order ?? orderApart(line)) === "behind";
  // Beside a 0 there is no ratio.
  const orderApart = (line: Line): Order => {
    const [own, other] = [pointAt(line, value), pointAt(best, value)];
    return own && other && (sign > 0 ? own.min > other.max : own.max < other.min)
      ? "behind"
      : "tie";
  };
  const first = ranked.filter((line) => !isBehind(line));
  const worst = ranked.filter(isBehind).at(-1);
  const verbs = verbsOf(metric);
  const where = `${atValues(result, [value])}, `;
  const names = namesOf(first);
  const ratio = worst && beside(worst)?.ratio.low;
  const reached = ratio === undefined ? undefined : ratioOver(ratio);
  // Who is worst among several may be another one in the next run.
  const isNamed = ranked.every((line) => {
    const lead =
      worst && line !== worst && comparisonOf(result, metric, value, worst.name, line.name);
    return !lead || lead.ratio.low >= MIN_LEAD;
  });
  const isFar = reached !== undefined && reached >= MAX_OVER;
  if (!worst || !(isNamed || isFar)) {
    const ties = ranked.flatMap((line) => beside(line) ?? []);
    const are = areClose(ties) ? verbs.areSame : NOT_TOLD;
    const all = apart.length > 0 ? "" : are === NOT_TOLD ? "the " : "all ";
    const many = `${all}${String(ranked.length)} contenders`;
    const whom = ranked.length > MAX_NAMES ? many : namesOf(ranked);
    return {
      candidates: [`${where}${whom} ${are}`, `${whom} ${are}`],
      ...(apart.length > 0 && { nuance: apartText(apart) }),
    };
  }
  const over = isFar ? MAX_OVER : reached;
  const isOneOfTwo = all.length === 2 && over === undefined;
  const isLast = worst === all.at(-1) && !isOneOfTwo;
  const dear = isLast ? verbs.isWorst : `${verbs.isMore} than ${best.title}`;
  const last =
    over === undefined
      ? `${worst.title} ${dear}${ratio === undefined ? boundOf(pointAt(worst, value), metric) : ""}`
      : `${isNamed ? worst.title : "the worst"} ${verbs.takes} over ${formatRound(over)} ${verbs.asMuch}`;
  const short = last.replace(` ${verbs.asMuch}`, "");
  const second = ranked[1]!;
  // Who is not compared may be better.
  const isFirst = best === all[0];
  const isAhead = isFirst && first.length === 1 && (beside(second)?.ratio.low ?? 0) >= MIN_LEAD;
  const gap = Math.abs(medianOf(second) - medianOf(best));
  const isClear = isAhead && gap >= MIN_SEEN * Math.max(medianOf(worst), medianOf(best));
  const leader = isClear && !isOneOfTwo ? `${names} ${verbs.isBest}; ` : "";
  const whose = isFirst ? "the best" : best.title;
  const beyond = isClear || over === undefined ? "" : ` as ${whose}`;
  const quantity = (line: Line): string => {
    return `${line.title} ${formatQuantity(medianOf(line), metric.unit, 2)}`;
  };
  return {
    candidates: [last + beyond, last, short].map((end) => `${where}${leader}${end}`).concat(short),
    nuance: `${capitalized(metric.title)}: ${quantity(best)}, ${quantity(worst)}.${apart.length > 0 ? ` ${apartText(apart)}` : ""}`,
  };
}

/** ": over 50 KiB", where there is no ratio, because the best one costs nothing. */
function boundOf(summary: Summary | undefined, { unit, better }: Metric): string {
  // Nine in ten samples are above it.
  const low = summary?.low ?? 0;
  const kib = unit === "bytes" && low >= 1024 ? 1024 : 1;
  const over = better === "lower" ? ratioOver(low / kib) : undefined;
  return over === undefined ? "" : `: over ${formatQuantity(over * kib, unit)}`;
}

/** The best of those that can be compared with most others, and those that can be compared with it; the best first. */
function comparableOf(result: ScenarioResult, value: SweepValue, all: readonly Line[]): Line[] {
  const withOne = (one: Line, lines: readonly Line[]): Line[] =>
    lines.filter((line) => line === one || areComparable(result, value, line.name, one.name));
  const groups = all.map((one) => withOne(one, all));
  const largest = Math.max(0, ...groups.map(({ length }) => length));
  const group = groups.find(({ length }) => length === largest) ?? [];
  return group[0] ? withOne(group[0], group) : [];
}

function apartText(lines: readonly Line[]): string {
  const { length } = lines;
  const names = listOf(lines.map(({ title }) => title));
  const whom = length > MAX_NAMES ? `${String(length)} contenders` : names;
  return `Not compared, in another regime: ${whom}.`;
}

/** At most two names, then how many more. */
function namesOf(lines: readonly Line[]): string {
  const titles = lines.map(({ title }) => title);
  if (titles.length <= MAX_NAMES) return listOf(titles);
  return `${titles[0]!} and ${String(titles.length - 1)} others`;
}
