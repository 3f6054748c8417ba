import type { ScenarioResult } from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import { formatRound, ratioOver, ratioUpTo, twoDigits } from "../../wording/coarse.ts";
import { atValues } from "../../wording/sweep.ts";
import { verbsOf } from "../../wording/verbs.ts";
import { type Comparison, comparisonOf, comparisonsOf, leansAgainst } from "../comparisons.ts";
import type { Draft, Focus } from "./headline.ts";
import { baseOf, contenderIn, familiesOf, familyOf } from "./names.ts";

/** What the subject costs beside its baseline. The nuance has what the others cost beside the subject. */
export function besideHeadline(
  result: ScenarioResult,
  metric: Metric,
  { at }: Focus,
): Draft | undefined {
  const found = subjectOf(result, metric, at);
  if (!found) return undefined;
  const { name, base, points } = found;
  const [own, other] = [contenderIn(result, name).title, contenderIn(result, base).title];
  const claims = claimsOf(metric, points, own, other);
  const where = at === undefined ? "" : `${atValues(result, [at])}, `;
  const rest = at === undefined ? "" : othersOf(result, metric, at, name);
  return {
    candidates: claims.map((claim) => `${where}${claim}`),
    nuance: `${rangeOf(points, own, other)}${rest}.`,
  };
}

interface Beside {
  readonly name: string;
  readonly base: string;
  readonly points: readonly Comparison[];
}

/** The contender of the subject that is most like its baseline: "pollux epoll" beside "C epoll". */
function subjectOf(
  result: ScenarioResult,
  metric: Metric,
  at: SweepValue | undefined,
): Beside | undefined {
  const { subject } = familiesOf(result);
  const all = Object.entries(result.baseline).flatMap(([name, base]): Beside[] => {
    if (familyOf(contenderIn(result, name)) !== subject) return [];
    const measured = comparisonsOf(result, metric, name, base);
    const points = at === undefined ? measured : measured.filter(({ value }) => value === at);
    return points.length === 0 ? [] : [{ name, base, points }];
  });
  const isCounterpart = ({ name, base }: Beside): boolean =>
    baseOf(contenderIn(result, name)) === baseOf(contenderIn(result, base));
  return all.find(isCounterpart) ?? all[0];
}

/** The fullest claim first. */
function claimsOf(
  metric: Metric,
  points: readonly Comparison[],
  own: string,
  other: string,
): string[] {
  const { takes, beside, genitive } = verbsOf(metric);
  const has = (order: Comparison["order"]): boolean =>
    points.some((point) => point.order === order);
  const leans = points.some((point) => leansAgainst(point, "ahead"));
  if (!leans && has("ahead"))
    return [has("tie") ? `${other} never beats ${own}` : `${own} beats ${other}`];
  const most = Math.max(...points.map(({ ratio }) => ratio.high));
  const under = `${own} ${takes} under ${formatRound(ratioUpTo(most))}`;
  return [`${under} ${beside}${other}`, `${under} ${other}${genitive}`];
}

/** "; node:net costs over 1.5×": the dearest of the other families, or the first that is cheaper. */
function othersOf(result: ScenarioResult, metric: Metric, at: SweepValue, own: string): string {
  const { subject, reference } = familiesOf(result);
  const others = result.contenders
    .filter((one) => ![subject, reference].includes(familyOf(one)))
    .flatMap(({ name, title }) => {
      const found = comparisonOf(result, metric, at, name, own);
      return found ? [{ title, ...found }] : [];
    })
    .sort((a, b) => a.ratio.median - b.ratio.median);
  const [best, worst] = [others[0], others.at(-1)];
  const { takes, asMuch, isMore } = verbsOf(metric);
  if (best?.order === "ahead") return `; ${best.title} beats it`;
  if (worst?.order !== "behind") return "";
  const over = ratioOver(worst.ratio.low);
  const claim = over === undefined ? isMore : `${takes} over ${formatRound(over)} ${asMuch}`;
  return `; ${worst.title} ${claim}`;
}

function rangeOf(points: readonly Comparison[], own: string, other: string): string {
  const low = twoDigits(Math.min(...points.map(({ ratio }) => ratio.low)));
  const high = twoDigits(Math.max(...points.map(({ ratio }) => ratio.high)));
  return `Eight in ten samples put ${own} between ${String(low)}× and ${String(high)}× ${other}`;
}
