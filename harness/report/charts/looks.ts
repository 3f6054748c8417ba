import { baseOf, familiesOf, familyOf, shortOf } from "../../findings/headlines/names.ts";
import type { ScenarioResult } from "../../results/results.ts";
import { HUES } from "./colors.ts";

/** How a contender is drawn. */
export interface Look {
  /** The number of its color, from 1; 0 is gray. */
  readonly hue: number;
  /** Baselines are dashed, others of their family dotted. */
  readonly line: "solid" | "dashed" | "dotted";
}

/** The look of a contender of a scenario. */
export type Looks = (result: ScenarioResult, contender: string) => Look;

/**
 * The same look for the same contender on all charts of a run. The family that a run is about has a color
 * for each contender; its baselines have the color of their counterpart and are dashed; all others are gray.
 */
export function looksOf(scenarios: readonly ScenarioResult[]): Looks {
  const withBaseline = scenarios.filter(({ baseline }) => Object.keys(baseline).length > 0);
  const families = withBaseline.map(familiesOf);
  const subjects = new Set(families.map(({ subject }) => subject));
  const references = new Set(families.map(({ reference }) => reference));
  const charts = scenarios.map(({ contenders }) =>
    contenders.filter((one) => subjects.has(familyOf(one))).map(shortOf),
  );
  const hues = huesOf(charts);
  return (result, name) => {
    const index = result.contenders.findIndex((one) => one.name === name);
    const contender = result.contenders[index];
    if (!contender) return { hue: 0, line: "solid" };
    if (subjects.has(familyOf(contender)))
      return { hue: hues.get(shortOf(contender)) ?? 0, line: "solid" };
    if (references.has(familyOf(contender))) {
      const hue = hues.get(shortOf(contender)) ?? hues.get(baseOf(contender)) ?? 0;
      if (hue === 0 && !isBaseline(withBaseline, name)) return { hue, line: "solid" };
      return { hue, line: isBaseline(withBaseline, name) ? "dashed" : "dotted" };
    }
    const known = (family: string): boolean => subjects.has(family) || references.has(family);
    const isApart = result.contenders.some((one) => known(familyOf(one)));
    return { hue: isApart ? 0 : (index % HUES) + 1, line: "solid" };
  };
}

function isBaseline(scenarios: readonly ScenarioResult[], name: string): boolean {
  return scenarios.some(({ baseline }) => Object.values(baseline).includes(name));
}

/** A color for each name: as few charts as possible have a color twice, and none while there are enough. */
function huesOf(charts: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const hues = new Map<string, number>();
  for (const name of charts.flat()) {
    if (hues.has(name)) continue;
    const beside = new Set(charts.filter((chart) => chart.includes(name)).flat());
    const uses = Array.from({ length: HUES }, (_, index) => {
      const same = [...hues].filter(([, hue]) => hue === index + 1);
      return same.length + same.filter(([other]) => beside.has(other)).length * HUES * HUES;
    });
    hues.set(name, uses.indexOf(Math.min(...uses)) + 1);
  }
  return hues;
}
