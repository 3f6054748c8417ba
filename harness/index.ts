/**
 * Measures and compares: one's own scenarios with {@link measure}, whole suites with
 * {@link measureAll}, two runs with {@link compare}.
 *
 * @module pollux/bench
 */
/// <reference types="node" preserve="true" />
export { doubtsOf } from "./comparability.ts";
export { type CellName, type Difference, type Verdict, compare, unmatched } from "./compare.ts";
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
} from "./contract.ts";
export { type Placement, pinned, placementOf } from "./cores.ts";
export { Latencies, type Percentiles } from "./latencies.ts";
export { loadScenario } from "./load_scenario.ts";
export { type Machine, describeMachine } from "./machine.ts";
export { type Progress, measure } from "./measure.ts";
export { type MeasureOptions, type Plan, checkContenders, parseValues, planOf } from "./options.ts";
export { parseResults } from "./parse_results.ts";
export { type Chart, type Series, chartOf, chartsOf } from "./report/chart.ts";
export { reportHtml } from "./report/html.ts";
export { type MarkdownReport, reportMarkdown } from "./report/markdown.ts";
export { chartSvg } from "./report/svg.ts";
export { cellLine, comparisonLines, differenceLines, goalLines, headLine } from "./report/text.ts";
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
} from "./results.ts";
export { type Summary, growth, quantile, ratioOf, spreadOf, summarize } from "./statistics.ts";
export { type SuiteOptions, type SuiteProgress, measureAll } from "./suite.ts";
