/** An axis: where numbers lie on it, in pixels. */
export interface Scale {
  /** The numbers to label. */
  readonly ticks: readonly number[];
  /** The position of a number. */
  at(value: number): number;
}

/** A linear axis from the smallest to the largest of `values`, drawn from `start` to `end`. */
export function linearScale(values: readonly number[], start: number, end: number): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick);
  return { ticks, at: (value) => start + ((value - low) / span) * (end - start) };
}

/** A logarithmic axis from the smallest to the largest of `values`, which are above 0. */
export function logScale(values: readonly number[], start: number, end: number): Scale {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const span = high - low || 1;
  const factors = span < 1.5 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    ticks.push(...factors.map((factor) => factor * 10 ** power));
  }
  return {
    ticks: ticks.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high),
    at: (value) => start + ((Math.log10(value) - low) / span) * (end - start),
  };
}
