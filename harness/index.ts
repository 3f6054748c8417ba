/**
 * Measures and compares programs: your own scenarios with {@link measure}, several of them with
 * {@link measureAll}, and two runs with {@link compare}. {@link reportHtml} turns a run into a page.
 *
 * A *scenario* is a question, such as "What does one wait cost?". It is asked of each *contender* at each
 * value of a *sweep*; one contender at one value is a *cell*. Ratios are costs per cost: 1.04× is 4 % more,
 * and lower is always better.
 *
 * @module pollux/bench
 */
/// <reference types="node" preserve="true" />
export { type Agreement, type HeadlineAgreement, agreementOf } from "./claims/agreement.ts";
export type { Answer, Checked, Claim } from "./claims/claim.ts";
export { type ClaimPlan, claimPlan, claimsOf } from "./claims/claims.ts";
export { type Comparison, type Order, comparisonOf } from "./findings/comparisons.ts";
export type { Finding } from "./findings/finding.ts";
export {
  type About,
  type Focus,
  type Headline,
  headlineOf,
} from "./findings/headlines/headline.ts";
export { type Placement, pinned, placementOf } from "./machine/cores.ts";
export { type Machine, describeMachine } from "./machine/machine.ts";
export { type Progress, measure } from "./measure/measure.ts";
export { type SuiteOptions, type SuiteProgress, measureAll } from "./measure/measure_all.ts";
export type { MeasureOptions } from "./measure/options.ts";
export { type Plan, checkContenders, parseValues, planOf } from "./measure/plan.ts";
export { agreementMarkdown } from "./report/agreement_markdown.ts";
export { type Chart, type Series, chartOf, chartsOf } from "./report/charts/chart.ts";
export { type Look, type Looks, looksOf } from "./report/charts/looks.ts";
export { chartSvg } from "./report/charts/svg.ts";
export { reportHtml } from "./report/html/report_html.ts";
export { type MarkdownReport, reportMarkdown } from "./report/markdown.ts";
export type { Advice, CoverChart, ReportOptions, View } from "./report/options.ts";
export { agreementLines, agreementSummary } from "./report/terminal/agreement_lines.ts";
export { cellLine, headLine } from "./report/terminal/cell_line.ts";
export { type ClaimCheck, claimLines, claimSummary } from "./report/terminal/claim_lines.ts";
export { comparisonLines, differenceLines } from "./report/terminal/comparison_lines.ts";
export { goalLines } from "./report/terminal/goal_lines.ts";
export { tableOf } from "./report/terminal/table.ts";
export {
  type BesideDifference,
  type CellName,
  type Difference,
  type Verdict,
  compare,
  unmatched,
} from "./results/compare.ts";
export { doubtsOf } from "./results/doubts.ts";
export { type MeasuredGoal, goalsOf, starvedGoalsOf } from "./results/goals.ts";
export { parseResults } from "./results/parse_results.ts";
export { resultsJson } from "./results/results_json.ts";
export {
  type Cell,
  FORMAT,
  type Results,
  type ScenarioResult,
  cellOf,
  isStarved,
  ratioBetween,
  summaryOf,
  valuesOf,
} from "./results/results.ts";
export { loadScenario } from "./scenario/load_scenario.ts";
export {
  type AnyScenario,
  type Goal,
  type Measurement,
  type Metric,
  type Pair,
  type Sample,
  type Scenario,
  type Sweep,
  type SweepValue,
  TIME,
  type Trial,
} from "./scenario/scenario.ts";
export { type Direction, costRatio, costRatios } from "./statistics/cost_ratio.ts";
export { type Point, growth, slope } from "./statistics/growth.ts";
export { Latencies, type Percentiles } from "./statistics/latencies.ts";
export { type Summary, quantile, spreadOf, summarize } from "./statistics/summary.ts";
