import { type Summary, summarize } from "./summary.ts";

/** Whether a smaller or a larger value of a metric is better. */
export type Direction = "lower" | "higher";

/**
 * What one cost per 1 of another cost: 1.04 means "1.04× its cost", and lower is always better. The
 * cost behind a rate is the time of each unit, so its ratio is turned around. Equal values, 0 and 0
 * among them, have a ratio of 1.
 */
export function costRatio(own: number, other: number, better: Direction): number {
  if (own === other) return 1;
  return better === "lower" ? own / other : other / own;
}

/**
 * The {@link costRatio} of two lists of samples, pair by pair: samples with the same index were taken
 * one right after the other, so a disturbance that slowed both cancels out. A pair with a 0 in it has
 * no ratio.
 *
 * @returns `undefined` when no pair has a ratio
 */
export function costRatios(
  own: readonly number[],
  other: readonly number[],
  better: Direction,
): Summary | undefined {
  const ratios = own
    .slice(0, other.length)
    .map((value, index) => [value, other[index]!] as const)
    .filter((pair) => !pair.includes(0))
    .map(([value, base]) => costRatio(value, base, better));
  return ratios.length === 0 ? undefined : summarize(ratios);
}
