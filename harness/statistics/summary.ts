/** The distribution of measured values, in six numbers. */
export interface Summary {
  /** How many values there are. */
  readonly count: number;
  /** The 50th percentile. */
  readonly median: number;
  /** The 10th percentile: nine in ten values are above it. */
  readonly low: number;
  /** The 90th percentile: nine in ten values are below it. */
  readonly high: number;
  /** The smallest value. */
  readonly min: number;
  /** The largest value. */
  readonly max: number;
}

/**
 * A quantile of `values`, interpolated linearly between neighbors.
 *
 * @param values - in any order
 * @param share - from 0 (the smallest value) to 1 (the largest); 0.5 is the median
 * @throws RangeError `values` is empty
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("values must not be empty");
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const [left, right] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  // Infinity times 0, or minus itself, is no number.
  if (left === right || position === below) return left;
  return left + (right - left) * (position - below);
}

/**
 * Summarizes values.
 *
 * @throws RangeError `values` is empty
 */
export function summarize(values: readonly number[]): Summary {
  return {
    count: values.length,
    median: quantile(values, 0.5),
    low: quantile(values, 0.1),
    high: quantile(values, 0.9),
    min: quantile(values, 0),
    max: quantile(values, 1),
  };
}

/**
 * The spread of values: half the distance from `low` to `high`, as a share of the median. 0.05 is
 * written ±5 %.
 */
export function spreadOf({ median, low, high }: Pick<Summary, "median" | "low" | "high">): number {
  return median === 0 ? 0 : (high - low) / 2 / Math.abs(median);
}
