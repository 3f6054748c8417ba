import type { Histogram } from "hdr-histogram-js";
// Not from its index, which needs compression and WebAssembly: they would be bundled as well.
import { constructorFromBucketSize } from "hdr-histogram-js/dist/JsHistogramFactory.js";

/** Percentiles of latencies, in microseconds. */
export interface Percentiles {
  /** How many latencies were recorded. */
  readonly count: number;
  /** The median. */
  readonly p50: number;
  /** 90 in 100 latencies are at most this long. */
  readonly p90: number;
  /** 99 in 100 latencies are at most this long. */
  readonly p99: number;
  /** 999 in 1,000 latencies are at most this long. */
  readonly p999: number;
  /** The longest latency. */
  readonly max: number;
}

const MAX_NS = 60e9;
const DIGITS = 3;
const Counts = constructorFromBucketSize(32);

/** A histogram of latencies, exact to three digits, in constant memory. */
export class Latencies {
  readonly #histogram: Histogram = new Counts(1, MAX_NS, DIGITS);

  /** How many latencies were recorded. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /**
   * Records one latency.
   *
   * @param nanoseconds - more than a minute counts as a minute
   */
  record(nanoseconds: number): void {
    this.#histogram.recordValue(Math.min(Math.max(1, Math.round(nanoseconds)), MAX_NS));
  }

  /** The percentiles of the latencies so far, in microseconds. */
  percentiles(): Percentiles {
    const at = (percentile: number): number =>
      this.#histogram.getValueAtPercentile(percentile) / 1000;
    const max = this.#histogram.maxValue / 1000;
    return { count: this.count, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max };
  }
}
