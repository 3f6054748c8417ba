import { type Histogram, build } from "hdr-histogram-js";

/** What {@link Latencies} come to, in microseconds. */
export interface Percentiles {
  /** How many were recorded. */
  readonly count: number;
  /** Half of them are at most as long. */
  readonly p50: number;
  /** 90 in 100 are at most as long. */
  readonly p90: number;
  /** 99 in 100 are at most as long. */
  readonly p99: number;
  /** 999 in 1,000 are at most as long. */
  readonly p999: number;
  /** The longest. */
  readonly max: number;
}

const LONGEST_NS = 60e9;

/** Latencies in nanoseconds, in a histogram of three digits. */
export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_NS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

  /** How many were recorded. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /** @param nanoseconds - above a minute counts as a minute */
  record(nanoseconds: number): void {
    this.#histogram.recordValue(Math.min(Math.max(1, Math.round(nanoseconds)), LONGEST_NS));
  }

  /** In microseconds. */
  percentiles(): Percentiles {
    const at = (percentile: number): number =>
      this.#histogram.getValueAtPercentile(percentile) / 1000;
    const max = this.#histogram.maxValue / 1000;
    return { count: this.count, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max };
  }
}
