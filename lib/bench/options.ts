import type { AnyScenario, SweepValue } from "./contract.ts";
import type { Progress } from "./measure.ts";

export interface MeasureOptions {
  /** Default: all of the scenario. */
  readonly contenders?: readonly string[];
  /** Default: all of the sweep, or its `quick` ones. */
  readonly values?: readonly SweepValue[];
  /** Few values, few and short samples: shows that it runs. Default: `false`. */
  readonly quick?: boolean;
  /** Samples per cell. Default: 7, or 2 when quick. */
  readonly rounds?: number;
  /** How long a sample takes, in milliseconds. Default: 200, or 10 when quick. */
  readonly sampleMs?: number;
  /**
   * How long a cell may take in all, in milliseconds, without the turns of the others; after that it
   * has failed, and its process is killed. Default: five minutes, and ten times what its samples take.
   */
  readonly limitMs?: number;
  /** Ends the measurement after the current sample; what was measured is returned. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

type Decided = "quick" | "rounds" | "sampleMs" | "limitMs";

const LIMIT_MS = 300_000;

/** @throws RangeError: no rounds, no time */
export function withDefaults<O extends MeasureOptions>(
  options: O,
): O & Required<Pick<MeasureOptions, Decided>> {
  const quick = options.quick ?? false;
  const rounds = options.rounds ?? (quick ? 2 : 7);
  const sampleMs = options.sampleMs ?? (quick ? 10 : 200);
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError("rounds must be at least 1");
  if (!(sampleMs > 0)) throw new RangeError("sampleMs must be above 0");
  const limitMs = options.limitMs ?? LIMIT_MS + 10 * rounds * sampleMs;
  if (!(limitMs > 0)) throw new RangeError("limitMs must be above 0");
  return { ...options, quick, rounds, sampleMs, limitMs };
}

/** Which cells a scenario has in a run with such options. */
export interface Plan {
  readonly contenders: readonly string[];
  readonly values: readonly SweepValue[];
}

export function planOf(scenario: AnyScenario, options: MeasureOptions): Plan {
  const { sweep, contenders } = scenario as Pick<Plan, "contenders"> & {
    readonly sweep: { readonly values: Plan["values"]; readonly quick?: Plan["values"] };
  };
  const quick = sweep.quick ?? sweep.values.slice(0, 1);
  return {
    contenders: options.contenders?.filter((name) => contenders.includes(name)) ?? contenders,
    values: options.values ?? (options.quick ? quick : sweep.values),
  };
}
