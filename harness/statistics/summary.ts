/** Values that were measured, in short. */
export interface Summary {
  /** How many there are. */
  readonly count: number;
  /** Half of them are above. */
  readonly median: number;
  /** Nine of ten are above. */
  readonly low: number;
  /** Nine of ten are below. */
  readonly high: number;
  /** None is below. */
  readonly least: number;
  /** None is above. */
  readonly most: number;
}

/**
 * The value below which a share of `values` lies, interpolated between neighbours.
 *
 * @param share - 0 … 1
 * @throws RangeError: no values
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("There is no quantile of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const [left, right] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return left + (right - left) * (position - below);
}

/** Values in short. Throws a RangeError without any. */
export function summarize(values: readonly number[]): Summary {
  return {
    count: values.length,
    median: quantile(values, 0.5),
    low: quantile(values, 0.1),
    high: quantile(values, 0.9),
    least: quantile(values, 0),
    most: quantile(values, 1),
  };
}

/** Half the distance from `low` to `high`, as a share of the median. */
export function spreadOf({ median, low, high }: Pick<Summary, "median" | "low" | "high">): number {
  return median === 0 ? 0 : (high - low) / 2 / Math.abs(median);
}

/**
 * How many times as good `own` is as `other`, above 1 when it is better. Value by value: those with
 * the same index were measured one after the other, and what disturbed both cancels out.
 */
export function ratioOf(
  own: readonly number[],
  other: readonly number[],
  better: "lower" | "higher",
): Summary | undefined {
  const pairs = own.slice(0, other.length).map((value, index) => [value, other[index]!] as const);
  const ratios = pairs
    .map(([value, base]) => (better === "lower" ? base / value : value / base))
    .filter((ratio) => Number.isFinite(ratio));
  return ratios.length === 0 ? undefined : summarize(ratios);
}

/** The exponent `e` with which `y` grows as `x` to the power of `e`: 0 stays, 1 is linear. */
export function growth(points: readonly (readonly [x: number, y: number])[]): number | undefined {
  const logs = points
    .filter(([x, y]) => x > 0 && y > 0)
    .map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (index: 0 | 1): number =>
    logs.reduce((sum, point) => sum + point[index], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const variance = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (logs.length < 2 || variance === 0) return undefined;
  return logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / variance;
}

/** How much `y` grows for each further `x`: the line with the smallest deviations, as shares of `y`. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number | undefined {
  const weighted = points.filter(([, y]) => y > 0).map(([x, y]) => [x, y, 1 / y ** 2] as const);
  const sum = (term: (x: number, y: number) => number): number =>
    weighted.reduce((total, [x, y, weight]) => total + weight * term(x, y), 0);
  const weights = sum(() => 1);
  const meanX = sum((x) => x) / weights;
  const variance = sum((x) => (x - meanX) ** 2);
  if (weighted.length < 2 || variance === 0) return undefined;
  return sum((x, y) => (x - meanX) * y) / variance;
}
