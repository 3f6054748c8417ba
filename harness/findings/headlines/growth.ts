import { MIN_SAMPLES } from "../../results/compare.ts";
import { type ScenarioResult, likeCosts } from "../../results/results.ts";
import type { Metric } from "../../scenario/scenario.ts";
import { costRatio } from "../../statistics/cost_ratio.ts";
import { summarize } from "../../statistics/summary.ts";
import { formatRound, ratioOver } from "../../wording/coarse.ts";
import { formatValue, listOf } from "../../wording/format.ts";
import { atValues, singularOf } from "../../wording/sweep.ts";
import { verbsOf } from "../../wording/verbs.ts";
import { comparisonOf } from "../comparisons.ts";
import { type Line, linesOf } from "../lines.ts";
import type { Draft, Focus } from "./headline.ts";
import { baseOf, contenderIn, familiesOf, familyOf } from "./names.ts";

// From the first to the last value, in all pairs of samples: a cost that grows at least so many times,
const MIN_GROWTH = 5;
// and one that stays as good as constant.
const MAX_FLAT = 2.5;
const MAX_NAMES = 3;
const MIN_VALUES = 3;

type Class = "grows" | "flat" | "unclear";

/** What costs more with each one of the sweep, and what does not. */
export function growthHeadline(
  result: ScenarioResult,
  metric: Metric,
  { each }: Focus,
): Draft | undefined {
  const { values } = result.sweep;
  if (values.length < MIN_VALUES || values.some((value) => typeof value !== "number")) return;
  const classes = classesOf(result, metric);
  const named = (wanted: Class): string[] =>
    [...classes].filter(([, own]) => own === wanted).map(([name]) => name);
  const [growing, flat] = [named("grows"), named("flat")];
  if (growing.length === 0 || growing.length > MAX_NAMES) return undefined;
  if (flat.length === 0 || flat.length > MAX_NAMES) return undefined;
  const verbs = verbsOf(metric);
  const grow = growing.length === 1 ? verbs.growOne : verbs.growMany;
  const does = flat.length === 1 ? "does" : "do";
  const grown = `${listOf(growing)} ${grow} with every ${each ?? singularOf(result)}`;
  return {
    candidates: [`${grown}; ${listOf(flat)} ${does} not`, grown],
    nuance: endOf(result, metric, growing.at(-1)!, flat[0]!),
  };
}

/** "At 10,000 pipes, pollux poll costs over 500× pollux epoll." */
function endOf(
  result: ScenarioResult,
  metric: Metric,
  growing: string,
  flat: string,
): string | undefined {
  const { subject } = familiesOf(result);
  const find = (base: string) =>
    result.contenders.find((one) => baseOf(one) === base && familyOf(one) === subject);
  const [worse, better] = [find(growing), find(flat)];
  if (!worse || !better) return undefined;
  const value = result.sweep.values
    .filter((x) => comparisonOf(result, metric, x, worse.name, better.name))
    .at(-1);
  const found = value !== undefined && comparisonOf(result, metric, value, worse.name, better.name);
  const over = found && ratioOver(found.ratio.low);
  if (!found || over === undefined || over === false) return undefined;
  const { takes } = verbsOf(metric);
  const where = atValues(result, [found.value]);
  return `${where}, ${worse.title} ${takes} over ${formatRound(over)} ${better.title}.`;
}

/** The class of each name that both families have; of each title, if there are no two families. */
function classesOf(result: ScenarioResult, metric: Metric): Map<string, Class> {
  const families = familiesOf(result);
  const lines = linesOf(result, metric);
  const nameOf = (line: Line): string => baseOf(contenderIn(result, line.name));
  const isOf = (line: Line, family: string | undefined): boolean =>
    familyOf(contenderIn(result, line.name)) === family;
  const bases = (family: string | undefined): Set<string> =>
    new Set(lines.filter((line) => isOf(line, family)).map(nameOf));
  const reference = bases(families.reference);
  const shared = new Set([...bases(families.subject)].filter((name) => reference.has(name)));
  const classes = new Map<string, Class>();
  const involved = lines.filter(
    (line) => isOf(line, families.subject) || isOf(line, families.reference),
  );
  for (const line of shared.size >= 2 ? involved : lines) {
    const name = shared.size >= 2 ? nameOf(line) : line.title;
    if (shared.size >= 2 && !shared.has(name)) continue;
    const own = classOf(result, metric, line);
    classes.set(name, (classes.get(name) ?? own) === own ? own : "unclear");
  }
  return classes;
}

/** Whether a cost grows from the first to the last value, in every pair of samples. */
function classOf(result: ScenarioResult, metric: Metric, { name, points }: Line): Class {
  const { values } = result.sweep;
  const [first, last] = [points[0]?.[0], points.at(-1)?.[0]];
  if (first === undefined || last === undefined || points.length < MIN_VALUES) return "unclear";
  if (formatValue(first) !== formatValue(values[0]!)) return "unclear";
  const [before = [], after = []] = likeCosts(result, metric, name, [first, last]) ?? [];
  const ratios = after
    .slice(0, before.length)
    .map((value, round) => costRatio(value, before[round]!, metric.better))
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0);
  if (ratios.length < MIN_SAMPLES) return "unclear";
  const { low, high } = summarize(ratios);
  if (low >= MIN_GROWTH) return "grows";
  // A contender that was not measured up to the last value may be cheap only because it stopped early.
  const isWhole = formatValue(last) === formatValue(values.at(-1)!);
  return isWhole && high <= MAX_FLAT ? "flat" : "unclear";
}
