import type { SweepValue } from "../../scenario/scenario.ts";
import { spreadOf } from "../../statistics/summary.ts";
import { formatQuantity, formatSpread } from "../../wording/format.ts";
import type { Chart, Series } from "./chart.ts";

/** A bar of a chart. */
export interface Bar {
  readonly title: string;
  readonly hue: number;
  readonly line: Series["line"];
  readonly median: number;
  /** The 10th and the 90th percentile. */
  readonly low: number;
  readonly high: number;
  /** The median with its unit, in two digits. */
  readonly label: string;
  /** {@link high} with its unit, in two digits. */
  readonly reach: string;
  /** "±5 %". */
  readonly spread: string;
  /** The remark of {@link Series.notes}. */
  readonly note: string;
}

/** Bars side by side. */
export interface Group {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/**
 * A chart as groups of bars. If the x axis has names, each name is a group with a bar for each contender;
 * at one number, each contender is a group of one bar, the best one first.
 *
 * @param at - the number; default: the only one that there is
 * @returns `undefined` if the x axis has several numbers, which make lines
 */
export function groupsOf(chart: Chart, at?: SweepValue): Group[] | undefined {
  if (isNamed(chart)) {
    return chart.x.map((value, index) => ({ name: String(value), bars: barsAt(chart, index) }));
  }
  const index = at === undefined ? (chart.x.length === 1 ? 0 : -1) : chart.x.indexOf(at);
  if (index < 0) return undefined;
  const sign = chart.better === "lower" ? 1 : -1;
  return barsAt(chart, index)
    .sort((a, b) => sign * (a.median - b.median))
    .map((bar) => ({ name: bar.title, bars: [bar] }));
}

/** Whether the x axis has names. */
export function isNamed({ x }: Chart): boolean {
  return x.some((value) => typeof value === "string");
}

/** Beside a spread that is longer, the bars themselves would vanish: it is cut off, and marked (see {@link isCut}). */
const MAX_SPREAD = 2;

/** The number that has the full length: the largest one, spread included, but at most twice the largest median. */
export function longestOf(groups: readonly Group[]): number {
  const bars = groups.flatMap((group) => group.bars);
  const median = Math.max(0, ...bars.map((bar) => bar.median));
  const high = Math.max(0, ...bars.map((bar) => bar.high));
  // If all are 0, no bar has a length.
  return Math.max(median, Math.min(high, MAX_SPREAD * median)) || 1;
}

/** Whether the spread of a bar goes on beyond the number that has the full length. */
export function isCut({ high }: Bar, longest: number): boolean {
  return high > longest;
}

function barsAt({ series, unit }: Chart, index: number): Bar[] {
  return series.flatMap(({ title, hue, line, medians, lows, highs, notes }) => {
    const median = medians[index] ?? null;
    if (median === null) return [];
    const [low, high] = [lows[index] ?? median, highs[index] ?? median];
    const [label, reach] = [median, high].map((value) => formatQuantity(value, unit, 2));
    const spread = formatSpread(spreadOf({ median, low, high }));
    const note = notes[index] ?? "";
    return [{ title, hue, line, median, low, high, label: label!, reach: reach!, spread, note }];
  });
}
