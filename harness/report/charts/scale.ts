/** Where numbers lie on an axis. */
export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

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

/** @param values - above 0 */
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
