/** A measured value `y` at a value `x` of the sweep. */
export type Point = readonly [x: number, y: number];

/**
 * The exponent `e` of the power law `y = c · x^e` that fits best: 0 is constant, 1 is linear, 2 is
 * quadratic. Points that are not above 0 are left out.
 *
 * @returns `undefined` when the points have fewer than two different `x`
 */
export function growth(points: readonly Point[]): number | undefined {
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

/**
 * How much `y` grows per 1 of `x`: the slope of the line that fits best. Deviations are weighted as
 * shares of `y`, so that large values do not outweigh small ones.
 *
 * @returns `undefined` when the points have fewer than two different `x`
 */
export function slope(points: readonly Point[]): number | undefined {
  const weighted = points.filter(([, y]) => y > 0).map(([x, y]) => [x, y, 1 / y ** 2] as const);
  const sum = (term: (x: number, y: number) => number): number =>
    weighted.reduce((total, [x, y, weight]) => total + weight * term(x, y), 0);
  const weights = sum(() => 1);
  const meanX = sum((x) => x) / weights;
  const variance = sum((x) => (x - meanX) ** 2);
  if (weighted.length < 2 || variance === 0) return undefined;
  return sum((x, y) => (x - meanX) * y) / variance;
}
