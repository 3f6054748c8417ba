import { type Comparison, comparisonsOf } from "../findings/comparisons.ts";
import { type ScenarioResult, drawnMetrics } from "../results/results.ts";
import type { Metric, SweepValue } from "../scenario/scenario.ts";
import type { Claim } from "./claim.ts";
import { crossingClaim } from "./crossing_claims.ts";
import { growthClaims } from "./growth_claims.ts";
import { orderClaim } from "./order_claims.ts";

/**
 * What a run claims about a scenario, so that another run can be asked whether it agrees: how costs grow,
 * where two contenders change places, and which of two costs less. They are the facts behind the sentences
 * of a report; see {@link Claim.holdsIn}.
 */
export function claimsOf(result: ScenarioResult): Claim[] {
  const claims = drawnMetrics(result).flatMap((metric) => [
    ...pairClaims(result, metric),
    ...growthClaims(result, metric),
    ...baselineClaims(result, metric),
  ]);
  return [...new Map(claims.map((claim) => [claim.id, claim])).values()];
}

/** Pairs: where they change places, or the order at both ends of the sweep. */
function pairClaims(result: ScenarioResult, metric: Metric): Claim[] {
  return (result.pairs ?? []).flatMap(({ contender, versus }) => {
    const points = comparisonsOf(result, metric, contender, versus);
    const crossing = crossingClaim(result, metric, contender, versus, points);
    return crossing
      ? [crossing]
      : ends(points).map((point) => orderClaim(result, metric, contender, versus, point));
  });
}

/** Contenders beside their baselines: at the end of the sweep, where differences are largest. */
function baselineClaims(result: ScenarioResult, metric: Metric): Claim[] {
  const isNamed = result.sweep.values.every((value) => typeof value === "string");
  return result.contenders.flatMap(({ name }) => {
    const base = result.baseline[name];
    if (base === undefined) return [];
    const points = comparisonsOf(result, metric, name, base);
    const told = isNamed ? ends(points) : points.slice(-1);
    return told.map((point) => orderClaim(result, metric, name, base, point));
  });
}

function ends(points: readonly Comparison[]): readonly Comparison[] {
  return points.length > 1 ? [points[0]!, points.at(-1)!] : points;
}

/** The part of a scenario that a run must measure to check claims. */
export interface ClaimPlan {
  /** Names of contenders, in the order of the scenario. */
  readonly contenders: readonly string[];
  /** Values of the sweep, in its order. */
  readonly values: readonly SweepValue[];
}

/** What a run must measure of `result`'s scenario to check `claims`. */
export function claimPlan(result: ScenarioResult, claims: readonly Claim[]): ClaimPlan {
  const names = new Set(claims.flatMap(({ needs }) => needs.contenders));
  const values = new Set(claims.flatMap(({ needs }) => needs.values));
  return {
    contenders: result.contenders.map(({ name }) => name).filter((name) => names.has(name)),
    values: result.sweep.values.filter((value) => values.has(value)),
  };
}
