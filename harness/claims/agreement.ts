import { type Focus, type Headline, headlineOf } from "../findings/headlines/headline.ts";
import {
  type Cell,
  type Results,
  type ScenarioResult,
  drawnMetrics,
  soundCellOf,
  valuesOf,
} from "../results/results.ts";
import type { Metric } from "../scenario/scenario.ts";
import { claimsOf } from "./claims.ts";

/**
 * Whether two runs agree on a headline. `same`: it has the same words. `alike`: its words differ, but neither run
 * contradicts a finding of the other one. `differs`: one of them does.
 */
export type Agreement = "same" | "alike" | "differs";

/** The headline of one metric of a scenario, in two runs. */
export interface HeadlineAgreement {
  /** The name of the scenario. */
  readonly scenario: string;
  /** The question that the scenario answers. */
  readonly question: string;
  /** The metric that the headline is about. */
  readonly metric: Metric;
  /** The headline of the earlier run. */
  readonly before: Headline;
  /** The headline of the later run. */
  readonly now: Headline;
  /** Whether they agree. */
  readonly agreement: Agreement;
  /** The findings of either run that the other one contradicts, with the numbers of both. */
  readonly contradicted: readonly string[];
}

/**
 * The headlines of two runs, from the cells that both have measured: the headline of a run with other contenders
 * would tell of these. A run of an older format has the names and the baselines of the later one.
 *
 * @param focuses - what the headlines are about, by the name of the scenario
 */
export function agreementOf(
  before: Results,
  now: Results,
  focuses: Readonly<Record<string, Focus>> = {},
): HeadlineAgreement[] {
  return now.scenarios.flatMap((result) => {
    const old = before.scenarios.find(({ name }) => name === result.name);
    const shared = old && sharedOf(old, result);
    if (!shared) return [];
    return drawnMetrics(shared[1])
      .filter((metric) => isMeasured(old, metric))
      .map((metric) => agreementOn(shared, metric, focuses[result.name]));
  });
}

type Shared = readonly [before: ScenarioResult, now: ScenarioResult];

/** Both runs with the description of the later one, and the cells that both have. */
function sharedOf(before: ScenarioResult, now: ScenarioResult): Shared | undefined {
  const isShared = ({ contender, value }: Cell): boolean =>
    [before, now].every((run) => (soundCellOf(run, contender, value)?.samples.length ?? 0) > 0);
  const cells = now.cells.filter(isShared);
  if (cells.length === 0) return undefined;
  const has = (key: "contender" | "value", wanted: unknown): boolean =>
    cells.some((cell) => cell[key] === wanted);
  const described = {
    ...now,
    contenders: now.contenders.filter(({ name }) => has("contender", name)),
    sweep: { ...now.sweep, values: now.sweep.values.filter((value) => has("value", value)) },
  };
  return [
    { ...described, cells: before.cells.filter(isShared) },
    { ...described, cells },
  ];
}

function isMeasured(result: ScenarioResult, { name, unit }: Metric): boolean {
  return (
    result.metrics.some((metric) => metric.name === name && metric.unit === unit) &&
    result.cells.some((cell) => valuesOf(cell, name).length > 0)
  );
}

function agreementOn(
  [before, now]: Shared,
  metric: Metric,
  focus: Focus | undefined,
): HeadlineAgreement {
  const [then, later] = [before, now].map((run) => headlineOf(run, metric, focus));
  const contradicted = contradictionsOf(before, now, metric);
  const isSame = then!.text === later!.text;
  return {
    ...{ scenario: now.name, question: now.question, metric },
    ...{ before: then!, now: later!, contradicted },
    agreement: isSame ? "same" : contradicted.length === 0 ? "alike" : "differs",
  };
}

/** What one run finds and the other one contradicts, both ways; once if both find something about the same. */
function contradictionsOf(before: ScenarioResult, now: ScenarioResult, metric: Metric): string[] {
  const find = (one: ScenarioResult, other: ScenarioResult) =>
    claimsOf({ ...one, metrics: [metric] }).flatMap((claim) => {
      const { answer, number = "none" } = claim.holdsIn(other);
      return answer === "differs" ? [{ ...claim, numbers: [claim.number, number] }] : [];
    });
  const earlier = find(before, now).map(({ id, text, numbers: [then, later] }) => {
    return [id, `${text}: ${then!} then, ${later!} now`] as const;
  });
  const later = find(now, before).map(({ id, text, numbers: [own, then] }) => {
    return [id, `${text}: ${then!} then, ${own!} now`] as const;
  });
  // What the earlier run finds replaces what the later one says of it.
  return [...new Map([...later, ...earlier]).values()];
}
