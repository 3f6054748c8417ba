import type { AnyScenario, Scenario, SweepValue } from "../scenario/scenario.ts";
import type { Progress } from "./measure.ts";

/** What {@link measure} measures, and for how long. */
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
  /** Called after each sample. */
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
  /** Each once, in order. */
  readonly contenders: readonly string[];
  /** Each once, in order. */
  readonly values: readonly SweepValue[];
}

/** @throws RangeError: a contender that no scenario has */
export function checkContenders(scenarios: readonly AnyScenario[], options: MeasureOptions): void {
  const all = new Set(scenarios.flatMap((scenario) => scenario.contenders as readonly string[]));
  const unknown = options.contenders?.find((name) => !all.has(name));
  if (unknown === undefined) return;
  throw new RangeError(`no contender ${unknown}; there are ${[...all].join(", ")}`);
}

/**
 * Values of a scenario's sweep from how they are written.
 *
 * @throws RangeError: one of them is none
 */
export function parseValues(scenario: AnyScenario, texts: readonly string[]): SweepValue[] {
  const { name, sweep } = scenario as Scenario;
  const own: readonly SweepValue[] = sweep.values;
  return texts.map((text) => {
    if (sweep.parse) return sweep.parse(text);
    if (own.includes(text)) return text;
    const number = Number(text);
    if (own.some((value) => typeof value === "string")) {
      throw new RangeError(`${name} has no value ${text}; there are ${own.join(", ")}`);
    }
    if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
    throw new RangeError(`${name} has numbers from 1 up, not ${text}`);
  });
}

/** Which cells are asked for: each once, however often it is named. */
export function planOf(scenario: AnyScenario, options: MeasureOptions): Plan {
  const { sweep, contenders } = scenario as Pick<Plan, "contenders"> & {
    readonly sweep: { readonly values: Plan["values"]; readonly quick?: Plan["values"] };
  };
  const isOne = (name: string): boolean => contenders.includes(name);
  const quick = sweep.quick ?? sweep.values.slice(0, 1);
  return {
    contenders: [...new Set(options.contenders?.filter(isOne) ?? contenders)],
    values: [...new Set(options.values ?? (options.quick ? quick : sweep.values))],
  };
}
