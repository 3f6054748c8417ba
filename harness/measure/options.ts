import type { SweepValue } from "../scenario/scenario.ts";
import type { Progress } from "./measure.ts";

/** How to measure a scenario. */
export interface MeasureOptions {
  /** The contenders to measure. Default: {@link Scenario.defaultContenders}. */
  readonly contenders?: readonly string[] | "all";
  /** The values to measure. Default: all of the sweep, or {@link Sweep.quick} in a quick run. */
  readonly values?: readonly SweepValue[];
  /** Measures few values with few, short samples, to show that everything works. Default: `false`. */
  readonly quick?: boolean;
  /** Samples per cell. Default: 7, or 2 in a quick run. */
  readonly rounds?: number;
  /** The length of a sample, in milliseconds. Default: 200, or 10 in a quick run. */
  readonly sampleMs?: number;
  /**
   * How long a cell may take in all, in milliseconds, not counting the turns of other cells. A cell that
   * takes longer fails, and its process is killed. Default: five minutes plus ten times the length of its
   * samples.
   */
  readonly limitMs?: number;
  /**
   * How long {@link Scenario.setup} may take, in milliseconds. If it takes longer, all cells of the scenario fail.
   * Default: five minutes.
   */
  readonly setupLimitMs?: number;
  /** Ends the measurement after the current sample. The result has what was measured so far. */
  readonly signal?: AbortSignal;
  /** Called after each step. */
  readonly onProgress?: (progress: Progress) => void;
}

type Defaulted = "quick" | "rounds" | "sampleMs" | "limitMs" | "setupLimitMs";

const LIMIT_MS = 300_000;
// The longest timer of Node.js.
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The options with their defaults.
 *
 * @throws RangeError `rounds`, `sampleMs`, `limitMs` or `setupLimitMs` is too small, or `setupLimitMs` is longer than a timer
 */
export function withDefaults<O extends MeasureOptions>(
  options: O,
): O & Required<Pick<MeasureOptions, Defaulted>> {
  const quick = options.quick ?? false;
  const rounds = options.rounds ?? (quick ? 2 : 7);
  const sampleMs = options.sampleMs ?? (quick ? 10 : 200);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`rounds must be a whole number of at least 1, not ${String(rounds)}`);
  }
  if (!(sampleMs > 0)) throw new RangeError(`sampleMs must be above 0, not ${String(sampleMs)}`);
  const limitMs = options.limitMs ?? LIMIT_MS + 10 * rounds * sampleMs;
  if (!(limitMs > 0)) throw new RangeError(`limitMs must be above 0, not ${String(limitMs)}`);
  const setupLimitMs = options.setupLimitMs ?? LIMIT_MS;
  if (!(setupLimitMs > 0 && setupLimitMs <= MAX_TIMER_MS)) {
    throw new RangeError(
      `setupLimitMs must be above 0 and at most ${String(MAX_TIMER_MS)}, not ${String(setupLimitMs)}`,
    );
  }
  return { ...options, quick, rounds, sampleMs, limitMs, setupLimitMs };
}
