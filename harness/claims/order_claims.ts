import { type Comparison, comparisonOf } from "../findings/comparisons.ts";
import { type ScenarioResult, titleOf } from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { formatRatio } from "../wording/format.ts";
import { atValues, costOf } from "../wording/sweep.ts";
import { type Checked, type Claim, notMeasured } from "./claim.ts";

// From this ratio on, not only the order counts but also its size.
const LARGE = 2;

/** Which of two contenders costs less at one value of the sweep. */
export function orderClaim(
  result: ScenarioResult,
  metric: Metric,
  contender: string,
  versus: string,
  claimed: Comparison,
): Claim {
  const { value, order, ratio } = claimed;
  const [one, other] = [contender, versus].map((name) => titleOf(result, name));
  const where = atValues(result, [value]);
  const cost = costOf(metric);
  const than = order === "ahead" ? "lower" : "higher";
  const needs = { contenders: [contender, versus], values: [value] };
  return {
    id: [result.name, metric.name, "order", contender, versus, value].join("/"),
    text:
      order === "tie"
        ? `${one!} and ${other!} tie in ${cost} ${where}`
        : `${one!} has a ${than} ${cost} than ${other!} ${where}`,
    number: formatRatio(ratio.median),
    needs,
    holdsIn(run) {
      const found = comparisonOf(run, metric, value, contender, versus);
      return found ? checked(claimed, found) : notMeasured(run, metric.name, needs);
    },
  };
}

function checked(claimed: Comparison, found: Comparison): Checked {
  const number = formatRatio(found.ratio.median);
  if (found.order === claimed.order) {
    if (isAsLarge(claimed.ratio.median, found.ratio.median)) return { answer: "holds", number };
    return { answer: "differs", number };
  }
  // Each of the two runs may have met the same truth, if the ranges of their samples overlap.
  const overlap = claimed.ratio.min <= found.ratio.max && found.ratio.min <= claimed.ratio.max;
  const isTie = claimed.order === "tie" || found.order === "tie";
  if (isTie && overlap) return { answer: "unknown", number, reason: "within the spread" };
  return { answer: "differs", number };
}

/** A large factor must be found again at least in half of its logarithm: of 400×, at least 20×. */
function isAsLarge(claimed: number, found: number): boolean {
  const size = Math.abs(Math.log(claimed));
  return size < Math.log(LARGE) || Math.abs(Math.log(found)) >= size / 2;
}
