import type { AnyScenario } from "../scenario/scenario.ts";
import { placementOf } from "../machine/cores.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { describeMachine } from "../machine/machine.ts";
import { type Progress, measure } from "./measure.ts";
import { type MeasureOptions, checkContenders, planOf, withDefaults } from "./options.ts";
import { FORMAT, type Results, type ScenarioResult } from "../results/results.ts";

/** How far {@link measureAll} is. */
export interface SuiteProgress extends Progress {
  /** Milliseconds until the end, as far as it can be told. */
  readonly leftMs: number;
  /** The share of the whole suite that is done. */
  readonly share: number;
}

/** What {@link measureAll} measures, and for how long. */
export interface SuiteOptions extends Omit<MeasureOptions, "onProgress"> {
  /** Called after each sample. */
  readonly onProgress?: (progress: SuiteProgress) => void;
}

/**
 * Measures one scenario after the other; see {@link measure}. Of `contenders`, each is asked where it is one.
 *
 * @throws RangeError: a contender that none of the scenarios has; no rounds, no time
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
    if (weights[index] === 0) continue; // it has none of the contenders that were asked for
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
