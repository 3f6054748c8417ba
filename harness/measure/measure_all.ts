import { placementOf } from "../machine/cores.ts";
import { describeMachine } from "../machine/machine.ts";
import { FORMAT, type Results, type ScenarioResult } from "../results/results.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import type { AnyScenario } from "../scenario/scenario.ts";
import { type Progress, measure } from "./measure.ts";
import { type MeasureOptions, withDefaults } from "./options.ts";
import { checkContenders, planOf } from "./plan.ts";

/** The state of a run of several scenarios after one of its steps. */
export interface SuiteProgress extends Progress {
  /** An estimate of the time that is left, in milliseconds. */
  readonly leftMs: number;
  /** The share of the whole run that is done, from 0 to 1. */
  readonly share: number;
}

/** How to measure several scenarios. */
export interface SuiteOptions extends Omit<MeasureOptions, "onProgress"> {
  /** Called after each step. */
  readonly onProgress?: (progress: SuiteProgress) => void;
}

/**
 * Measures scenarios one after the other, as {@link measure} does. A scenario that has none of
 * `options.contenders` is left out.
 *
 * @param sources - scenarios, or URLs of modules that export one
 * @throws RangeError `options` has a contender that no scenario has, or no rounds, or no time
 * @throws TypeError a module does not export a scenario
 */
export async function measureAll(
  sources: readonly (AnyScenario | URL)[],
  options: SuiteOptions = {},
): Promise<Results> {
  const { onProgress, ...given } = options;
  const rest = withDefaults<MeasureOptions>(given);
  const placement = placementOf();
  const machine = describeMachine(placement ? [placement.measured, placement.load] : []);
  const started = new Date();
  const start = performance.now();
  const scenarios: ScenarioResult[] = [];
  const loaded = await Promise.all(sources.map(scenarioOf));
  checkContenders(loaded, rest);
  const plans = loaded.map((scenario) => planOf(scenario, rest));
  const weights = plans.map(({ contenders, values }) => contenders.length * values.length);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  for (const [index, source] of sources.entries()) {
    if (rest.signal?.aborted) break;
    if (weights[index] === 0) continue; // it has none of the contenders in `options`
    const report = (progress: Progress): void => {
      const share = (before + (weights[index]! * progress.done) / progress.total) / whole;
      const leftMs = ((performance.now() - start) / share) * (1 - share);
      onProgress?.({ ...progress, share, leftMs });
    };
    const { contenders } = plans[index]!;
    scenarios.push(await measure(source, { ...rest, contenders, onProgress: report }));
    before += weights[index]!;
  }
  return {
    format: FORMAT,
    started: started.toISOString(),
    seconds: Math.round((performance.now() - start) / 100) / 10,
    complete: !(rest.signal?.aborted ?? false),
    options: { quick: rest.quick, rounds: rest.rounds, sampleMs: rest.sampleMs },
    machine,
    scenarios,
  };
}

async function scenarioOf(source: AnyScenario | URL): Promise<AnyScenario> {
  return source instanceof URL ? await loadScenario(source.href) : source;
}
