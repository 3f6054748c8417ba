import { type Metric, type ScenarioResult, chartOf } from "../../../harness/index.ts";
import { CPU } from "../fixture.ts";

export const VALUES = [10, 30, 100, 300, 1000, 3000];
export const RATE: Metric = {
  name: "cpu",
  unit: "messages/s",
  better: "higher",
  title: "messages",
};

/** Five samples, from below to above. */
export function rising(median: number, spread = 0.01): number[] {
  return [-1, -0.5, 0, 0.5, 1].map((step) => median * (1 + step * spread));
}

/** The other way round: sample by sample, the ratio to {@link rising} is scattered as well. */
export function falling(median: number, spread = 0.01): number[] {
  return rising(median, spread).reverse();
}

export function five(value: number): number[] {
  return Array.from({ length: 5 }, () => value);
}

export function findingsOf(result: ScenarioResult, metric = CPU): string {
  return chartOf(result, metric).findings.join("\n");
}
