import type { AnyScenario, Scenario, SweepValue } from "../scenario/scenario.ts";
import type { MeasureOptions } from "./options.ts";

/** The cells that a run measures of a scenario: each contender at each value. */
export interface Plan {
  /** The names of the contenders, each once. */
  readonly contenders: readonly string[];
  /** The values of the sweep, each once. */
  readonly values: readonly SweepValue[];
}

/** The cells that `options` select. */
export function planOf(scenario: AnyScenario, options: MeasureOptions): Plan {
  const { sweep } = scenario as {
    readonly sweep: { readonly values: Plan["values"]; readonly quick?: Plan["values"] };
  };
  const quick = sweep.quick ?? sweep.values.slice(0, 1);
  return {
    contenders: [...new Set(contendersOf(scenario as Scenario, options.contenders))],
    values: [...new Set(options.values ?? (options.quick ? quick : sweep.values))],
  };
}

function contendersOf(scenario: Scenario, named: MeasureOptions["contenders"]): readonly string[] {
  const { contenders, defaultContenders = contenders } = scenario;
  if (named === "all") return contenders;
  return named?.filter((name) => contenders.includes(name)) ?? defaultContenders;
}

/**
 * Checks that each of `options.contenders` belongs to at least one scenario.
 *
 * @throws RangeError one of them does not
 */
export function checkContenders(scenarios: readonly AnyScenario[], options: MeasureOptions): void {
  if (options.contenders === "all") return;
  const all = new Set(scenarios.flatMap((scenario) => scenario.contenders as readonly string[]));
  const unknown = options.contenders?.find((name) => !all.has(name));
  if (unknown === undefined) return;
  throw new RangeError(`no contender ${unknown}; there are ${[...all].join(", ")}`);
}

/**
 * Reads values of a scenario's sweep, as they are written on a command line.
 *
 * @throws RangeError one of `texts` is not a value of the sweep
 */
export function parseValues(scenario: AnyScenario, texts: readonly string[]): SweepValue[] {
  const { name, sweep } = scenario as Scenario;
  const own: readonly SweepValue[] = sweep.values;
  return texts.map((text) => {
    if (sweep.parse) return sweep.parse(text);
    if (own.includes(text)) return text;
    if (own.some((value) => typeof value === "string")) {
      throw new RangeError(`${name} has no value ${text}; there are ${own.join(", ")}`);
    }
    const known = own.find((value) => String(value) === text);
    if (known !== undefined) return known;
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (number >= 1 && Number.isSafeInteger(number)) return number;
    throw new RangeError(`${name} takes whole numbers from 1 up, not ${text}`);
  });
}
