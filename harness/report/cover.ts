import type { Results, ScenarioResult } from "../results/results.ts";
import { type Chart, chartOf } from "./charts/chart.ts";
import type { Looks } from "./charts/looks.ts";
import type { CoverChart, ReportOptions } from "./options.ts";

/** A chart of the first screen, as it was asked for and with its data. */
export interface Covered {
  readonly about: CoverChart;
  readonly result: ScenarioResult;
  readonly chart: Chart;
}

/** The charts of the first screen whose scenario was measured. */
export function coverOf(results: Results, { cover = [] }: ReportOptions, looks: Looks): Covered[] {
  return cover.flatMap((about) => {
    const result = results.scenarios.find(({ name }) => name === about.scenario);
    const metric = result?.metrics[0];
    if (!result || !metric) return [];
    const whole = chartOf(result, metric, about, looks);
    const { contenders } = about;
    const series = contenders
      ? contenders.flatMap((wanted) => whole.series.filter(({ name }) => name === wanted))
      : whole.series;
    return series.length === 0 ? [] : [{ about, result, chart: { ...whole, series } }];
  });
}
