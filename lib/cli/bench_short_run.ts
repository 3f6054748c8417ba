import {
  type ClaimPlan,
  type Results,
  type Scenario,
  type ScenarioResult,
  claimPlan,
  claimsOf,
  loadScenario,
  measureAll,
} from "../../harness/index.ts";
import type { Step } from "./bench_bar.ts";
import { loadSuite } from "./bench_suite.ts";

/** How to measure a short form of an earlier run. */
export interface ShortOptions {
  /** Samples per cell. */
  readonly rounds: number;
  /** The length of a sample, in milliseconds. */
  readonly sampleMs: number;
  /** Ends the run after the current sample. */
  readonly signal: AbortSignal;
  /** Called before each scenario and after each step. */
  readonly onStep: (step: Step) => void;
  /** Called after each scenario; `undefined`: the suite does not have it any more. */
  readonly onResult: (result: ScenarioResult, run: ScenarioResult | undefined) => void;
}

/** The part of a scenario that its claims need; without a URL, the suite does not have it. */
interface Part {
  readonly result: ScenarioResult;
  readonly plan: ClaimPlan;
  readonly url: URL | undefined;
}

/**
 * Measures of each scenario what its claims need.
 *
 * @returns `undefined` if it was interrupted before the first scenario, or the suite has none of them
 */
export async function measureShort(
  results: readonly ScenarioResult[],
  { rounds, sampleMs, signal, onStep, onResult }: ShortOptions,
): Promise<Results | undefined> {
  const parts = await partsOf(results);
  const weights = parts.map(({ plan, url }) =>
    url ? plan.contenders.length * plan.values.length : 0,
  );
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const start = performance.now();
  const runs: Results[] = [];
  let before = 0;
  for (const [index, { result, plan, url }] of parts.entries()) {
    if (signal.aborted) break;
    if (!url) {
      onResult(result, undefined);
      continue;
    }
    onStep({ share: before / whole, where: result.name });
    const run = await measureAll([url], {
      ...plan,
      ...{ rounds, sampleMs, signal },
      onProgress: ({ share: own, value, contender }) => {
        const share = (before + weights[index]! * own) / whole;
        const leftMs = ((performance.now() - start) / share) * (1 - share);
        onStep({ share, leftMs, where: `${result.name} ${String(value)} ${contender}` });
      },
    });
    before += weights[index]!;
    runs.push(run);
    if (run.complete) onResult(result, run.scenarios[0]);
  }
  return joined(runs);
}

async function partsOf(results: readonly ScenarioResult[]): Promise<Part[]> {
  const { SCENARIOS } = await loadSuite();
  return Promise.all(
    results.map(async (result): Promise<Part> => {
      const plan = claimPlan(result, claimsOf(result));
      const url = SCENARIOS.get(result.name);
      const known = url ? ((await loadScenario(url.href)) as Scenario).contenders : [];
      const contenders = plan.contenders.filter((name) => known.includes(name));
      return {
        result,
        plan: { ...plan, contenders },
        url: contenders.length === 0 ? undefined : url,
      };
    }),
  );
}

/** The runs of single scenarios as one. */
function joined(runs: readonly Results[]): Results | undefined {
  const [first] = runs;
  return (
    first && {
      ...first,
      seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
      complete: runs.every(({ complete }) => complete),
      scenarios: runs.flatMap(({ scenarios }) => scenarios),
    }
  );
}
