import { MIN_SAMPLES } from "../results/compare.ts";
import { type ScenarioResult, likeCosts, soundCellOf, valuesOf } from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { growth } from "../statistics/growth.ts";
import { type Summary, summarize } from "../statistics/summary.ts";
import { formatRatio, formatValue } from "../wording/format.ts";
import { nounOf } from "../wording/sweep.ts";
import { type Claim, notMeasured } from "./claim.ts";

// Exponents of a power law. What lies between is neither.
const KINDS = {
  "stays constant": [-0.2, 0.2],
  "grows linearly": [0.75, 1.35],
} as const;

// An exponent of another run that is closer to its kind than this does not contradict it: caches and short samples bend
// lines.
const MARGIN = 0.25;

// With fewer values, a fixed cost hides how the rest grows.
const MIN_VALUES = 4;

/** How the cost of each contender grows along the larger half of the sweep, where it is clear. */
export function growthClaims(result: ScenarioResult, metric: Metric): Claim[] {
  const numbers = result.sweep.values.filter((value) => typeof value === "number");
  if (metric.better === "higher" || numbers.length < MIN_VALUES) return [];
  const first = numbers[Math.floor(numbers.length / 2)]!;
  return result.contenders.flatMap(({ name, title }) => {
    const last = numbers.filter((value) => isMeasured(result, metric, name, value)).at(-1);
    if (last === undefined || last <= first || !isMeasured(result, metric, name, first)) return [];
    const ends = [first, last] as const;
    const grown = growthBetween(result, metric, name, ends);
    const kind = Object.entries(KINDS).find(([, [min, max]]) => isWithin(grown, min, max));
    if (!grown || !kind) return [];
    const [verb, [min, max]] = kind;
    const needs = { contenders: [name], values: ends };
    const claim: Claim = {
      id: [result.name, metric.name, "growth", name].join("/"),
      text: `${metric.title} of ${title} ${verb} from ${formatValue(first)} to ${formatValue(last)} ${nounOf(result)}`,
      number: factor(grown, ends),
      needs,
      holdsIn(run) {
        if (!ends.every((value) => isMeasured(run, metric, name, value)))
          return notMeasured(run, metric.name, needs);
        const found = growthBetween(run, metric, name, ends);
        if (!found) return notMeasured(run, metric.name, needs);
        const number = factor(found, ends);
        if (found.median >= min && found.median <= max) return { answer: "holds", number };
        if (found.max < min - MARGIN || found.min > max + MARGIN)
          return { answer: "differs", number };
        const isOutside = found.max < min || found.min > max;
        return { answer: "unknown", number, reason: isOutside ? "almost" : "within the spread" };
      },
    };
    return [claim];
  });
}

type Ends = readonly [first: number, last: number];

function isMeasured(run: ScenarioResult, metric: Metric, name: string, value: number): boolean {
  return valuesOf(soundCellOf(run, name, value), metric.name).length >= MIN_SAMPLES;
}

function isWithin(exponent: Summary | undefined, min: number, max: number): boolean {
  return exponent !== undefined && exponent.min >= min && exponent.max <= max;
}

/** The exponents between two values, one for each pair of samples. */
function growthBetween(
  run: ScenarioResult,
  metric: Metric,
  name: string,
  ends: Ends,
): Summary | undefined {
  const [small = [], large = []] = likeCosts(run, metric, name, ends) ?? [];
  const exponents = small.slice(0, large.length).flatMap((cost, round) => {
    const points = [
      [ends[0], cost],
      [ends[1], large[round]!],
    ] as const;
    return growth(points) ?? [];
  });
  return exponents.length < MIN_SAMPLES ? undefined : summarize(exponents);
}

/** How many times the cost at the first value the last one costs. */
function factor({ median }: Summary, [first, last]: Ends): string {
  return formatRatio((last / first) ** median);
}
