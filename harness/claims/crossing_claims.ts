import { type Comparison, areClose, comparisonOf } from "../findings/comparisons.ts";
import { type ScenarioResult, titleOf } from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { formatNumber } from "../wording/format.ts";
import { costOf, nounOf } from "../wording/sweep.ts";
import { type Claim, notMeasured } from "./claim.ts";

/**
 * That one contender costs less than another one up to a point of the sweep, and more above it.
 *
 * @param points - the two contenders along the sweep
 * @returns `undefined` if the order does not change exactly once, between two numbers
 */
export function crossingClaim(
  result: ScenarioResult,
  metric: Metric,
  contender: string,
  versus: string,
  points: readonly Comparison[],
): Claim | undefined {
  const clear = points.filter(({ order }) => order !== "tie");
  const change = clear.findIndex(({ order }) => order !== clear[0]!.order);
  const [below, above] = [clear[change - 1], clear[change]];
  if (!below || !above || clear.slice(change).some(({ order }) => order !== above.order)) {
    return undefined;
  }
  const place = crossing(below, above);
  if (place === undefined) return undefined;
  const names = below.order === "ahead" ? [contender, versus] : [versus, contender];
  const [winner, loser] = names.map((name) => titleOf(result, name));
  const needs = { contenders: [contender, versus], values: [below.value, above.value] };
  return {
    id: [result.name, metric.name, "crossing", contender, versus].join("/"),
    text: `${winner!} beats ${loser!} with few ${nounOf(result)} and loses with many, in ${costOf(metric)}`,
    number: `at ${formatNumber(place)}`,
    needs,
    holdsIn(run) {
      const [first, last] = [below, above].map(({ value }) =>
        comparisonOf(run, metric, value, contender, versus),
      );
      if (!first || !last) return notMeasured(run, metric.name, needs);
      const found = crossing(first, last);
      const told = found === undefined ? {} : { number: `at ${formatNumber(found)}` };
      const orders = [first.order, last.order];
      if (first.order === below.order && last.order === above.order)
        return { answer: "holds", ...told };
      // One that is a tie may be on either side of the point.
      const isOpposite = orders.some(
        (order, index) => order !== "tie" && order !== [below, above][index]!.order,
      );
      const isSame = orders.every((order) => order === "tie") && areClose([first, last]);
      if (isOpposite || (isSame && found === undefined)) return { answer: "differs", ...told };
      return { answer: "unknown", ...told, reason: "within the spread" };
    },
  };
}

/** Where the ratio is 1: on a line through the logarithms of both ends where their values are above 0. */
function crossing(below: Comparison, above: Comparison): number | undefined {
  const [left, right] = [below.value, above.value];
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const [before, after] = [Math.log(below.ratio.median), Math.log(above.ratio.median)];
  if (before * after > 0 || before === after) return undefined;
  const share = before / (before - after);
  return left > 0 ? left * (right / left) ** share : left + (right - left) * share;
}
