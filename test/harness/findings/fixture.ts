import { type Metric, type ScenarioResult, chartOf } from "../../../harness/index.ts";
import { CPU } from "../fixture.ts";

export const VALUES = [10, 30, 100, 300, 1000, 3000];
export const RATE: Metric = {
  name: "cpu",
  unit: "messages/s",
  better: "higher",
  title: "messages",
};

/** Five samples, from below the median to above it. */
export function rising(median: number, spread = 0.01): number[] {
  return [-1, -0.5, 0, 0.5, 1].map((step) => median * (1 + step * spread));
}

/** In reverse order, so that the ratios to {@link rising}, sample by sample, scatter too. */
export function falling(median: number, spread = 0.01): number[] {
  return rising(median, spread).reverse();
}

export function five(value: number): number[] {
  return Array.from({ length: 5 }, () => value);
}

/** The sentences of a chart, one line each. */
export function findingsOf(result: ScenarioResult, metric = CPU): string {
  const { findings } = chartOf(result, metric);
  return findings.map(({ sentence }) => sentence).join("\n");
}

/** The numbers behind those sentences, one line each. */
export function numbersOf(result: ScenarioResult, metric = CPU): string {
  return chartOf(result, metric)
    .findings.flatMap(({ numbers }) => numbers)
    .join("\n");
}
