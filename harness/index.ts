/**
 * Measures and compares: one's own scenarios with {@link measure}, whole suites with
 * {@link measureAll}, two runs with {@link compare}.
 *
 * @module pollux/bench
 */
/// <reference types="node" preserve="true" />
export { doubtsOf } from "./results/doubts.ts";
export {
  type CellName,
  type Difference,
  type Verdict,
  compare,
  unmatched,
} from "./results/compare.ts";
export {
  type AnyScenario,
  type Goal,
  type Metric,
  type Pair,
  type Sample,
  type Scenario,
  type Sweep,
  type SweepValue,
  TIME,
  type Trial,
} from "./scenario/scenario.ts";
export { type Placement, pinned, placementOf } from "./machine/cores.ts";
export { Latencies, type Percentiles } from "./statistics/latencies.ts";
export { loadScenario } from "./scenario/load_scenario.ts";
export { type Machine, describeMachine } from "./machine/machine.ts";
export { type Progress, measure } from "./measure/measure.ts";
export {
  type MeasureOptions,
  type Plan,
  checkContenders,
  parseValues,
  planOf,
} from "./measure/options.ts";
export { parseResults } from "./results/parse_results.ts";
export { type Chart, type Series, chartOf, chartsOf } from "./report/charts/chart.ts";
export { reportHtml } from "./report/html/report_html.ts";
export { type MarkdownReport, reportMarkdown } from "./report/markdown.ts";
export { chartSvg } from "./report/charts/svg.ts";
export {
  cellLine,
  comparisonLines,
  differenceLines,
  goalLines,
  headLine,
} from "./report/terminal.ts";
export {
  type Cell,
  FORMAT,
  type GoalReached,
  type Results,
  type ScenarioResult,
  cellOf,
  goalsOf,
  isStarved,
  ratioBetween,
  starvedGoalsOf,
  summaryOf,
  valuesOf,
} from "./results/results.ts";
export {
  type Summary,
  growth,
  quantile,
  ratioOf,
  spreadOf,
  summarize,
} from "./statistics/summary.ts";
export { type SuiteOptions, type SuiteProgress, measureAll } from "./measure/measure_all.ts";
