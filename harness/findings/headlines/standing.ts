import type { ScenarioResult } from "../../results/results.ts";
import type { Metric } from "../../scenario/scenario.ts";
import { formatRound, ratioOver, twoDigits } from "../../wording/coarse.ts";
import { capitalized, formatQuantity, listOf } from "../../wording/format.ts";
import { atValues } from "../../wording/sweep.ts";
import { verbsOf } from "../../wording/verbs.ts";
import { comparisonOf } from "../comparisons.ts";
import { type Line, at as pointAt, linesOf } from "../lines.ts";
import type { Draft, Focus } from "./headline.ts";

const MAX_NAMES = 2;
// Who leads by less may follow in another run.
const MIN_LEAD = 1.2;

// Ties of samples that scatter more say only that none is ahead.
const MAX_SAME = 1.25;

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
  const ranked = lines
    .filter((line) => pointAt(line, value))
    .sort((a, b) => sign * (medianOf(a) - medianOf(b)));
  const [best] = ranked;
  if (!best || ranked.length < 2) return undefined;
  const beside = (line: Line) => comparisonOf(result, metric, value, line.name, best.name);
  const isBehind = (line: Line): boolean =>
    line !== best && (beside(line)?.order === "behind" || isApart(line, best));
  const isApart = (one: Line, other: Line): boolean => {
    const [a, b] = [pointAt(one, value), pointAt(other, value)];
    return a !== undefined && b !== undefined && b.median === 0 && a.min > b.max;
  };
  const first = ranked.filter((line) => !isBehind(line));
  const worst = ranked.filter(isBehind).at(-1);
  const verbs = verbsOf(metric);
  const where = `${atValues(result, [value])}, `;
  const names = namesOf(first);
  if (!worst) {
    const ratios = first.flatMap((line) => (line === best ? [] : (beside(line)?.ratio ?? [])));
    if (ratios.length === 0 || ratios.some(({ high }) => high > MAX_SAME)) {
      return { candidates: [`${where}no contender is clearly ahead`] };
    }
    const all = first.length > MAX_NAMES ? `all ${String(first.length)} contenders` : names;
    return { candidates: [`${where}${all} ${verbs.areSame}`, `${all} ${verbs.areSame}`] };
  }
  const ratio = beside(worst)?.ratio.low;
  const over = ratio === undefined ? undefined : ratioOver(ratio);
  const last =
    over === undefined
      ? `${worst.title} ${verbs.isWorst}`
      : `${worst.title} ${verbs.takes} over ${formatRound(over)} ${verbs.asMuch}`;
  const short = last.replace(` ${verbs.asMuch}`, "");
  const second = ranked[1]!;
  const isClear = first.length === 1 && (beside(second)?.ratio.low ?? 0) >= MIN_LEAD;
  const leader = isClear ? `${names} ${verbs.isBest}; ` : "";
  const beyond = isClear || over === undefined ? "" : " as the best";
  const quantity = (line: Line): string => {
    return `${line.title} ${formatQuantity(twoDigits(medianOf(line)), metric.unit)}`;
  };
  return {
    candidates: [last + beyond, last, short].map((end) => `${where}${leader}${end}`).concat(short),
    nuance: `${capitalized(metric.title)}: ${quantity(best)}, ${quantity(worst)}.`,
  };
}

/** At most two names, then how many more. */
function namesOf(lines: readonly Line[]): string {
  const titles = lines.map(({ title }) => title);
  if (titles.length <= MAX_NAMES) return listOf(titles);
  return `${titles[0]!} and ${String(titles.length - 1)} others`;
}
