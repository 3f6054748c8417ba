/** How evenly something is spread over several. */
export interface Spread {
  readonly min: number;
  readonly max: number;
  /** The standard deviation. */
  readonly deviation: number;
  /** The Gini coefficient: 0 if all have the same; the nearer to 1, the more have the few. */
  readonly gini: number;
}

/** The spread of what each one has. */
export function spreadOf(shares: readonly number[]): Spread {
  const sorted = [...shares].sort((one, other) => one - other);
  const count = sorted.length;
  const sum = sorted.reduce((total, one) => total + one, 0);
  const mean = sum / count;
  const variance = sorted.reduce((total, one) => total + (one - mean) ** 2, 0) / count;
  const weighted = sorted.reduce((total, one, index) => total + (index + 1) * one, 0);
  return {
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    deviation: Math.sqrt(variance),
    gini: sum === 0 ? 0 : (2 * weighted) / (count * sum) - (count + 1) / count,
  };
}
